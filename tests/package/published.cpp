#include <iostream>

#include <libsync/actors.hpp>
#include <libsync/network.hpp>

struct add {
  int amount;
};
template <class Inspector>
auto inspect(Inspector& with, add& self) {
  if constexpr (requires { with.object(self); })
    return with.object(self).fields(with.field("amount", self.amount));
  else
    return with(self.amount);
}

struct counter {
  using operation = add;
  int value = 0;
};
void reduce(counter& data, const add& op) {
  data.value += op.amount;
}
template <class Inspector>
auto inspect(Inspector& with, counter& self) {
  if constexpr (requires { with.object(self); })
    return with.object(self).fields(with.field("value", self.value));
  else
    return with(self.value);
}

// Both ends in one process.
int main() {
  libsync::network::runtime runtime;
  auto server = libsync::spawn_server(runtime, counter{1});
  auto place = libsync::network::publish(runtime, server);
  libsync::session far{libsync::network::connect<counter>(runtime, "localhost", place.port())};
  const auto receipt = far.submit({1}).get();
  std::cout << receipt.version << ' ' << *far.read([](const counter& data) { return data.value; })
            << '\n';
}
