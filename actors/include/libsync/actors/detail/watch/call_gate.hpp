#pragma once

/// Lets one call of a function of the user's in at a time, and none once it is closed.

#include <atomic>

#include "libsync/actors/detail/spin_lock.hpp"

namespace libsync::detail {

/// Guards calls that any thread may make, against an end that any thread may order.
///
///     if (gate.enter()) {
///       do
///         call();
///       while (!gate.leave());
///     }
///
/// *Law.* Once `close` has returned, no call begins. Once `wait` has returned, no call runs, with
/// three exceptions, in which waiting would never end. It does not wait for calls that run on its
/// own thread. It does not wait if the thread that makes the call waits itself, at another gate,
/// for a call of this thread, or for one that waits for that, and so on. And it does not wait on a
/// thread that is reading a copy, because the call may wait for that copy.
///
/// *Why this never hangs.* A thread waits at one gate at a time, and a gate has one thread within.
/// So from a thread there leads one chain: to the gate where it waits, to the thread within, to the
/// gate where that one waits. A closed gate lets nobody in, so a chain grows only where a thread
/// begins to wait. That thread walks along the chain first, under one lock for all, and does not
/// wait if it would come back to itself. Within a call no other function of libsync's waits
/// (`no_waiting`).
class call_gate {
public:
  call_gate() = default;
  call_gate(const call_gate&) = delete;
  call_gate& operator=(const call_gate&) = delete;

  /// Whether the caller is in. If another call is, that one is told by `leave` to run once more.
  bool enter() noexcept;

  /// Returns whether the caller is out. If not, somebody has found the gate occupied, and the
  /// caller has to run once more in the other's place.
  bool leave() noexcept;

  /// Lets nobody in any more.
  void close() noexcept;
  [[nodiscard]] bool is_closed() const noexcept { return closed_.load(std::memory_order_acquire); }

  /// Waits until nobody is in. It must be closed. Returns false if it cannot wait, see above.
  bool wait() noexcept;

  /// Whether nobody is in.
  [[nodiscard]] bool is_empty() const noexcept;

private:
  [[nodiscard]] const void* within() const noexcept;
  [[nodiscard]] bool await() noexcept;
  [[nodiscard]] bool leads_to(const void* thread) const noexcept;

  mutable spin_lock lock_;
  std::atomic<bool> closed_{false};
  bool again_ = false;
  bool awaited_ = false;
  const void* within_ = nullptr; // the thread whose call is in
};

} // namespace libsync::detail
