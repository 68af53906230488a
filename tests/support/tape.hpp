#pragma once

/// Small data for tests: a list of numbers whose operations depend on order and may be refused.

#include <algorithm>
#include <cstdint>
#include <ostream>
#include <stdexcept>
#include <variant>
#include <vector>

#include "libsync/effects.hpp"
#include "libsync/outcome.hpp"
#include "libsync/reducer.hpp"

namespace tape {

struct append {
  std::int64_t value = 0;
  friend bool operator==(const append&, const append&) = default;
};

/// Removes the last number; refused where there is none.
struct drop {
  friend bool operator==(const drop&, const drop&) = default;
};

/// Moves the first number to the end; refused where there is none.
struct rotate {
  friend bool operator==(const rotate&, const rotate&) = default;
};

/// A bug in the reducer.
struct fail {
  friend bool operator==(const fail&, const fail&) = default;
};

struct data {
  using operation = std::variant<append, drop, rotate, fail>;
  static constexpr bool throws_cleanly = true;
  std::vector<std::int64_t> values;
  friend bool operator==(const data&, const data&) = default;
};

inline void reduce(data& self, const append& op) {
  self.values.push_back(op.value);
}

inline libsync::outcome reduce(data& self, const drop&) {
  if (self.values.empty())
    return libsync::refused("the tape is empty");
  self.values.pop_back();
  return libsync::accepted();
}

inline bool reduce(data& self, const rotate&) {
  if (self.values.empty())
    return false;
  std::rotate(self.values.begin(), self.values.begin() + 1, self.values.end());
  return true;
}

inline void reduce(data&, const fail&) {
  throw std::runtime_error("the reducer is broken");
}

/// The same with side effects: each number that is divisible by 3 asks for one.
struct loud_data : data {
  using effect = std::int64_t;
};

inline libsync::outcome reduce(loud_data& self, const data::operation& op,
                               libsync::effects<loud_data>& asked) {
  if (const auto* added = std::get_if<append>(&op); added != nullptr && added->value % 3 == 0)
    asked.emit(added->value); // first, since it may throw
  return libsync::reducer<data>::step(self, op);
}

/// The same with a worse bug: `fail` changes the data before it throws.
struct brittle_data : data {
  static constexpr bool throws_cleanly = false;
};

inline libsync::outcome reduce(brittle_data& self, const data::operation& op) {
  if (std::holds_alternative<fail>(op)) {
    self.values.push_back(-7);
    throw std::runtime_error("the reducer is broken half-way");
  }
  return libsync::reducer<data>::step(self, op);
}

inline std::uint64_t digest(const data& self) {
  std::uint64_t made = self.values.size();
  for (const auto value : self.values)
    made = made * 1'000'003 + static_cast<std::uint64_t>(value);
  return made;
}

inline std::ostream& operator<<(std::ostream& out, const data::operation& self) {
  if (const auto* one = std::get_if<append>(&self))
    return out << "append{" << one->value << '}';
  return out << (std::holds_alternative<drop>(self)     ? "drop{}"
                 : std::holds_alternative<rotate>(self) ? "rotate{}"
                                                        : "fail{}");
}

inline std::ostream& operator<<(std::ostream& out, const data& self) {
  out << '[';
  for (const char* between = ""; const auto value : self.values) {
    out << between << value;
    between = ", ";
  }
  return out << ']';
}

} // namespace tape
