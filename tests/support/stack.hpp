#pragma once

/// Small data for tests of optimistic clients: a stack of numbers, with or without inverses.

#include <cstddef>
#include <cstdint>
#include <ostream>
#include <stdexcept>
#include <variant>
#include <vector>

#include "libsync/outcome.hpp"

namespace stack {

/// Puts a number on top.
struct push {
  std::int64_t value = 0;
};

/// Takes the number on top; refused where it is another one.
struct pop {
  std::int64_t value = 0;
};

/// Throws after it has changed half of the data, where the number on top is this one.
struct tear {
  std::int64_t value = 0;
};

/// Counts how often it is copied.
template <bool HasInverse>
struct data {
  using operation = std::variant<push, pop, tear>;
  std::vector<std::int64_t> values;
  static inline std::size_t copies = 0;

  data() = default;
  data(std::vector<std::int64_t> from) : values(std::move(from)) {}
  data(const data& other) : values(other.values) { ++copies; }
  data(data&&) noexcept = default;
  data& operator=(const data& other) {
    values = other.values;
    ++copies;
    return *this;
  }
  data& operator=(data&&) noexcept = default;
  ~data() = default;

  friend bool operator==(const data& left, const data& right) {
    return left.values == right.values;
  }
};

using steps = data<true>;
using copies = data<false>;

template <bool HasInverse>
std::uint64_t digest(const data<HasInverse>& self) {
  std::uint64_t made = self.values.size();
  for (const auto value : self.values)
    made = made * 1'000'003 + static_cast<std::uint64_t>(value);
  return made;
}

inline std::ostream& operator<<(std::ostream& out, const steps::operation& self) {
  if (const auto* one = std::get_if<push>(&self))
    return out << "push{" << one->value << '}';
  if (const auto* one = std::get_if<pop>(&self))
    return out << "pop{" << one->value << '}';
  return out << "tear{" << std::get<tear>(self).value << '}';
}

template <bool HasInverse>
libsync::outcome reduce(data<HasInverse>& self, const typename data<HasInverse>::operation& op) {
  if (const auto* one = std::get_if<push>(&op)) {
    self.values.push_back(one->value);
    return libsync::accepted();
  }
  const auto* gone = std::get_if<pop>(&op);
  const auto value = gone != nullptr ? gone->value : std::get<tear>(op).value;
  if (self.values.empty() || self.values.back() != value)
    return libsync::refused("another number is on top");
  self.values.pop_back();
  if (gone == nullptr)
    throw std::runtime_error("it is torn");
  return libsync::accepted();
}

inline steps::operation inverse(const steps&, const steps::operation& op) {
  if (const auto* one = std::get_if<push>(&op))
    return pop{one->value};
  if (const auto* one = std::get_if<pop>(&op))
    return push{one->value};
  return op;
}

} // namespace stack
