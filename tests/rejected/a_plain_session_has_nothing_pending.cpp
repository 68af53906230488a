// error: a session that is not optimistic shows nothing that is pending
#include "libsync/actors/session.hpp"
struct data {
  using operation = int;
};
void reduce(data&, int);
auto what(const libsync::session<data>& session) {
  return session.pending();
}
