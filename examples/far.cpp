#include <iostream>
#include <string>

#include "libsync/actors.hpp"
#include "libsync/network.hpp"

struct add {
  int amount;
};

struct counter {
  using operation = add;
  int value = 0;
};

void reduce(counter& data, const add& op) {
  data.value += op.amount;
}

// How both travel. (From CAF 0.18 on, `inspect` names the members.)
template <class Inspector>
auto inspect(Inspector& with, add& self) {
  if constexpr (requires { with.object(self); })
    return with.object(self).fields(with.field("amount", self.amount));
  else
    return with(self.amount);
}
template <class Inspector>
auto inspect(Inspector& with, counter& self) {
  if constexpr (requires { with.object(self); })
    return with.object(self).fields(with.field("value", self.value));
  else
    return with(self.value);
}

// far serve: has the counter. far PORT: adds 1 to that of the other process.
int main(int argc, char** argv) {
  const std::string told = argc > 1 ? argv[1] : "serve";
  libsync::network::runtime runtime;
  if (told == "serve") {
    const auto server = libsync::spawn_server(runtime, counter{});
    const auto place = libsync::network::publish(runtime, server);
    std::cout << place.port() << std::endl; // NOLINT(performance-avoid-endl): others wait for it
    std::cin.get();                         // until somebody presses Enter
    return 0;
  }
  const auto port = static_cast<std::uint16_t>(std::stoi(told));
  libsync::session session{libsync::network::connect<counter>(runtime, "localhost", port)};
  const auto receipt = session.submit({1}).get();
  std::cout << "mine made version " << receipt.version << "; the counter is "
            << session.snapshot()->data->value << '\n';
}
