#pragma once

/// Which forms of `reduce` and `inverse` data have. `reducer.hpp` describes them.

#include <concepts>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include "libsync/context.hpp"
#include "libsync/effects.hpp"
#include "libsync/outcome.hpp"

namespace libsync {

/// Data that name the type of their operations.
template <class Data>
concept has_operation = requires {
  typename Data::operation;
};

namespace detail {

/// A `reduce` for `Op` takes a context.
template <class Data, class Op>
concept reduces_in_context = requires(Data& data, const Op& op,
                                      const context<std::remove_const_t<Data>>& how) {
  reduce(data, op, how);
}
|| requires(Data& data, const Op& op, const context<std::remove_const_t<Data>>& how,
            effects<std::remove_const_t<Data>>& asked) {
  reduce(data, op, how, asked);
};

} // namespace detail

/// A `reduce` for `Op` is found, with or without context and effects.
template <class Data, class Op>
concept has_reduce_for = detail::reduces_in_context<Data, Op> ||
    requires(Data& data, const Op& op) {
  reduce(data, op);
} || requires(Data& data, const Op& op, effects<std::remove_const_t<Data>>& asked) {
  reduce(data, op, asked);
};

namespace detail {

template <class Data, class Op>
decltype(auto) call_reduce(Data& data, const Op& op,
                           [[maybe_unused]] const context<std::remove_const_t<Data>>& how,
                           [[maybe_unused]] effects<std::remove_const_t<Data>>& asked) {
  if constexpr (requires { reduce(data, op, how, asked); })
    return reduce(data, op, how, asked);
  else if constexpr (requires { reduce(data, op, how); })
    return reduce(data, op, how);
  else if constexpr (requires { reduce(data, op, asked); })
    return reduce(data, op, asked);
  else
    return reduce(data, op);
}

template <class Data, class Op>
using reduced =
    decltype(call_reduce(std::declval<Data&>(), std::declval<const Op&>(),
                         std::declval<const context<Data>&>(), std::declval<effects<Data>&>()));

template <class Op>
inline constexpr bool is_variant = false;

template <class... Alternatives>
inline constexpr bool is_variant<std::variant<Alternatives...>> = true;

template <class Data, class Op>
constexpr bool needs_context(const Op* of) {
  if constexpr (has_reduce_for<Data, Op>)
    return reduces_in_context<Data, Op>;
  else if constexpr (is_variant<Op>)
    return []<class... Ops>(const std::variant<Ops...>*) {
      return (needs_context<Data>(static_cast<const Ops*>(nullptr)) || ...);
    }(of);
  else
    return false;
}

} // namespace detail

/// A `reduce` for some operation of `Data` takes a context. No type's layout depends on it, because
/// that may be asked for before `reduce` is declared.
template <class Data>
concept takes_context = has_operation<Data> &&
    detail::needs_context<Data>(static_cast<const typename Data::operation*>(nullptr));

/// `reduce` changes the data in place: it returns void, bool or outcome and cannot be called with
/// constant data.
template <class Data, class Op>
concept reduces_in_place = has_reduce_for<Data, Op> &&
    (std::same_as<detail::reduced<Data, Op>, void> ||
     std::same_as<detail::reduced<Data, Op>, bool> ||
     std::same_as<detail::reduced<Data, Op>, outcome>)&&!has_reduce_for<const Data, Op>;

/// `reduce` makes new data: it returns Data or std::optional<Data>.
template <class Data, class Op>
concept reduces_purely = has_reduce_for<Data, Op> &&
    (std::same_as<detail::reduced<Data, Op>, Data> ||
     std::same_as<detail::reduced<Data, Op>, std::optional<Data>>);

/// `reduce` has a form that the library knows.
template <class Data, class Op>
concept reduces = reduces_in_place<Data, Op> || reduces_purely<Data, Op>;

/// An `inverse` for `Op` is found, with or without context.
template <class Data, class Op>
concept has_inverse_for = requires(const Data& before, const Op& op) {
  { inverse(before, op) } -> std::convertible_to<typename Data::operation>;
}
|| requires(const Data& before, const Op& op, const context<Data>& how) {
  { inverse(before, op, how) } -> std::convertible_to<typename Data::operation>;
};

namespace detail {

template <class Data, class Op>
constexpr bool has_inverses(const Op* of) {
  if constexpr (has_inverse_for<Data, Op>)
    return true;
  else if constexpr (is_variant<Op>)
    return []<class... Ops>(const std::variant<Ops...>*) {
      return (has_inverse_for<Data, Ops> && ...);
    }(of);
  else
    return false;
}

} // namespace detail

/// An operation that undoes another can be made from the data before it. If the operations are a
/// variant, each alternative may have an `inverse` of its own. An `inverse` may take the context of
/// the operation as its third parameter.
template <class Data>
concept invertible = has_operation<Data> &&
    detail::has_inverses<Data>(static_cast<const typename Data::operation*>(nullptr));

/// The operations of which an inverse can be carried over those of others.
template <class Data>
concept rebases_operations = requires(const typename Data::operation& one) {
  { rebase(one, one, true) } -> std::convertible_to<typename Data::operation>;
};

namespace detail {

template <class Data, class Op>
typename Data::operation call_inverse(const Data& before, const Op& op,
                                      [[maybe_unused]] const context<Data>& how) {
  if constexpr (requires { inverse(before, op, how); })
    return inverse(before, op, how);
  else if constexpr (requires { inverse(before, op); })
    return inverse(before, op);
  else
    return std::visit([&](const auto& one) { return call_inverse(before, one, how); }, op);
}

} // namespace detail

/// Data, or operations, that declare that the data are as they were if `reduce` throws.
template <class T>
concept throws_cleanly = requires {
  requires static_cast<bool>(T::throws_cleanly);
};

} // namespace libsync
