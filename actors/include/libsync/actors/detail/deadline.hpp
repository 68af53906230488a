#pragma once

/// Adds a user's duration to the time of a clock.

#include <chrono>

namespace libsync::detail {

/// Returns when `patience` ends if it begins now. None, and less than none, ends now; a hundred
/// years and more are for ever, which is `time_point::max()`: adding them to a clock would
/// overflow.
template <class Rep, class Period>
[[nodiscard]] std::chrono::steady_clock::time_point
deadline_after(std::chrono::duration<Rep, Period> patience) noexcept {
  using clock = std::chrono::steady_clock;
  constexpr std::chrono::duration<double> for_ever = std::chrono::hours{24 * 365 * 100};
  const std::chrono::duration<double> seconds{patience};
  if (!(seconds.count() > 0)) // nor is what is no number
    return clock::now();
  if (seconds >= for_ever)
    return clock::time_point::max();
  return clock::now() + std::chrono::ceil<clock::duration>(patience);
}

} // namespace libsync::detail
