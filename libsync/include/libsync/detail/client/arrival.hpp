#pragma once

/// Whether there are data that can be read.

#include <atomic>
#include <cstdint>

namespace libsync::detail {

/// One thread says when data have come and when they are gone; any others ask, or wait for the
/// first ones.
class arrival {
public:
  [[nodiscard]] bool has_come() const noexcept {
    return state_.load(std::memory_order_acquire) == there;
  }

  /// Waits until there are data, or will be none; returns whether there are.
  bool wait() const noexcept {
    while (state_.load(std::memory_order_acquire) == awaited)
      state_.wait(awaited);
    return has_come();
  }

  /// Nobody need wait any more, if there are none yet. Any thread.
  void give_up() noexcept {
    auto before = awaited;
    if (state_.compare_exchange_strong(before, nevermore))
      state_.notify_all();
  }

  void come() noexcept {
    if (has_come())
      return;
    state_.store(there, std::memory_order_seq_cst);
    state_.notify_all();
  }

  /// They are gone until others come.
  void go() noexcept { state_.store(awaited); }

private:
  static constexpr std::uint32_t awaited = 0;
  static constexpr std::uint32_t there = 1;
  static constexpr std::uint32_t nevermore = 2;

  std::atomic<std::uint32_t> state_{awaited};
};

} // namespace libsync::detail
