#include <chrono>
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
  libsync::session green{server}, yellow{server};
  std::cout << green.submit({5}).get() << '\n';
  const std::chrono::seconds most{10};
  if (yellow.wait_for(1, most))
    std::cout << yellow.snapshot()->data->value << '\n';

  // This program marks the thread as one that must not wait, and the library looks for the mark.
  const auto waits = [&](const counter&) { return yellow.wait_for(2, most).reason(); };
  std::cout << *yellow.read(waits) << '\n';
}
