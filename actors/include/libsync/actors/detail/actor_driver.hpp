#pragma once

/// Runs actors on the thread that would otherwise wait for them.

#include <chrono>
#include <functional>

#include "libsync/ids.hpp"
#include "libsync/reason.hpp"

namespace libsync::detail {

/// Where no other thread runs the actors, a thread that waits for one of them must run them itself.
/// `testing::runtime` is such a place. A thread may have several drivers, of which the newest is
/// asked.
class actor_driver {
public:
  /// Belongs to this thread until it is destroyed.
  actor_driver() noexcept;

  actor_driver(const actor_driver&) = delete;
  actor_driver& operator=(const actor_driver&) = delete;

  /// Runs actors until `done()`, and lets time pass where they wait for that, at most up to
  /// `deadline`. Returns why it stopped before; nothing if it is done.
  virtual reason drive(const std::function<bool()>& done,
                       std::chrono::steady_clock::time_point deadline) = 0;

  /// The time of the actors that it runs, in milliseconds since 1970.
  [[nodiscard]] virtual timestamp time() = 0;

  /// The one of this thread; null if other threads run the actors.
  [[nodiscard]] static actor_driver* here() noexcept;

protected:
  ~actor_driver();

private:
  actor_driver* before_;
};

} // namespace libsync::detail
