#pragma once

/// A reducer's answer to an operation: accepted, or refused with a reason.

#include <utility>

#include "libsync/reason.hpp"

namespace libsync {

/// Accepted, or refused with a reason that a person can read, or the reducer threw. Its copies
/// allocate nothing. Accepted is all zeros, so that it costs nothing in the loop that applies
/// millions of operations.
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

  /// Not accepted, because something was thrown. `cleanly` says that the data are as they were, so
  /// that this is a refusal like any other. Otherwise the data are unknown.
  static outcome threw(libsync::reason why, bool cleanly) noexcept {
    auto result = refused(std::move(why));
    result.how_ = cleanly ? how::threw_cleanly : how::threw;
    return result;
  }

  [[nodiscard]] bool accepted() const noexcept { return reason_.empty(); }

  explicit operator bool() const noexcept { return accepted(); }

  /// Whether it was not accepted because something was thrown.
  [[nodiscard]] bool threw() const noexcept { return how_ != how::decided; }

  /// Whether the data may be neither what they were nor what they should be.
  [[nodiscard]] bool leaves_data_unknown() const noexcept { return how_ == how::threw; }

  /// Returns why it was refused; empty if it was accepted.
  [[nodiscard]] const libsync::reason& reason() const noexcept { return reason_; }

  friend bool operator==(const outcome&, const outcome&) = default;

private:
  enum class how : unsigned char { decided, threw_cleanly, threw };

  libsync::reason reason_;
  how how_ = how::decided;
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
