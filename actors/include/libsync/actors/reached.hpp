#pragma once

/// A version that a coroutine waits for.

#include <memory>
#include <utility>

#include "libsync/actors/detail/session/buffer_state.hpp"

#include "libsync/ids.hpp"
#include "libsync/result.hpp"

namespace libsync {

/// What `session::reached` returns. A coroutine that includes `libsync/coroutine.hpp` awaits it.
class [[nodiscard]] version_reached {
public:
  version_reached(std::shared_ptr<detail::buffer_state> by, version target) noexcept
      : by_(std::move(by)), target_(target) {}

  /// Returns the version of the session's copy, if it has reached the target; else the reason for
  /// which it has not, or why it never will.
  [[nodiscard]] result<version> now() const;

  /// Whether the session's copy has reached it.
  [[nodiscard]] bool is_there() const noexcept { return by_ && by_->gate().latest() >= target_; }

  /// For the library's own use: calls `who` once, in the client, when there is an answer. Returns
  /// false, and does not, if there is one already.
  bool tell(std::shared_ptr<detail::version_listener> who) const noexcept {
    return by_ && by_->gate().listen(target_, std::move(who));
  }
  void forget(const detail::version_listener& who) const noexcept {
    if (by_)
      by_->gate().forget(who);
  }

private:
  std::shared_ptr<detail::buffer_state> by_;
  version target_;
};

} // namespace libsync
