#pragma once

/// Waits for a condition that a spin lock guards.

#include <chrono>
#include <memory>
#include <mutex>

#include "libsync/actors/detail/spin_lock.hpp"

namespace libsync::detail {

/// What std::condition_variable_any does; its header alone takes as long to compile as a tenth of a
/// small program.
class wake_up {
public:
  wake_up();
  ~wake_up();
  wake_up(const wake_up&) = delete;
  wake_up& operator=(const wake_up&) = delete;

  void wait(std::unique_lock<spin_lock>& guard);
  /// Returns false once `deadline` has passed.
  bool wait_until(std::unique_lock<spin_lock>& guard,
                  std::chrono::steady_clock::time_point deadline);
  void notify_all() noexcept;

private:
  struct condition;
  std::unique_ptr<condition> condition_;
};

} // namespace libsync::detail
