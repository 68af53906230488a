#pragma once

/// A gate at which threads wait for a version.

#include <atomic>
#include <chrono>
#include <limits>

#include "libsync/actors/detail/spin_lock.hpp"
#include "libsync/actors/detail/wake_up.hpp"

#include "libsync/ids.hpp"

namespace libsync::detail {

/// The version that a client has reached, for threads that wait for one. Reaching one wakes threads
/// only if it is what they wait for. Any thread may use it.
class version_gate {
public:
  /// The client has reached `latest`.
  void reach(version latest);

  [[nodiscard]] version latest() const noexcept { return latest_.load(); }

  /// Waits until the client has reached `target`, the gate is closed, or `deadline` has passed.
  /// Returns whether it has reached it.
  bool wait_for(version target, std::chrono::steady_clock::time_point deadline);

  /// Nobody waits any more.
  void close() noexcept;

private:
  [[nodiscard]] bool is_closed() const noexcept;

  static constexpr version nothing = std::numeric_limits<version>::max();

  mutable spin_lock lock_;
  wake_up reached_;
  std::atomic<version> latest_{0};
  // The least version that a thread waits for.
  std::atomic<version> awaited_{nothing};
  bool closed_ = false;
};

} // namespace libsync::detail
