#pragma once

/// A lock for work of some nanoseconds.

#include <algorithm>
#include <atomic>
#include <chrono>

namespace libsync::detail {

/// What a thread does each time that it finds a lock taken: at first it just tries again, soon it
/// lets others run, and then it sleeps, longer each time. The holder may have been put aside in the
/// middle of its section, and where it has a lower priority it runs only if the others sleep.
class back_off {
public:
  static constexpr int tries = 64;
  static constexpr int yields = 64;
  static constexpr std::chrono::microseconds shortest{20};
  static constexpr std::chrono::microseconds longest{1280};

  enum class step { try_again, yield, sleep };

  /// Returns what to do next.
  step next() noexcept {
    if (count_ >= tries + yields) {
      sleep_ = std::clamp(2 * sleep_, shortest, longest);
      return step::sleep;
    }
    return count_++ < tries ? step::try_again : step::yield;
  }

  /// How long to sleep, if that is next.
  [[nodiscard]] std::chrono::microseconds sleep() const noexcept { return sleep_; }

private:
  int count_ = 0;
  std::chrono::microseconds sleep_{0};
};

/// A lock for sections that are shorter than a call of the system. Taking it alone is one atomic
/// step and freeing it a plain write, where a std::mutex takes two steps and a call. That is why
/// nobody is woken: who frees it would have to look whether somebody sleeps, by a second step.
class spin_lock {
public:
  void lock() noexcept {
    if (!try_lock()) [[unlikely]]
      wait();
  }

  void unlock() noexcept { taken_.clear(std::memory_order_release); }

private:
  bool try_lock() noexcept {
    return !taken_.test(std::memory_order_relaxed) &&
           !taken_.test_and_set(std::memory_order_acquire);
  }

  void wait() noexcept;

  std::atomic_flag taken_;
};

} // namespace libsync::detail
