#pragma once

/// A limit of the time that a submission waits for room.

#include <chrono>

#include "libsync/actors/detail/deadline.hpp"

namespace libsync {

/// What a thread does when the outbox is full.
enum class when_full {
  /// Wait for room. The wait ends with room, with close, or with the end of the server. If this
  /// thread must not wait (`waiting.hpp`), the answer is `overloaded` instead.
  wait,
  /// Answer `overloaded` at once.
  answer,
};

/// The time that a submission waits for room: as `when_full` says, for a duration, or until a time
/// of the steady clock. After that the answer is `overloaded`. A duration below 0 counts as 0.
class patience {
public:
  using time_point = std::chrono::steady_clock::time_point;

  patience(when_full full) noexcept
      : until_(full == when_full::wait ? time_point::max() : time_point::min()) {}
  patience(time_point until) noexcept : until_(until) {}
  template <class Rep, class Period>
  patience(std::chrono::duration<Rep, Period> most) noexcept
      : until_(detail::deadline_after(most)) {}

  /// Whether it waits at all, and whether only until a time.
  [[nodiscard]] bool waits() const noexcept { return until_ != time_point::min(); }
  [[nodiscard]] bool is_limited() const noexcept { return until_ != time_point::max(); }
  [[nodiscard]] time_point until() const noexcept { return until_; }

private:
  time_point until_;
};

} // namespace libsync
