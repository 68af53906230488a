#pragma once

/// Orders of values and of rows of values.

#include <compare>

namespace libsync::detail {

/// Compares element by element; what runs out first is smaller.
template <class Range, class Order>
std::weak_ordering compare_each(const Range& left, const Range& right, Order order) {
  auto one = left.begin();
  auto other = right.begin();
  for (; one != left.end() && other != right.end(); ++one, ++other)
    if (const std::weak_ordering found = order(*one, *other); found != 0)
      return found;
  if (one != left.end())
    return std::weak_ordering::greater;
  return other != right.end() ? std::weak_ordering::less : std::weak_ordering::equivalent;
}

/// Orders two values by `<=>`, else by `<`.
struct order_of_values {
  template <class T>
  std::weak_ordering operator()(const T& left, const T& right) const {
    if constexpr (std::three_way_comparable<T, std::weak_ordering>)
      return left <=> right;
    else if (left < right)
      return std::weak_ordering::less;
    else
      return right < left ? std::weak_ordering::greater : std::weak_ordering::equivalent;
  }
};

} // namespace libsync::detail
