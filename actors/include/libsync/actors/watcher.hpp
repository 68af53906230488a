#pragma once

/// Watchers: functions that are called when a part of the data has changed.

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <utility>

#include "libsync/actors/executor.hpp"

namespace libsync {

namespace detail {

class watch_base;

} // namespace detail

/// The options of a watcher.
struct watch_options {
  /// Where its function is called: in the client, unless there is something here.
  executor where = {};
  /// Called with each exception of the watcher's projection, function or executor, in the thread
  /// that has thrown it. So it is called in the client too, if the projection is. Exceptions are
  /// counted in any case, and stop nobody else.
  std::function<void(const std::exception_ptr&)> on_error = {};
};

/// What a watcher has done so far.
struct watcher_status {
  /// Calls of its function.
  std::uint64_t calls = 0;
  /// Exceptions of its projection, function or executor.
  std::uint64_t thrown = 0;
  /// Values that a watcher of every version was not told, because too many waited.
  std::uint64_t passed_over = 0;
};

/// A handle to a watcher, which watches as long as the handle lives. Members may be called in any
/// thread, one at a time.
///
///     libsync::watcher watching = session.watch(&game::score, [](int score) { ... });
///
/// Once the handle is reset or destroyed, the function is not called any more, and its captures are
/// destroyed. If a call is running in another thread, `reset` waits until it has returned. It
/// cannot wait in three cases, in which it returns at once: within that very call; if that call
/// itself waits, in the end, for a call of this thread, as when two watchers reset each other; and
/// in a function that reads a session. The captures then are destroyed when the call returns. So do
/// not reset a watcher while you hold a lock that its function takes.
class [[nodiscard]] watcher {
public:
  /// Watches nothing.
  watcher() noexcept = default;

  watcher(watcher&& other) noexcept : what_(std::move(other.what_)) {}
  watcher& operator=(watcher&& other) noexcept {
    if (this != &other) {
      reset();
      what_ = std::move(other.what_);
    }
    return *this;
  }
  ~watcher() { reset(); }

  /// Ends it. It is harmless to do so again.
  void reset() noexcept;

  /// Whether it watches: also if the client has ended.
  explicit operator bool() const noexcept { return what_ != nullptr; }

  [[nodiscard]] watcher_status status() const noexcept;

  /// For the library's own use.
  explicit watcher(std::shared_ptr<detail::watch_base> what) noexcept : what_(std::move(what)) {}

private:
  std::shared_ptr<detail::watch_base> what_;
};

} // namespace libsync
