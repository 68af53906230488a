#pragma once

/// Operations that tell their name and fields, so that programs can store and send them.

#include <concepts>
#include <cstddef>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <variant>

#include "libsync/size_of.hpp"

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

/// Returns about how many bytes a ready-made operation takes, with what its fields own.
template <described Op>
requires(!std::is_trivially_copyable_v<Op>) std::size_t size_of(const Op& op)
noexcept {
  return std::apply([&](auto... fields) { return sizeof op + owned_bytes(op.*fields...); },
                    Op::fields());
}

} // namespace libsync
