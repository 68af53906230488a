#pragma once

/// The one place that reads the wall clock.

#include <atomic>
#include <chrono>
#include <limits>

#include "libsync/ids.hpp"

namespace libsync {

/// Returns the present time in milliseconds since 1970-01-01 00:00 UTC, by integer arithmetic. It
/// steps back when somebody sets the computer's clock back.
inline timestamp wall_clock() {
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch).count();
}

/// A clock that never steps back. While the wall clock does, this clock stands still. Any thread
/// may use it.
class clock {
public:
  /// Returns the present time in milliseconds since 1970-01-01 00:00 UTC.
  timestamp now() noexcept { return not_before(wall_clock()); }

  /// Returns `reading`, or what was returned last if that is later.
  timestamp not_before(timestamp reading) noexcept {
    auto latest = latest_.load(std::memory_order_relaxed);
    while (latest < reading &&
           !latest_.compare_exchange_weak(latest, reading, std::memory_order_relaxed)) {
    }
    return latest < reading ? reading : latest;
  }

private:
  std::atomic<timestamp> latest_{std::numeric_limits<timestamp>::min()};
};

/// The clock that the whole process shares.
inline clock& process_clock() {
  static clock shared;
  return shared;
}

} // namespace libsync
