#pragma once

/// Independent operations: they leave the same, whatever they find.

#include <variant>

#include "libsync/statebox/composite.hpp"

namespace libsync {

/// An operation is *independent* if two things hold. What it leaves at each place that it touches
/// (each key of a dictionary, each element of a set, and so on inwards) depends on nothing that it
/// found there. Which places it touches depends on nothing either. Then any number of them, in
/// order, leave at each place what the last one that touched it says, so
///
/// - repeating some, in order, before all changes nothing, and
/// - repeating only a last part of them changes nothing.
///
/// The type of an operation says so by a function that is found by argument-dependent lookup:
///
///     constexpr bool independent(const add&) { return true; }
///
/// Without that function the operation counts as dependent. The function may read the operation's
/// values. `check_operations` (in check.hpp) tests whether it is true.
///
/// It is not enough that each operation is repeatable. Deleting a pair if the dictionary holds
/// exactly that pair depends on what it finds. The smallest counterexample begins with a box of the
/// value {k: [b]}:
///
///     union(k, [a])          at 1    {k: [a, b]}
///     delete(k, [a, b])      at 2    {}
///
/// The value is {}. But merged with itself, where both are replayed on that value, it is {k: [a]}.
template <class Op>
[[nodiscard]] constexpr bool is_independent(const Op& op) {
  if constexpr (requires { independent(op); })
    return independent(op);
  else
    return false;
}

template <class... Ops>
requires(!requires(const std::variant<Ops...>& op) { independent(op); })
    [[nodiscard]] constexpr bool is_independent(const std::variant<Ops...>& op) {
  return std::visit([](const auto& one) { return is_independent(one); }, op);
}

/// A list is independent if all of its operations are.
template <class Op>
[[nodiscard]] constexpr bool is_independent(const composite<Op>& what) {
  if (const auto* one = what.one())
    return is_independent(*one);
  for (const auto& next : *what.many())
    if (!is_independent(next))
      return false;
  return true;
}

} // namespace libsync
