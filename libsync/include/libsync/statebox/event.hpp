#pragma once

/// An event: an operation with its time.

#include <compare>
#include <utility>

#include "libsync/statebox/composite.hpp"
#include "libsync/statebox/detail/compare.hpp"

namespace libsync {

/// An operation, or a list of them, and when it was applied. Ordered by time, then by operation.
template <class Operation, class Timestamp>
struct event {
  event() = default;
  event(const Timestamp& when, composite<Operation>&& change)
      : time(when), what(std::move(change)) {}

  Timestamp time{};
  composite<Operation> what;

  friend bool operator==(const event& left, const event& right) { return (left <=> right) == 0; }
  friend std::weak_ordering operator<=>(const event& left, const event& right) {
    if (const auto found = detail::order_of_values{}(left.time, right.time); found != 0)
      return found;
    return left.what <=> right.what;
  }
};

} // namespace libsync
