#pragma once

/// An order of values of any type.

#include <compare>

namespace libsync::detail {

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
