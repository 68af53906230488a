#pragma once

/// An envelope, which carries the content of a message between actors.

#include <memory>
#include <type_traits>
#include <typeinfo>
#include <utility>

#include "libsync/detail/shared.hpp"

namespace libsync {

namespace detail {

// Throws std::logic_error: an envelope holds something else; nothing, if `found` is null.
[[noreturn]] void throw_wrong_content(const std::type_info* found, const std::type_info& expected);

} // namespace detail

/// The content of a message, of any type. It is immutable, and all receivers share it without a
/// copy. Each use checks its type.
class envelope {
public:
  /// Holds nothing.
  envelope() noexcept = default;

  template <class T>
  explicit envelope(std::shared_ptr<T> content) noexcept
      : content_(std::move(content)), type_(&typeid(std::remove_const_t<T>)) {}

  /// Whether it holds a `T`.
  template <class T>
  [[nodiscard]] bool holds() const noexcept {
    return type_ != nullptr && *type_ == typeid(T);
  }

  /// Returns the `T` that it holds. Throws std::logic_error, which names both types, if it holds
  /// something else.
  template <class T>
  [[nodiscard]] const T& as() const {
    check<T>();
    return *static_cast<const T*>(content_.get());
  }

  /// The same, shared.
  template <class T>
  [[nodiscard]] std::shared_ptr<const T> share() const {
    check<T>();
    return std::static_pointer_cast<const T>(content_);
  }

  /// Where the content lies; null if there is none.
  [[nodiscard]] const void* address() const noexcept { return content_.get(); }

private:
  template <class T>
  void check() const {
    if (!holds<T>()) [[unlikely]]
      detail::throw_wrong_content(type_, typeid(T));
  }

  std::shared_ptr<const void> content_;
  const std::type_info* type_ = nullptr;
};

/// Puts `content` into an envelope.
template <class T>
envelope enclose(T content) {
  return envelope{detail::shared<const T>(std::move(content))};
}

} // namespace libsync
