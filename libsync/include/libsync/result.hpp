#pragma once

/// A value, or the reason for which there is none.

#include <concepts>
#include <optional>
#include <string>
#include <utility>

namespace libsync {

/// Holds a value, or a `Failure`, which is a reason that a person can read, or something else that
/// the caller is told instead. If there is no value, `*` and `->` must not be used.
template <class T, class Failure = std::string>
class [[nodiscard]] result {
public:
  result(T value) : value_(std::move(value)) {}

  /// Makes the value in its place.
  template <class... Args>
  explicit result(std::in_place_t, Args&&... args)
      : value_(std::in_place, std::forward<Args>(args)...) {}

  /// An empty reason becomes "refused", so that a failure always says something.
  static result failed(Failure why) {
    result none;
    none.failure_ = std::move(why);
    if constexpr (std::same_as<Failure, std::string>)
      if (none.failure_.empty())
        none.failure_ = "refused";
    return none;
  }

  explicit operator bool() const noexcept { return value_.has_value(); }
  const T& operator*() const& noexcept { return *value_; }
  T& operator*() & noexcept { return *value_; }
  // By value, so that `for (auto& x : *make())` reads nothing that is gone.
  T operator*() && { return *std::move(value_); }
  const T* operator->() const noexcept { return &*value_; }

  /// Returns the reason for which there is no value; empty if there is one.
  [[nodiscard]] const std::string&
  reason() const noexcept requires std::same_as<Failure, std::string> {
    return failure_;
  }

  /// Returns what there is instead of a value; `Failure{}` if there is one.
  [[nodiscard]] const Failure& failure() const noexcept { return failure_; }

private:
  result() = default;
  std::optional<T> value_;
  Failure failure_;
};

} // namespace libsync
