#pragma once

/// Checks an operation before it is applied.

#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

#include "libsync/outcome.hpp"
#include "libsync/statebox/composite.hpp"
#include "libsync/statebox/described.hpp"
#include "libsync/statebox/frozen.hpp"

namespace libsync {

template <class Element>
class set;
template <class Key, class Value>
class dictionary;

} // namespace libsync

namespace libsync::detail {

/// How deep lists, sets and dictionaries may lie in each other in what is recorded. What is within
/// it can be copied, compared, destroyed, sent and stored, all of which is recursive, with a known
/// part of the stack; and JSON text, which takes three levels for one, still reads it.
inline constexpr int most_nested_changes = 64;

/// How a value is looked at; most need not be. `check(value, levels)` refuses one that lies in more
/// than so many levels, or holds a time beyond the horizon.
template <class T>
struct soundness {
  static constexpr bool asked = false;
};

template <class T>
outcome check_sound(const T& what, int levels) {
  if constexpr (soundness<T>::asked)
    return soundness<T>::check(what, levels);
  else
    return accepted();
}

inline outcome too_nested() {
  static_assert(most_nested_changes == 64);
  return refused("lists, sets and dictionaries lie in each other more than 64 deep"_reason);
}

template <class Range>
outcome check_each_sound(const Range& all, int levels) {
  if (levels == 0)
    return too_nested();
  for (const auto& one : all)
    if (auto sound = check_sound(one, levels - 1); !sound)
      return sound;
  return accepted();
}

template <class Operation>
struct soundness<composite<Operation>> {
  static constexpr bool asked = true;
  static outcome check(const composite<Operation>& what, int levels) {
    if (const auto* one = what.one())
      return check_sound(*one, levels);
    const auto* many = what.many();
    return many != nullptr ? check_each_sound(*many, levels) : no_value();
  }
};

template <class... Ops>
struct soundness<std::variant<Ops...>> {
  static constexpr bool asked = (soundness<Ops>::asked || ...);
  static outcome check(const std::variant<Ops...>& op, int levels) {
    if (op.valueless_by_exception())
      return no_value();
    return std::visit([&](const auto& one) { return check_sound(one, levels); }, op);
  }
};

template <class T>
struct soundness<frozen<T>> {
  static constexpr bool asked = soundness<T>::asked;
  static outcome check(const frozen<T>& held, int levels) { return check_sound(*held, levels); }
};

template <class First, class Second>
struct soundness<std::pair<First, Second>> {
  static constexpr bool asked = soundness<First>::asked || soundness<Second>::asked;
  static outcome check(const std::pair<First, Second>& both, int levels) {
    auto sound = check_sound(both.first, levels);
    return sound ? check_sound(both.second, levels) : sound;
  }
};

template <class Element>
struct soundness<set<Element>> {
  static constexpr bool asked = soundness<Element>::asked;
  static outcome check(const set<Element>& all, int levels) {
    return check_each_sound(all, levels);
  }
};

template <class Key, class Value>
struct soundness<dictionary<Key, Value>> {
  static constexpr bool asked = soundness<std::pair<Key, Value>>::asked;
  static outcome check(const dictionary<Key, Value>& all, int levels) {
    return check_each_sound(all, levels);
  }
};

template <class Op, class... Fields>
constexpr bool asks_any(std::tuple<Fields Op::*...>) {
  return (soundness<Fields>::asked || ...);
}

template <described Op>
struct soundness<Op> {
  static constexpr bool asked = asks_any<Op>(Op::fields());
  static outcome check(const Op& op, int levels) {
    auto sound = accepted();
    const auto check_field = [&](const auto& field) {
      sound = check_sound(field, levels);
      return sound.accepted();
    };
    std::apply([&](auto... fields) { return (check_field(op.*fields) && ...); }, Op::fields());
    return sound;
  }
};
} // namespace libsync::detail
