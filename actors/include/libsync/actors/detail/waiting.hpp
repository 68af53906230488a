#pragma once

/// Marks threads that must not wait.

#include <utility>

#include "libsync/reason.hpp"

namespace libsync::detail {

/// While one of these lives, its thread must not wait for a session: it runs a function of a user's
/// inside what would be waited for, such as an observer, or it is one of few threads that run all
/// actors. Calls that would wait then answer at once, with a sentence that says what to do instead.
/// They may be nested; the innermost names the place.
///
///     const no_waiting here{"an observer"};
///     observer(change);
///
/// Costs two writes to a variable of the thread.
class [[nodiscard]] no_waiting {
public:
  /// `where` completes "this thread runs …"; it must be a literal.
  explicit no_waiting(const char* where) noexcept : before_(std::exchange(place(), where)) {}
  ~no_waiting() { place() = before_; }

  no_waiting(const no_waiting&) = delete;
  no_waiting& operator=(const no_waiting&) = delete;

  /// The same for all that this thread still does.
  static void from_now_on(const char* where) noexcept { place() = where; }

  /// What this thread runs, if it must not wait; null if it may.
  [[nodiscard]] static const char* here() noexcept { return place(); }

private:
  // One variable for a program and the compiled library, also where that is shared and the program
  // hides what it does not name.
  [[gnu::visibility("default")]] static const char*& place() noexcept {
    thread_local const char* where = nullptr;
    return where;
  }

  const char* before_;
};

/// Returns why this thread must not wait, in a sentence that ends with `instead`; nothing if it
/// may.
[[nodiscard]] reason why_not_wait(const char* instead) noexcept;

} // namespace libsync::detail
