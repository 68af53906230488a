// The smallest possible program: one number, two clients.

#include <iostream>

#include "libsync/actors.hpp"

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

  green.post({1});                               // fire and forget
  const auto receipt = yellow.submit({2}).get(); // wait for the receipt
  std::cout << "yellow's add was " << (receipt.is_accepted() ? "accepted" : "not accepted") << '\n';

  if (green.wait_for(2, std::chrono::seconds(10))) // both additions, in whichever order
    std::cout << "green sees " << green.snapshot()->data->value << '\n';
}
