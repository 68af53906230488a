#pragma once

/// A gate at which threads and coroutines wait for a version.

#include <atomic>
#include <chrono>
#include <cstddef>
#include <limits>
#include <memory>

#include "libsync/actors/detail/spin_lock.hpp"
#include "libsync/actors/detail/wake_up.hpp"

#include "libsync/detail/callback_guard.hpp"
#include "libsync/ids.hpp"

namespace libsync::detail {

/// Who waits for a version without a thread, at one gate and once at a time.
class version_listener {
public:
  virtual ~version_listener() = default;
  version_listener(const version_listener&) = delete;
  version_listener& operator=(const version_listener&) = delete;

  /// The version is reached, or the client has ended. Called in the client.
  virtual void tell() = 0;

protected:
  version_listener() = default;

private:
  friend class version_gate;
  version target_ = 0;
  std::shared_ptr<version_listener> next_;
};

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

  /// No thread waits any more.
  void close() noexcept;

  /// Tells `who` once, when the client has reached `target` or ended. Returns false, and does not
  /// tell, if it has already.
  bool listen(version target, std::shared_ptr<version_listener> who) noexcept;
  /// Does not tell `who`, unless that has begun.
  void forget(const version_listener& who) noexcept;
  /// The client goes no further: tells all. For the client only.
  void end() noexcept;
  [[nodiscard]] bool has_ended() const noexcept;

  /// How often a listener has thrown. For the client only.
  [[nodiscard]] std::size_t thrown() const noexcept { return calls_.thrown(); }

private:
  [[nodiscard]] bool is_closed() const noexcept;
  [[nodiscard]] std::shared_ptr<version_listener> take_due() noexcept;
  void tell_all(std::shared_ptr<version_listener> first) noexcept;

  static constexpr version nothing = std::numeric_limits<version>::max();

  mutable spin_lock lock_;
  wake_up reached_;
  std::atomic<version> latest_{0};
  // The least version that anybody waits for.
  std::atomic<version> awaited_{nothing};
  bool closed_ = false;
  bool ended_ = false;
  std::shared_ptr<version_listener> listeners_;
  callback_guard calls_;
};

} // namespace libsync::detail
