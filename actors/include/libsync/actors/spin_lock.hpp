#pragma once

/// A lock for what takes some nanoseconds.

#include <atomic>
#include <thread>

namespace libsync {

/// A lock that does not sleep: a thread that finds it taken tries again, and soon lets others run.
/// For sections that are shorter than a call of the system. Taking it alone is one atomic step,
/// where a std::mutex takes two and a call.
class spin_lock {
public:
  void lock() noexcept {
    for (int tries = 0; !try_lock(); ++tries)
      if (tries >= 64)
        std::this_thread::yield();
  }

  void unlock() noexcept { taken_.clear(std::memory_order_release); }

private:
  bool try_lock() noexcept {
    return !taken_.test(std::memory_order_relaxed) &&
           !taken_.test_and_set(std::memory_order_acquire);
  }

  std::atomic_flag taken_;
};

} // namespace libsync
