#pragma once

/// Data whose clients show each other where their cursors are.

#include <algorithm>
#include <chrono>
#include <compare>
#include <cstdint>
#include <ostream>
#include <vector>

#include "libsync/actors/testing/runtime.hpp"
#include "libsync/presence.hpp"

namespace whiteboard {

struct cursor {
  int x = 0;
  int y = 0;
  friend auto operator<=>(const cursor&, const cursor&) = default;
  friend std::ostream& operator<<(std::ostream& out, const cursor& self) {
    return out << self.x << '/' << self.y;
  }
};

struct board {
  using operation = int;
  using presence = cursor;
  int strokes = 0;
  friend bool operator==(const board&, const board&) = default;
};

inline void reduce(board& data, int more) {
  data.strokes += more;
}

inline std::uint64_t digest(const board& data) {
  return static_cast<std::uint64_t>(data.strokes);
}

/// Lets all messages and rounds arrive.
inline void settle(libsync::testing::runtime& at) {
  for (int rounds = 0; rounds < 4; ++rounds) {
    at.run();
    at.advance(std::chrono::milliseconds{16});
  }
  at.run();
}

using cursors = std::vector<cursor>;

/// What a session or an embedded client sees, in ascending order.
template <class Client>
cursors shown_to(const Client& who) {
  cursors all;
  for (const auto& one : who.presence())
    all.push_back(*one.value);
  std::ranges::sort(all);
  return all;
}

} // namespace whiteboard
