#pragma once

/// Calls user callbacks; an exception is counted, not propagated.

#include <cstddef>
#include <utility>

namespace libsync::detail {

/// Calls functions of the user's. One that throws is counted and stops nobody else.
class callback_guard {
public:
  /// Returns whether the call came to its end.
  template <class Function>
  bool operator()(Function&& call) noexcept {
    try {
      std::forward<Function>(call)();
      return true;
    } catch (...) {
      ++thrown_;
      return false;
    }
  }

  /// How often a call has thrown.
  [[nodiscard]] std::size_t thrown() const noexcept { return thrown_; }

private:
  std::size_t thrown_ = 0;
};

} // namespace libsync::detail
