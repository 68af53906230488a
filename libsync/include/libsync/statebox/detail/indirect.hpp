#pragma once

/// A value on the heap that is copied with its owner.

#include <concepts>
#include <cstddef>
#include <memory>
#include <utility>

#include "libsync/size_of.hpp"

namespace libsync::detail {

/// Holds a `T` of its own, which need not be complete where this is a member. Holds `T{}`, and no
/// memory, until it is given a value.
template <class T>
class indirect {
public:
  indirect() = default;
  indirect(T value) : value_(std::make_unique<T>(std::move(value))) {}

  indirect(indirect&& other) noexcept = default;
  indirect& operator=(indirect&& other) noexcept = default;
  indirect(const indirect& other)
      : value_(other.value_ ? std::make_unique<T>(*other.value_) : nullptr) {}
  indirect& operator=(const indirect& other) {
    if (this != &other)
      *this = indirect(other);
    return *this;
  }
  ~indirect() = default;

  [[nodiscard]] bool has_value() const noexcept { return value_ != nullptr; }

  template <std::same_as<indirect> One> // and nothing that converts to it
  friend std::size_t size_of(const One& one) noexcept {
    return sizeof one + bytes_behind(one.value_);
  }

  [[nodiscard]] const T& read() const {
    static const T none{};
    return value_ ? *value_ : none;
  }

  [[nodiscard]] T& write() {
    if (!value_)
      value_ = std::make_unique<T>();
    return *value_;
  }

private:
  std::unique_ptr<T> value_;
};

} // namespace libsync::detail
