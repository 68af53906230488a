#include <iostream>

#include <libsync/actors/load.hpp>

struct counter {
  using operation = int;
  int value = 0;
  friend bool operator==(const counter&, const counter&) = default;
};
void reduce(counter& data, int amount) {
  data.value += amount;
}

int main() {
  const auto one = [](const counter&, libsync::testing::random&) { return 1; };
  const auto result = libsync::measure_load(counter{}, one, {.operations = 10});
  std::cout << result.accepted << ' ' << result.compared << '\n';
}
