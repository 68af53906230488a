#pragma once

/// A lock for work of some nanoseconds.

#include <atomic>
#include <cstdint>

namespace libsync::detail {

/// Tells the processor that this thread waits in a loop.
inline void relax() noexcept {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

/// A mutual exclusion of 4 bytes. A thread that finds it taken looks again for about a microsecond,
/// then sleeps until it is released, so that one whose holder was put off its processor burns no
/// time. Alone it costs two atomic steps and no call. Any thread; not recursive.
///
/// The three states are those of the second mutex of Ulrich Drepper, "Futexes Are Tricky" (2011).
class brief_lock {
public:
  void lock() noexcept {
    std::uint32_t found = open;
    if (!state_.compare_exchange_strong(found, taken, std::memory_order_acquire,
                                        std::memory_order_relaxed)) [[unlikely]]
      wait();
  }

  void unlock() noexcept {
    if (state_.exchange(open, std::memory_order_seq_cst) == wanted) [[unlikely]]
      state_.notify_one();
  }

private:
  static constexpr std::uint32_t open = 0;
  static constexpr std::uint32_t taken = 1;
  static constexpr std::uint32_t wanted = 2; // taken, and somebody may sleep

  [[gnu::noinline]] void wait() noexcept {
    for (int tries = 0; tries < 40; ++tries) {
      relax();
      std::uint32_t found = open;
      if (state_.load(std::memory_order_relaxed) == open &&
          state_.compare_exchange_weak(found, taken, std::memory_order_acquire,
                                       std::memory_order_relaxed))
        return;
    }
    while (state_.exchange(wanted, std::memory_order_seq_cst) != open)
      state_.wait(wanted);
  }

  std::atomic<std::uint32_t> state_{open};
};

/// Holds a lock while it lives.
template <class Lock>
class [[nodiscard]] holding {
public:
  explicit holding(Lock& which) noexcept : which_(which) { which_.lock(); }
  ~holding() { which_.unlock(); }
  holding(const holding&) = delete;
  holding& operator=(const holding&) = delete;

private:
  Lock& which_;
};

} // namespace libsync::detail
