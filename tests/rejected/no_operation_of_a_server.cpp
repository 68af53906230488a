// error: libsync: the data have no type `operation`: write `using operation
#include "libsync/actors/server.hpp"
struct data {};
auto made(caf::actor_system& in) {
  return libsync::spawn_server(in, data{});
}
