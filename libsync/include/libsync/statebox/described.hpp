#pragma once

/// Operations that tell their name and fields, for those who store or send them.

#include <concepts>
#include <string_view>
#include <variant>

namespace libsync {

/// An operation with a `name`, unique among those that stand in one variant with it, and
/// `fields()`: a std::tuple of pointers to all its members. All ready-made operations are such.
template <class Op>
concept described = requires {
  { Op::name } -> std::convertible_to<std::string_view>;
  Op::fields();
};

namespace detail {

template <class T>
inline constexpr bool is_described_variant = false;

template <class... Ops>
inline constexpr bool is_described_variant<std::variant<Ops...>> = (described<Ops> && ...);

} // namespace detail

/// A std::variant of such operations.
template <class T>
concept described_variant = detail::is_described_variant<T>;

} // namespace libsync
