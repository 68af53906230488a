#include <iostream>

#include <libsync/history.hpp>

struct counter {
  using operation = int;
  int value = 0;
};
void reduce(counter& data, int amount) {
  data.value += amount;
}

int main() {
  libsync::history<counter> history{counter{}};
  const bool done = history.apply(2) && history.apply(3) && history.undo();
  std::cout << done << ' ' << history.data().value << '\n';
}
