#pragma once

/// Small data for simulations: accounts between which money moves. The sum stays the same.

#include <array>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <ostream>

#include "libsync/outcome.hpp"

#include "libsync/testing/random.hpp"

namespace bank {

struct transfer {
  std::size_t from = 0;
  std::size_t to = 0;
  std::int64_t amount = 0;

  friend std::ostream& operator<<(std::ostream& out, const transfer& self) {
    return out << "transfer{" << self.from << ", " << self.to << ", " << self.amount << '}';
  }
};

struct data {
  using operation = transfer;
  static constexpr bool throws_cleanly = true;
  std::array<std::int64_t, 4> accounts{100, 100, 100, 100};
  // Tells one order of operations from another, which the sums do not.
  std::uint64_t trace = 0;
  friend bool operator==(const data&, const data&) = default;
};

inline libsync::outcome reduce(data& self, const transfer& op) {
  if (self.accounts[op.from] < op.amount)
    return libsync::refused("there is not enough money");
  self.accounts[op.from] -= op.amount;
  self.accounts[op.to] += op.amount;
  self.trace = self.trace * 31 + op.from * 7 + op.to * 3 + static_cast<std::uint64_t>(op.amount);
  return libsync::accepted();
}

inline std::uint64_t digest(const data& self) {
  auto made = self.trace;
  for (const auto each : self.accounts)
    made = made * 1'000'003 + static_cast<std::uint64_t>(each);
  return made;
}

inline transfer make(const data& seen, libsync::testing::random& choices) {
  const auto from = static_cast<std::size_t>(choices.below(4));
  return {from, static_cast<std::size_t>(choices.below(4)),
          choices.between(0, 1 + seen.accounts[from])};
}

inline bool is_sound(const data& self) {
  return std::accumulate(self.accounts.begin(), self.accounts.end(), std::int64_t{0}) == 400;
}

} // namespace bank
