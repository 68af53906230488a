#pragma once

/// An element of sets, a key or a value of dictionaries whose copies and moves can fail.

#include <compare>
#include <cstddef>

#include "support/failing.hpp"

struct failing_element {
  failing_element() = default;
  failing_element(int number) : held(number) {}

  friend bool operator==(const failing_element& left, const failing_element& right) {
    return *left.held == *right.held;
  }
  friend std::strong_ordering operator<=>(const failing_element& left,
                                          const failing_element& right) {
    return *left.held <=> *right.held;
  }

  failing::value<int> held;
};

/// What is copied only: a move is a copy that does not fail.
struct copied_element : failing_element {
  using failing_element::failing_element;
  copied_element(const copied_element&) = default;
  copied_element(copied_element&& other) noexcept : failing_element(*other.held) {}
  copied_element& operator=(const copied_element&) = default;
  copied_element& operator=(copied_element&& other) noexcept {
    *held = *other.held;
    return *this;
  }
  ~copied_element() = default;

  friend bool operator==(const copied_element& left, const copied_element& right) {
    return *left.held == *right.held;
  }
  friend std::strong_ordering operator<=>(const copied_element& left, const copied_element& right) {
    return *left.held <=> *right.held;
  }
};

/// Runs `call(value)`, which fails at each allocation and at each copy or move of a failing element
/// in turn, on copies of `before`. Throws std::logic_error unless each that fails leaves the value
/// as it was, and each that does not, as the one in which nothing fails. Returns how many failed.
template <class Value, class Call>
std::size_t check_each_failure(const Value& before, Call call) {
  Value whole = before;
  call(whole);
  std::size_t failed = 0;
  const auto scenario = [&](auto arm) {
    Value changed = before;
    const bool done = arm([&] { call(changed); });
    failed += done ? 0 : 1;
    if (!(changed == (done ? whole : before)))
      throw std::logic_error(done ? "it differs from where nothing fails"
                                  : "what failed has changed something");
  };
  failing::each_allocation(scenario);
  failing::each_transfer(scenario);
  return failed;
}
