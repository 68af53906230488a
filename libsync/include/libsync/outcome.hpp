#pragma once

/// What a reducer says of an operation: accepted, or refused with a reason.

#include <utility>

#include "libsync/reason.hpp"

namespace libsync {

/// Accepted, or refused with a reason that a person can read. One pointer pair wide, so that an
/// accepted outcome costs nothing in the loop that applies millions of operations.
class [[nodiscard]] outcome {
public:
  /// Accepted.
  outcome() = default;

  /// Refused. An empty reason becomes "refused", so that a refusal always says something.
  static outcome refused(libsync::reason why) noexcept {
    outcome result;
    result.reason_ = why.empty() ? "refused"_reason : std::move(why);
    return result;
  }

  [[nodiscard]] bool accepted() const noexcept { return reason_.empty(); }

  explicit operator bool() const noexcept { return accepted(); }

  /// Returns why it was refused; empty if it was accepted.
  [[nodiscard]] const libsync::reason& reason() const noexcept { return reason_; }

  friend bool operator==(const outcome&, const outcome&) = default;

private:
  libsync::reason reason_;
};

/// Returns the outcome of an operation that was applied.
inline outcome accepted() {
  return {};
}

/// Returns the outcome of an operation that changed nothing, with the reason.
inline outcome refused(reason why) noexcept {
  return outcome::refused(std::move(why));
}

} // namespace libsync
