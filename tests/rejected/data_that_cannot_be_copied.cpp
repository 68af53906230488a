// error: libsync: the data cannot be copied: each client has a copy of its own
#include "libsync/actors/server.hpp"
#include <memory>
struct data {
  using operation = int;
  std::unique_ptr<int> held;
};
void reduce(data&, int);
auto made(caf::actor_system& in) {
  return libsync::spawn_server(in, data{});
}
