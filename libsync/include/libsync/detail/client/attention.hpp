#pragma once

/// Decides whether a spare for readers is worth its cost.

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace libsync::detail {

/// Weighs what a spare costs against who would look at it. Readers say that they were here; the
/// writer asks before each batch. One call pays for some hundred small batches, or for hardly a
/// large one, since there the spare costs more than the messages around it; calls that go on pay
/// for four times as much each time, so that the flood of a copy that is watched is covered after a
/// few. What is not used up lasts until it is, without a clock. Where copies take long, nothing is
/// worth it for a while.
class attention {
public:
  /// A batch of at most so many operations is small: its spare costs less than its message.
  static constexpr std::size_t few = 16;

  /// Any thread.
  void notice() const noexcept {
    if (!noticed_.load(std::memory_order_relaxed))
      noticed_.store(true, std::memory_order_relaxed);
  }

  /// The writer asks whether to prepare for a batch of that size, and thereby pays for it.
  bool pays_for(std::size_t operations) noexcept {
    if (rest_ > 0) {
      --rest_;
      return false;
    }
    const bool noticed = noticed_.load(std::memory_order_relaxed);
    if (noticed) {
      noticed_.store(false, std::memory_order_relaxed);
      grant_ = std::min(grant_ * 4, most);
      left_ = std::max(left_, grant_);
    }
    const bool small = operations <= few;
    const auto cost = few * (small ? 1 : operations);
    const bool enough = (small ? cost : cost + kept_for_small) <= left_;
    left_ -= std::min(left_, enough ? cost : 1 + operations / few);
    if (left_ == 0 && !noticed)
      grant_ = first / 4;
    return enough;
  }

  /// Whether copies take so little that a reader who waits may have a spare.
  [[nodiscard]] bool may_spare() const noexcept { return rest_ == 0; }

  /// The writer tells how long it took to copy the data. One slow copy may have had other reasons.
  void copied_in(std::uint64_t nanoseconds) noexcept {
    slow_ = nanoseconds > slow_copy ? slow_ + 1 : 0;
    if (slow_ > 1)
      rest_ = std::size_t{64} << std::min(slow_, 12);
  }

private:
  static constexpr std::uint64_t slow_copy = 50'000;
  static constexpr std::size_t first = 4096;
  static constexpr std::size_t kept_for_small = first / 2;
  static constexpr std::size_t most = 1024 * first;

  mutable std::atomic<bool> noticed_{false};
  std::size_t grant_ = first / 4;
  std::size_t left_ = first;
  int slow_ = 0;         // copies in a row
  std::size_t rest_ = 0; // batches
};

} // namespace libsync::detail
