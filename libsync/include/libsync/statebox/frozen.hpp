#pragma once

/// A value that never changes, shared by its copies.

#include <compare>
#include <concepts>
#include <cstddef>
#include <memory>
#include <utility>

#include "libsync/detail/shared.hpp"
#include "libsync/size_of.hpp"
#include "libsync/statebox/detail/compare.hpp"

namespace libsync {

/// Holds a `T` on the heap that nobody changes, so copying it costs no copy of the `T`. Operations
/// use it for arguments that may be large. It is compared by value. A default one holds `T{}`.
template <class T>
class frozen {
public:
  frozen() = default;
  template <class From>
  requires(!std::same_as<From, frozen> && std::convertible_to<From, T>) frozen(From value)
      : value_(detail::shared<const T>(std::move(value))) {}

  const T& operator*() const {
    static const T none{};
    return value_ ? *value_ : none;
  }
  const T* operator->() const { return &**this; }

  /// As if each copy had one of its own.
  template <std::same_as<frozen> One> // and nothing that converts to it
  friend std::size_t size_of(const One& one) noexcept {
    return sizeof one + detail::bytes_behind(one.value_);
  }

  friend bool operator==(const frozen& left, const frozen& right) {
    return left.value_ == right.value_ || *left == *right;
  }
  friend std::weak_ordering operator<=>(const frozen& left, const frozen& right) {
    if (left.value_ == right.value_)
      return std::weak_ordering::equivalent;
    return detail::order_of_values{}(*left, *right);
  }

private:
  std::shared_ptr<const T> value_;
};

} // namespace libsync
