#pragma once

/// The state of a session's buffer without its contents: whether it is open, and the threads that
/// wait.

#include <cstddef>
#include <functional>
#include <mutex>
#include <utility>

#include "libsync/actors/detail/actor_ref.hpp"
#include "libsync/actors/detail/session/version_gate.hpp"
#include "libsync/actors/detail/spin_lock.hpp"
#include "libsync/actors/detail/wake_up.hpp"
#include "libsync/actors/patience.hpp"

#include "libsync/detail/callback_guard.hpp"
#include "libsync/reason.hpp"

namespace libsync::detail {

/// The part of a `session_buffer` that is the same for all data. All members are safe to call from
/// any thread.
class buffer_state {
public:
  buffer_state();
  buffer_state(const buffer_state&) = delete;
  buffer_state& operator=(const buffer_state&) = delete;

  /// Takes nothing more: later submissions are refused with `why`.
  void close(libsync::reason why) noexcept;

  /// The letter that tells the client to close: null but for the first time. It was written when
  /// there was memory.
  [[nodiscard]] letter farewell() noexcept;

  /// Waits until the client has ended. Returns why it has not; nothing if it has.
  libsync::reason wait_for_end() noexcept;

  [[nodiscard]] bool has_ended() const noexcept;

  /// Runs actors until `done()` or the end of the client, if this thread must run them itself.
  /// Returns why they came to neither.
  [[nodiscard]] libsync::reason drive_until(const std::function<bool()>& done) const;

  /// Where threads wait for a version; closed with the buffer.
  [[nodiscard]] version_gate& gate() noexcept { return gate_; }

  [[nodiscard]] bool closed() const noexcept;
  [[nodiscard]] libsync::reason reason() const noexcept;

  /// How often a full buffer has answered `overloaded`.
  [[nodiscard]] std::size_t overloaded() const noexcept;

  /// How often somebody has thrown that `refuse` or the gate told. For the client only.
  [[nodiscard]] std::size_t thrown() const noexcept { return calls_.thrown() + gate_.thrown(); }

protected:
  ~buffer_state() = default;

  // With the lock.

  /// Waits for `wake_all`, as `full` says. Returns false if this thread must not wait, or waited
  /// long enough.
  bool wait_for_wake(std::unique_lock<spin_lock>& guard, patience full);
  /// There is room.
  void wake_all() noexcept {
    ++wakes_;
    room_.notify_all();
  }

  // Without.

  void set_ended() noexcept;

  mutable spin_lock lock_;
  bool closed_ = false;
  std::size_t overloaded_ = 0;
  callback_guard calls_;

private:
  [[nodiscard]] bool has_been_woken_since(std::size_t wakes) const noexcept;

  wake_up room_;
  std::size_t wakes_ = 0;
  wake_up end_;
  version_gate gate_;
  bool ended_ = false;
  libsync::reason reason_;
  letter farewell_;
};

} // namespace libsync::detail
