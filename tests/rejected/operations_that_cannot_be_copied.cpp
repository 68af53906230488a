// error: libsync: the operation cannot be copied: clients apply each operation
#include "libsync/actors/server.hpp"
#include <memory>
struct data {
  using operation = std::unique_ptr<int>;
};
void reduce(data&, const std::unique_ptr<int>&);
auto made(caf::actor_system& in) {
  return libsync::spawn_server(in, data{});
}
