#pragma once

/// An operation, or a list of them that is taken as one.

#include <algorithm>
#include <compare>
#include <concepts>
#include <cstddef>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "libsync/outcome.hpp"
#include "libsync/reducer.hpp"
#include "libsync/size_of.hpp"
#include "libsync/statebox/detail/compare.hpp"

namespace libsync {

/// One operation, or a list, whose elements may be lists again. A single operation comes before any
/// list. Lists are ordered element by element.
template <class Operation>
struct composite {
  using list = std::vector<composite>;

  composite() = default;
  template <class One>
  requires(!std::same_as<One, composite> && std::convertible_to<One, Operation>) composite(One one)
      : what(std::in_place_index<0>, std::move(one)) {}
  composite(list all) : what(std::in_place_index<1>, std::move(all)) {}

  /// Returns the single operation, or null.
  [[nodiscard]] const Operation* one() const noexcept { return std::get_if<0>(&what); }
  /// Returns the list, or null.
  [[nodiscard]] const list* many() const noexcept { return std::get_if<1>(&what); }

  template <std::same_as<composite> One> // and nothing that converts to it
  friend std::size_t size_of(const One& one) noexcept {
    return sizeof one + owned_bytes(one.what);
  }

  friend bool operator==(const composite& left, const composite& right) {
    return (left <=> right) == 0;
  }
  friend std::weak_ordering operator<=>(const composite& left, const composite& right) {
    if (left.what.index() != right.what.index())
      return left.what.index() <=> right.what.index();
    if (left.one() != nullptr)
      return detail::order_of_values{}(*left.one(), *right.one());
    return std::lexicographical_compare_three_way(left.many()->begin(), left.many()->end(),
                                                  right.many()->begin(), right.many()->end(),
                                                  detail::order_of_values{});
  }

  std::variant<Operation, list> what;
};

namespace detail {

template <class Data, class Op>
concept reduces_quietly = requires(Data& data, const Op& op) {
  { reduce(data, op) }
  noexcept;
};

// Whether no operation of this type is ever refused, as far as the type of `reduce` tells; and, if
// `Quietly`, whether none throws.
template <class Data, bool Quietly, class Op>
constexpr bool is_never_refused(const Op* of) {
  if constexpr (has_reduce_for<Data, Op>)
    return Quietly ? std::same_as<reduced<Data, Op>, void> && reduces_quietly<Data, Op>
                   : std::same_as<reduced<Data, Op>, void> || std::same_as<reduced<Data, Op>, Data>;
  else if constexpr (is_variant<Op>)
    return []<class... Ops>(const std::variant<Ops...>*) {
      return (is_never_refused<Data, Quietly>(static_cast<const Ops*>(nullptr)) && ...);
    }(of);
  else
    return false;
}

inline outcome no_value() {
  return refused("the operation has no value"_reason);
}

} // namespace detail

/// No operation of `Data` is ever refused: each `reduce` returns void or Data. One that throws all
/// the same is refused.
template <class Data>
concept never_refuses =
    detail::is_never_refused<Data, false>(static_cast<const typename Data::operation*>(nullptr));

/// No operation of `Data` is ever refused or throws: each `reduce` is noexcept and returns void.
template <class Data>
concept never_fails =
    detail::is_never_refused<Data, true>(static_cast<const typename Data::operation*>(nullptr));

/// Applies one operation or, in order, all of a list. It stops at the first that is refused, and
/// says which one. `data` are then as the operations before it have left them.
template <class Data>
outcome step_through(Data& data, const composite<typename Data::operation>& what) {
  if (const auto* one = what.one())
    return reducer<Data>::step(data, *one);
  if (what.many() == nullptr)
    return detail::no_value();
  const auto& all = *what.many();
  for (std::size_t i = 0; i < all.size(); ++i)
    if (auto result = step_through(data, all[i]); !result)
      return refused("operation " + std::to_string(i + 1) + " of " + std::to_string(all.size()) +
                     ": " + result.reason());
  return accepted();
}

/// Applies all of it or, if anything is refused or throws, nothing. A list of several works on a
/// copy of the data, unless the data never fail. If moving the data throws, they may be left half
/// moved.
template <class Data>
outcome step_wholly(Data& data, const composite<typename Data::operation>& what) {
  const auto* all = what.many();
  const bool single = all == nullptr || (all->size() == 1 && all->front().one() != nullptr);
  if (single || never_fails<Data>)
    return step_through(data, what);
  Data next = data;
  auto result = step_through(next, what);
  if (result)
    data = std::move(next);
  return result;
}

} // namespace libsync
