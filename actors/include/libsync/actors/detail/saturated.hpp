#pragma once

/// A user's duration in the unit of a clock.

#include <chrono>
#include <cmath>

namespace libsync::detail {

/// Returns a duration in the unit of `To`, rounded up. One of more than half of what `To` can hold
/// becomes the longest that it can, or the shortest. What is not a number becomes 0.
template <class To, class Rep, class Period>
[[nodiscard]] constexpr To saturated(std::chrono::duration<Rep, Period> time) noexcept {
  // A double is exact enough, since the division stays far from the ends of `To`.
  using seconds = std::chrono::duration<double>;
  const seconds about{time};
  if (about >= seconds{To::max()} / 2)
    return To::max();
  if (about <= seconds{To::min()} / 2)
    return To::min();
  if (std::isnan(about.count()))
    return To::zero();
  return std::chrono::ceil<To>(time);
}

} // namespace libsync::detail
