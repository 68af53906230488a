// A client inside an actor of one's own: a thermostat that keeps a shared temperature in a range.

#include <future>
#include <iostream>
#include <memory>

#include "libsync/actors/embedded_client.hpp"
#include "libsync/actors/runtime.hpp"
#include "libsync/actors/server.hpp"

namespace room {

struct warm {
  int degrees;
};

struct temperature {
  using operation = warm;
  int celsius = 0;
};

libsync::outcome reduce(temperature& data, const warm& op) {
  if (data.celsius + op.degrees > 30)
    return libsync::refused("it would be hotter than 30 degrees");
  data.celsius += op.degrees;
  return libsync::accepted();
}

using heat_atom = caf::atom_constant<caf::atom("heat")>;

/// Heats until it is warm enough; `(heat_atom, goal)` is answered with the temperature then.
class thermostat : public caf::event_based_actor {
public:
  thermostat(caf::actor_config& config, libsync::server<temperature> server)
      : caf::event_based_actor(config), client_(this, std::move(server)) {}

  caf::behavior make_behavior() override {
    client_.observe([](const libsync::change<temperature>& what) {
      std::cout << "version " << what.at << ": " << what.data.celsius << " degrees\n";
    });
    client_.join();
    return client_.behavior([this](heat_atom, int goal) {
      goal_ = goal;
      warm_enough_ = make_response_promise();
      heat();
      return warm_enough_;
    });
  }

private:
  void heat() {
    client_.submit(warm{7}, [this](const libsync::receipt& receipt) {
      const int now = client_.state().confirmed().celsius;
      if (receipt.is_accepted() && now < goal_)
        return heat();
      std::cout << "the last step was " << receipt << '\n';
      warm_enough_.deliver(now);
    });
  }

  int goal_ = 0;
  caf::response_promise warm_enough_;
  libsync::embedded_client<temperature> client_;
};

} // namespace room

int main() {
  libsync::runtime runtime;
  auto server = libsync::spawn_server(runtime, room::temperature{16});
  auto thermostat = runtime.system().spawn<room::thermostat>(server);
  caf::scoped_actor self{runtime.system()};
  for (const int goal : {21, 99})
    self->request(thermostat, caf::infinite, room::heat_atom::value, goal)
        .receive([](int degrees) { std::cout << "it has " << degrees << " degrees\n"; },
                 [](caf::error&) { std::cout << "the thermostat is gone\n"; });
}
