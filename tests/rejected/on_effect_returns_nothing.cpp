// error: libsync: `on_effect` is given a `const libsync::effect_token&` and a `const Data::effect&`
#include "libsync/actors/server.hpp"
struct add {};
struct data {
  using operation = add;
  using effect = int;
};
libsync::outcome reduce(data&, const add&, libsync::effects<data>&);
auto made(caf::actor_system& in) {
  return libsync::spawn_server(in, data{}, {.on_effect = [](const libsync::effect_token&, int) {}});
}
