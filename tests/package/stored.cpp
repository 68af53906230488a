#include <iostream>

#include <libsync/json/statebox.hpp>

int main() {
  using box = libsync::statebox<libsync::set<int>>;
  const auto read = libsync::read_json<box>(*libsync::write_json(box{{1, 2}, 5}));
  for (const int one : read->value())
    std::cout << one << (one == 1 ? ' ' : '\n');
}
