#pragma once

/// How long to wait before the next attempt.

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace libsync::detail {

/// Waits twice as long each time, up to a limit, and by chance up to half less, so that those who
/// were cut off together do not come back together (exponential backoff with jitter).
class backoff {
public:
  using duration = std::chrono::milliseconds;

  backoff(duration first, duration most) noexcept : first_(first), most_(most) {}

  /// `chance` is any number.
  [[nodiscard]] duration next(std::uint64_t chance) noexcept {
    wait_ = wait_ == duration{0} ? first_ : std::min(most_, wait_ * 2);
    const auto half = static_cast<std::uint64_t>(wait_.count()) / 2;
    return wait_ - duration{static_cast<duration::rep>(chance % (half + 1))};
  }

  /// It has worked.
  void reset() noexcept { wait_ = duration{0}; }

private:
  duration first_;
  duration most_;
  duration wait_{0};
};

} // namespace libsync::detail
