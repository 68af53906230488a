#pragma once

/// How fast something may come.

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace libsync::detail {

/// Allows so much a second on the average, and a second's worth at once (a token bucket).
class rate {
public:
  using time_point = std::chrono::steady_clock::time_point;

  rate(std::uint64_t per_second, time_point now) noexcept
      : per_second_(static_cast<double>(per_second)), left_(per_second_), since_(now) {}

  /// So much has come.
  void take(std::uint64_t much, time_point now) noexcept {
    refill(now);
    left_ -= static_cast<double>(much);
  }

  /// How long nothing more is to come.
  [[nodiscard]] std::chrono::nanoseconds pause(time_point now) noexcept {
    refill(now);
    if (left_ >= 0)
      return std::chrono::nanoseconds{0};
    return std::chrono::ceil<std::chrono::nanoseconds>(
        std::chrono::duration<double>{-left_ / per_second_});
  }

private:
  void refill(time_point now) noexcept {
    if (now <= since_)
      return;
    const std::chrono::duration<double> passed = now - since_;
    left_ = std::min(per_second_, left_ + per_second_ * passed.count());
    since_ = now;
  }

  double per_second_;
  double left_;
  time_point since_;
};

} // namespace libsync::detail
