// error: to compare copies of these data, an audit needs a function `std::uint64_t
#include "libsync/actors/server.hpp"
struct data {
  using operation = int;
};
void reduce(data&, int);
auto find(const libsync::server<data>& server) {
  return server.audit();
}
