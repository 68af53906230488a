#include <iostream>

#include <libsync/actors.hpp>

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

int main() {
  libsync::runtime runtime;
  auto server = libsync::spawn_server(runtime, counter{});
  libsync::session session{server};
  std::cout << session.submit({5}).get() << '\n';
}
