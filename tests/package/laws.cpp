#include <iostream>

#include <libsync/testing.hpp>

struct counter {
  using operation = int;
  int value = 0;
  friend bool operator==(const counter&, const counter&) = default;
};
void reduce(counter& data, int amount) {
  data.value += amount;
}

int main() {
  std::cout << libsync::testing::check_reducer<counter>([](const counter&, auto& choices) {
    return static_cast<int>(choices.below(9));
  }) << '\n';
}
