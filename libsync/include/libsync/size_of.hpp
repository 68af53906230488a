#pragma once

/// The sizes of operations, in bytes.
///
/// Limits count operations and bytes. An operation counts with its `sizeof`, which is right if it
/// owns no other memory. If it owns some, declare a function beside its `reduce`. It is found in
/// the same way, also for one alternative of a `std::variant`:
///
///     std::size_t size_of(const insert& op) { return sizeof op + owned_bytes(op.text); }
///
/// An estimate is enough. It must depend on nothing but the operation. It should be fast, because
/// it is called a few times for each operation. Without such a function, none is called.

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <span>
#include <tuple>
#include <type_traits>
#include <variant>

namespace libsync {

/// A number of operations, and the bytes that they take.
struct amount {
  std::uint64_t operations = 0;
  std::uint64_t bytes = 0;

  /// Whether neither is more than in `most`.
  [[nodiscard]] bool within(const amount& most) const noexcept {
    return operations <= most.operations && bytes <= most.bytes;
  }

  /// Returns the rest of `most`, never below 0.
  [[nodiscard]] amount left_of(const amount& most) const noexcept {
    return {most.operations - std::min(operations, most.operations),
            most.bytes - std::min(bytes, most.bytes)};
  }

  // A server's totals may go round after 2^64: differences stay right.
  friend amount operator+(const amount& one, const amount& other) noexcept {
    return {one.operations + other.operations, one.bytes + other.bytes};
  }
  friend amount operator-(const amount& one, const amount& other) noexcept {
    return {one.operations - other.operations, one.bytes - other.bytes};
  }
  friend bool operator==(const amount&, const amount&) = default;
};

/// A `size_of` for `Op` is found.
template <class Op>
concept has_size_of = requires(const Op& op) {
  { size_of(op) } -> std::convertible_to<std::size_t>;
};

namespace detail {

// All operations of the type take `sizeof` bytes.
template <class Op>
inline constexpr bool has_fixed_size = !has_size_of<Op>;

template <class... Alternatives>
inline constexpr bool has_fixed_size<std::variant<Alternatives...>> =
    !has_size_of<std::variant<Alternatives...>> && (has_fixed_size<Alternatives> && ...);

// No operation counts as more than this, so that sums do not overflow.
inline constexpr std::uint64_t most_bytes = std::uint64_t{1} << 40;

// Returns what the user's function says. If it throws, the `sizeof` counts.
template <class Op>
std::uint64_t ask_size_of(const Op& op) noexcept {
  try {
    return std::clamp<std::uint64_t>(size_of(op), sizeof(Op), most_bytes);
  } catch (...) {
    return sizeof(Op);
  }
}

} // namespace detail

/// Returns how many bytes an operation takes, at least its `sizeof`.
template <class Op>
[[nodiscard]] constexpr std::uint64_t operation_size(const Op& op) noexcept {
  if constexpr (has_size_of<Op>)
    return detail::ask_size_of(op);
  else
    return sizeof(Op);
}

template <class... Alternatives>
[[nodiscard]] constexpr std::uint64_t
operation_size(const std::variant<Alternatives...>& op) noexcept {
  using variant = std::variant<Alternatives...>;
  if constexpr (has_size_of<variant>) {
    return detail::ask_size_of(op);
  } else if constexpr (detail::has_fixed_size<variant>) {
    return sizeof(variant);
  } else {
    std::uint64_t beside = 0; // what lies outside of the variant
    const auto try_one = [&]<class One>(const One* held) {
      if (held != nullptr)
        beside = operation_size(*held) - sizeof(One);
    };
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      (try_one(std::get_if<I>(&op)), ...);
    }
    (std::index_sequence_for<Alternatives...>{});
    return sizeof(variant) + beside;
  }
}

namespace detail {

// As std::ranges says it, whose header takes long to compile.
template <class T>
concept sized_range = requires(const T& all) {
  std::begin(all);
  std::end(all);
  { std::size(all) } -> std::convertible_to<std::size_t>;
};

template <class T>
concept optional_like = requires(const T& one) {
  { one.has_value() } -> std::same_as<bool>;
  *one;
};

template <class T>
concept tuple_like = requires {
  std::tuple_size<T>::value;
};

template <class T>
concept variant_like = requires {
  std::variant_size<T>::value;
};

// As far as can be told.
template <class T>
concept owns_nothing = std::is_trivially_copyable_v<T> ||
    !(sized_range<T> || optional_like<T> || variant_like<T> || tuple_like<T>);

template <class T>
std::uint64_t bytes_owned_by(const T& one) noexcept;

template <class Range>
std::uint64_t bytes_owned_by_range(const Range& all) noexcept {
  using element = std::remove_cvref_t<decltype(*std::begin(all))>;
  std::uint64_t bytes = std::size(all) * sizeof(element);
  if constexpr (!std::is_trivially_copyable_v<element>)
    for (const auto& one : all)
      bytes += bytes_owned_by(one);
  return bytes;
}

template <class T>
std::uint64_t bytes_owned_by(const T& one) noexcept {
  if constexpr (has_size_of<T>)
    return ask_size_of(one) - sizeof(T);
  else if constexpr (owns_nothing<T>)
    return 0;
  else if constexpr (sized_range<T>)
    return bytes_owned_by_range(one);
  else if constexpr (optional_like<T>)
    return one.has_value() ? bytes_owned_by(*one) : 0;
  else if constexpr (variant_like<T>)
    return one.valueless_by_exception()
               ? 0
               : std::visit([](const auto& held) { return bytes_owned_by(held); }, one);
  else
    return std::apply(
        [](const auto&... parts) { return (std::uint64_t{0} + ... + bytes_owned_by(parts)); }, one);
}

} // namespace detail

/// Returns about how many bytes these own beside their `sizeof`: strings and other containers,
/// optionals, pairs, tuples, variants and types with a `size_of`, within each other too. Types that
/// it does not know count as owning nothing.
template <class... Parts>
[[nodiscard]] std::size_t owned_bytes(const Parts&... parts) noexcept {
  return static_cast<std::size_t>((std::uint64_t{0} + ... + detail::bytes_owned_by(parts)));
}

namespace detail {

/// Returns about how many bytes lie behind a pointer, with what these own; none if it is null.
template <class Pointer>
[[nodiscard]] std::size_t bytes_behind(const Pointer& held) noexcept {
  return held ? sizeof *held + owned_bytes(*held) : 0;
}

} // namespace detail

/// Returns how many operations these are, and how many bytes they take.
template <class Op, std::size_t Extent>
[[nodiscard]] amount amount_of(std::span<Op, Extent> operations) noexcept {
  amount all{operations.size(), operations.size() * sizeof(Op)};
  if constexpr (!detail::has_fixed_size<std::remove_const_t<Op>>) {
    all.bytes = 0;
    for (const auto& op : operations)
      all.bytes += operation_size(op);
  }
  return all;
}

/// Returns how many of the operations, from the first on, are within `most` and take at most
/// `largest` bytes each.
template <class Op>
[[nodiscard]] std::size_t leading(std::span<const Op> operations, amount most,
                                  std::uint64_t largest) noexcept {
  const auto count = std::min<std::uint64_t>(operations.size(), most.operations);
  if constexpr (detail::has_fixed_size<Op>) {
    return sizeof(Op) > largest ? 0 : std::min(count, most.bytes / sizeof(Op));
  } else {
    std::size_t fit = 0;
    for (; fit != count; ++fit) {
      const auto bytes = operation_size(operations[fit]);
      if (bytes > largest || bytes > most.bytes)
        break;
      most.bytes -= bytes;
    }
    return fit;
  }
}

} // namespace libsync
