#pragma once

// The data of the examples `tested` and `users`: an auction in which each bid must be higher than
// the ones before.

#include <cstdint>
#include <ostream>
#include <stdexcept>

#include "libsync/testing.hpp"

struct bid {
  std::int64_t amount = 0;

  friend std::ostream& operator<<(std::ostream& out, const bid& self) {
    return out << "bid{" << self.amount << '}';
  }
};

struct auction {
  using operation = bid;
  static constexpr bool throws_cleanly = true;
  std::int64_t highest = 0;
  std::uint64_t bids = 0;

  friend bool operator==(const auction&, const auction&) = default;
  friend std::ostream& operator<<(std::ostream& out, const auction& self) {
    return out << self.highest << " after " << self.bids << " bids";
  }
};

inline bool reduce(auction& self, const bid& op) {
  if (op.amount <= self.highest)
    return false;
  self.highest = op.amount;
  ++self.bids;
  return true;
}

inline bid make_bid(const auction& seen, libsync::testing::random& choices) {
  return {choices.between(0, seen.highest + 10)};
}

inline bool is_sound(const auction& self) {
  return self.highest >= static_cast<std::int64_t>(self.bids);
}

inline void expect(bool holds, const char* what) {
  if (!holds)
    throw std::runtime_error(what);
}
