// How fast is a poll? Measures it at full speed, and then how long a vote takes if 1000 come in
// each second.

#include <array>
#include <cstdint>
#include <iostream>

#include "libsync/actors/load.hpp"

struct poll {
  using operation = std::size_t; // a vote for one of the options
  std::array<std::uint64_t, 9> votes{};

  friend bool operator==(const poll&, const poll&) = default;
};

bool reduce(poll& self, std::size_t option) {
  if (option >= self.votes.size())
    return false;
  ++self.votes[option];
  return true;
}

std::size_t make_vote(const poll&, libsync::testing::random& choices) {
  return static_cast<std::size_t>(choices.below(10)); // the last one is none of the options
}

int main() {
  const auto fastest = libsync::measure_load(poll{}, make_vote, {.operations = 100'000});
  std::cout << fastest << '\n';
  const auto steady = libsync::measure_load(poll{}, make_vote, {.operations = 1000, .rate = 1000});
  std::cout << steady;
  return fastest && steady ? 0 : 1;
}
