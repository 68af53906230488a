#pragma once

/// Where a user's duration meets a clock.

#include <algorithm>
#include <chrono>

namespace libsync {

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
  if (!(about == about))
    return To::zero();
  return std::chrono::ceil<To>(time);
}

/// Returns the moment at which patience ends that begins now. One that is negative, or 0, ends at
/// once; beyond a hundred years it lasts for ever, which is as long.
template <class Rep, class Period>
[[nodiscard]] std::chrono::steady_clock::time_point
deadline_after(std::chrono::duration<Rep, Period> patience) noexcept {
  using clock = std::chrono::steady_clock;
  constexpr clock::duration for_ever = std::chrono::hours{24 * 365 * 100};
  return clock::now() +
         std::clamp(saturated<clock::duration>(patience), clock::duration::zero(), for_ever);
}

} // namespace libsync
