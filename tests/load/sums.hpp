#pragma once

/// Data that are measured: a sum, to which some numbers cannot be added.

#include <atomic>
#include <compare>
#include <cstdint>
#include <stdexcept>

#include "libsync/testing/random.hpp"

struct add {
  std::int64_t amount = 0;

  friend auto operator<=>(const add&, const add&) = default;
};

struct sum {
  using operation = add;
  std::int64_t value = 0;

  friend bool operator==(const sum&, const sum&) = default;
};

inline bool reduce(sum& self, const add& op) {
  if (op.amount % 5 == 0)
    return false;
  self.value += op.amount;
  return true;
}

/// Every fifth is refused.
inline auto counts_up() {
  return [next = std::int64_t{0}](const sum&, libsync::testing::random&) mutable {
    return add{++next};
  };
}

/// A sum whose reducer counts its own calls, so that each copy becomes another.
struct unsound {
  using operation = add;
  std::int64_t value = 0;
  static inline std::atomic<std::int64_t> calls{0};

  friend bool operator==(const unsound&, const unsound&) = default;
};

inline void reduce(unsound& self, const add&) {
  self.value += ++unsound::calls;
}

/// Data whose reducer accepts the first call of all, and no other.
struct moody {
  using operation = add;
  static inline std::atomic<int> calls{0};

  friend bool operator==(const moody&, const moody&) = default;
};

inline bool reduce(moody&, const add&) {
  return moody::calls++ == 0;
}
