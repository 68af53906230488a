#pragma once

/// A gate at which threads wait for a version.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <limits>
#include <mutex>

#include "libsync/actors/detail/spin_lock.hpp"

#include "libsync/ids.hpp"

namespace libsync::detail {

/// The version that a client has reached, for threads that wait for one. Reaching one wakes threads
/// only if it is what they wait for. Any thread may use it.
class version_gate {
public:
  /// The client has reached `latest`.
  void reach(version latest) {
    // Sequentially consistent, like what wait_for does: either the waiting thread sees the version,
    // or this thread sees what is awaited.
    latest_.store(latest);
    if (latest < awaited_.load())
      return;
    const std::lock_guard guard{lock_};
    awaited_.store(nothing);
    reached_.notify_all();
  }

  [[nodiscard]] version latest() const noexcept { return latest_.load(); }

  /// Waits until the client has reached `target`, the gate is closed, or `deadline` has passed.
  /// Returns whether it has reached it.
  bool wait_for(version target, std::chrono::steady_clock::time_point deadline) {
    std::unique_lock guard{lock_};
    for (bool in_time = true;;) {
      awaited_.store(std::min(awaited_.load(), target));
      if (latest_.load() >= target || closed_ || !in_time)
        return latest_.load() >= target;
      in_time = reached_.wait_until(guard, deadline) == std::cv_status::no_timeout;
    }
  }

  /// Nobody waits any more.
  void close() noexcept {
    const std::lock_guard guard{lock_};
    closed_ = true;
    reached_.notify_all();
  }

private:
  static constexpr version nothing = std::numeric_limits<version>::max();

  mutable spin_lock lock_;
  std::condition_variable_any reached_;
  std::atomic<version> latest_{0};
  // The least version that a thread waits for.
  std::atomic<version> awaited_{nothing};
  bool closed_ = false;
};

} // namespace libsync::detail
