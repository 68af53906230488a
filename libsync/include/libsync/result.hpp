#pragma once

/// A value, or why there is none.

#include <optional>
#include <string>
#include <utility>

namespace libsync {

/// Holds a value, or a reason that a person can read. Where there is none, `*` and `->` must not be
/// used.
template <class T>
class [[nodiscard]] result {
public:
  result(T value) : value_(std::move(value)) {}

  /// Makes the value in its place.
  template <class... Args>
  explicit result(std::in_place_t, Args&&... args)
      : value_(std::in_place, std::forward<Args>(args)...) {}

  /// An empty reason becomes "refused", so that a failure always says something.
  static result failed(std::string why) {
    result none;
    none.why_ = why.empty() ? "refused" : std::move(why);
    return none;
  }

  explicit operator bool() const noexcept { return value_.has_value(); }
  const T& operator*() const& noexcept { return *value_; }
  T& operator*() & noexcept { return *value_; }
  // By value, so that `for (auto& x : *make())` reads nothing that is gone.
  T operator*() && { return *std::move(value_); }
  const T* operator->() const noexcept { return &*value_; }

  /// Returns why there is no value; empty if there is one.
  [[nodiscard]] const std::string& error() const noexcept { return why_; }

private:
  result() = default;
  std::optional<T> value_;
  std::string why_;
};

} // namespace libsync
