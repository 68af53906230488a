#pragma once

/// When operations are due that are submitted at a rate.

#include <chrono>
#include <cstdint>

namespace libsync {

/// The times of operations that come evenly, `rate` in a second, whether or not those before are
/// done (an open loop). Whoever measures a latency counts from the time at which the operation was
/// due. If the submitter is held up, the operations that come late are then counted with the time
/// by which they are late, which is what corrects for "coordinated omission" (Gil Tene).
class schedule {
public:
  using clock = std::chrono::steady_clock;

  /// `rate` is more than 0.
  schedule(clock::time_point begin, double rate) noexcept : begin_(begin), rate_(rate) {}

  /// Returns when the operation with the index `index`, from 0 on, is due.
  [[nodiscard]] clock::time_point due(std::uint64_t index) const noexcept {
    const std::chrono::duration<double> since{static_cast<double>(index) / rate_};
    return begin_ + std::chrono::duration_cast<clock::duration>(since);
  }

  /// Waits until `time`, and not longer: a sleep takes longer than it should, by some tens of
  /// microseconds, so the thread gives way to others during the last of them instead of sleeping.
  static void wait_until(clock::time_point time);

private:
  clock::time_point begin_;
  double rate_;
};

} // namespace libsync
