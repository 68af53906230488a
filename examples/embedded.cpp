// A client inside an actor of one's own: a thermostat that keeps a shared temperature in a range.

#include <iostream>
#include <memory>

#include "libsync/caf.hpp"

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

/// Heats until it is as warm as it is told, and answers with the temperature then.
class thermostat : public caf::event_based_actor {
public:
  thermostat(caf::actor_config& config, const libsync::server<temperature>& server)
      : caf::event_based_actor(config), client_(this, server) {}

  caf::behavior make_behavior() override {
    client_.observe([](const libsync::change<temperature>& what) {
      std::cout << "version " << what.version << ": " << what.data.celsius << " degrees\n";
    });
    client_.join();
    return client_.behavior([this](int goal) {
      auto warm_enough = make_response_promise();
      heat(goal, warm_enough);
      return warm_enough;
    });
  }

private:
  void heat(int goal, caf::response_promise warm_enough) {
    auto on_receipt = [this, goal, warm_enough](const libsync::receipt& receipt) mutable {
      const auto& copy = client_.state();
      if (receipt.is_accepted() && copy.confirmed().celsius < goal)
        return heat(goal, warm_enough);
      std::cout << "the last step was " << receipt << '\n';
      if (copy.has_data())
        warm_enough.deliver(copy.confirmed().celsius);
      else
        warm_enough.deliver(caf::make_error(caf::sec::request_receiver_down));
    };
    if (auto step = client_.submit(warm{7}, on_receipt); !step)
      on_receipt(step.failure()); // not taken: this is the receipt
  }

  libsync::embedded_client<temperature> client_;
};

} // namespace room

int main() {
  libsync::runtime runtime;
  auto server = libsync::spawn_server(runtime, room::temperature{16});
  auto thermostat = runtime.system().spawn<room::thermostat>(server);
  caf::scoped_actor self{runtime.system()};
  for (const int goal : {21, 99})
    self->request(thermostat, caf::infinite, goal)
        .receive([](int degrees) { std::cout << "it has " << degrees << " degrees\n"; },
                 [](caf::error&) { std::cout << "the thermostat is gone\n"; });
}
