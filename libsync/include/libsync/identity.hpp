#pragma once

/// Who a client is.

#include <concepts>
#include <memory>
#include <type_traits>
#include <typeinfo>
#include <utility>

namespace libsync {

/// Stands for the identity of clients of data that have no nested type `identity`.
struct no_identity {
  no_identity() = default;
  /// Whoever presents one has forgotten the type, and is told so by a sentence.
  template <class Identity>
  no_identity(const Identity&) noexcept {
    static_assert(sizeof(Identity) == 0,
                  "libsync: the data have no type `identity`: write `using identity = ...;` in "
                  "their struct, which is the type of what clients are known by");
  }
  friend bool operator==(const no_identity&, const no_identity&) = default;
};

/// Data that say what their clients are known by, by a nested type `identity`: a name, the claims
/// of a token. A client presents one when it joins. Whether to believe it the server decides
/// (`rules::admit`).
template <class Data>
concept names_identity = requires {
  typename Data::identity;
};

namespace detail {

template <class Data>
struct identity_types {
  using type = no_identity;
  using pointer = no_identity;
};

template <names_identity Data>
struct identity_types<Data> {
  using type = typename Data::identity;
  using pointer = std::shared_ptr<const type>;
  static_assert(std::equality_comparable<type>,
                "libsync: the type `identity` of the data has no operator==: a client that comes "
                "back under its id must have the same identity, so they are compared");
};

} // namespace detail

template <class Data>
using identity_of = typename detail::identity_types<Data>::type;

/// An identity, shared by all that is known of its client; null for the server itself, and for a
/// client that has presented none. For data without identities it takes no room.
template <class Data>
using identity_ptr = typename detail::identity_types<Data>::pointer;

/// Whether both are the same identity, or none.
template <class T>
[[nodiscard]] bool same_identity(const std::shared_ptr<const T>& one,
                                 const std::shared_ptr<const T>& other) {
  return one == other || (one && other && *one == *other);
}
[[nodiscard]] inline bool same_identity(no_identity, no_identity) noexcept {
  return true;
}

/// An identity of any type, as it travels in a request to join.
class any_identity {
public:
  any_identity() noexcept = default;
  any_identity(no_identity) noexcept {}
  template <class T>
  any_identity(std::shared_ptr<const T> one) noexcept : one_(std::move(one)), type_(&typeid(T)) {}

  /// Returns it if it is one of these data, else none.
  template <class Data>
  [[nodiscard]] identity_ptr<Data> as() const {
    if constexpr (names_identity<Data>)
      if (type_ != nullptr && *type_ == typeid(identity_of<Data>))
        return std::static_pointer_cast<const identity_of<Data>>(one_);
    return {};
  }

private:
  std::shared_ptr<const void> one_;
  const std::type_info* type_ = nullptr;
};

} // namespace libsync
