#pragma once

/// What a reducer says of an operation: accepted, or refused with a reason.

#include <memory>
#include <string>
#include <utility>

namespace libsync {

/// Accepted, or refused with a reason that a person can read. One pointer pair wide, so that an
/// accepted outcome costs nothing in the loop that applies millions of operations.
class [[nodiscard]] outcome {
public:
  /// Accepted.
  outcome() = default;

  /// Refused. An empty reason becomes "refused", so that a refusal always says something.
  static outcome refused(std::string reason) {
    outcome result;
    if (reason.empty())
      reason = "refused";
    result.reason_ = std::make_shared<const std::string>(std::move(reason));
    return result;
  }

  [[nodiscard]] bool accepted() const noexcept { return reason_ == nullptr; }

  explicit operator bool() const noexcept { return accepted(); }

  /// Returns why it was refused; empty if it was accepted.
  [[nodiscard]] const std::string& reason() const noexcept {
    static const std::string none;
    return reason_ ? *reason_ : none;
  }

  friend bool operator==(const outcome& left, const outcome& right) {
    return left.accepted() == right.accepted() && left.reason() == right.reason();
  }

private:
  std::shared_ptr<const std::string> reason_;
};

/// Returns the outcome of an operation that was applied.
inline outcome accepted() {
  return {};
}

/// Returns the outcome of an operation that changed nothing, with the reason.
inline outcome refused(std::string reason) {
  return outcome::refused(std::move(reason));
}

} // namespace libsync
