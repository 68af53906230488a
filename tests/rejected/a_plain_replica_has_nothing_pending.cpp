// error: a client that is not optimistic shows nothing that is pending
#include "libsync/optimistic.hpp"
struct data {
  using operation = int;
};
void reduce(data&, int);
auto what(const libsync::replica<data>& client) {
  return client.pending();
}
