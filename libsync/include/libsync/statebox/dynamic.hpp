#pragma once

/// Values whose type is known when the program runs, and their operations.

#include <array>
#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include "libsync/outcome.hpp"
#include "libsync/size_of.hpp"
#include "libsync/statebox/counter.hpp"
#include "libsync/statebox/detail/indirect.hpp"
#include "libsync/statebox/detail/sound.hpp"
#include "libsync/statebox/dictionary.hpp"
#include "libsync/statebox/independent.hpp"
#include "libsync/statebox/set.hpp"

namespace libsync {

class dynamic_operation;

/// An integer, a string, a set or a dictionary of such, or a counter, for data that come in as JSON
/// and the like. An empty set, an empty dictionary and an empty counter are one value, the *empty*
/// one. It takes the operations of all three kinds. Any other value refuses operations that are not
/// of its kind.
///
/// Ordered: integers, the empty value, other sets, dictionaries and counters, strings (by bytes).
/// Sets are ordered as rows of their elements, dictionaries as rows of pairs and counters as rows
/// of entries, where a pair or entry comes after an integer and before all else.
class dynamic {
public:
  using operation = dynamic_operation;
  using elements = set<dynamic>;
  using pairs = dictionary<dynamic, dynamic>;
  static constexpr bool throws_cleanly = true;

  /// The empty value.
  dynamic();
  dynamic(std::int64_t number) : held_(number) {}
  dynamic(int number) : dynamic(std::int64_t{number}) {}
  dynamic(std::string text) : held_(std::move(text)) {}
  dynamic(const char* text) : dynamic(std::string{text}) {}
  dynamic(set<dynamic> all);
  dynamic(dictionary<dynamic, dynamic> all);
  dynamic(counter all);

  [[nodiscard]] bool empty() const;

  /// Each returns the content if it is of that kind, else null. The empty value is a set, a
  /// dictionary and a counter.
  [[nodiscard]] const std::int64_t* as_integer() const { return std::get_if<0>(&held_); }
  [[nodiscard]] const std::string* as_string() const { return std::get_if<1>(&held_); }
  [[nodiscard]] const elements* as_set() const { return as<elements>(); }
  [[nodiscard]] const pairs* as_dictionary() const { return as<pairs>(); }
  [[nodiscard]] const counter* as_counter() const { return as<counter>(); }

  friend bool operator==(const dynamic& left, const dynamic& right) {
    return (left <=> right) == 0;
  }
  friend std::weak_ordering operator<=>(const dynamic& left, const dynamic& right);
  friend outcome reduce(dynamic& data, const dynamic_operation& op);
  template <std::same_as<dynamic> One> // and nothing that converts to it
  friend std::size_t size_of(const One& one) noexcept {
    return sizeof one + owned_bytes(one.held_);
  }

private:
  template <class Kind>
  [[nodiscard]] const Kind* as() const;
  template <class Kind, class Op>
  outcome change(const Op& op, const char* kind);
  [[nodiscard]] const char* kind() const;
  [[nodiscard]] int rank_of_first() const;

  std::variant<std::int64_t, std::string, detail::indirect<set<dynamic>>,
               detail::indirect<dictionary<dynamic, dynamic>>, detail::indirect<counter>>
      held_;
};

/// Any operation of sets, dictionaries and counters of dynamic values.
class dynamic_operation {
public:
  /// Ordered by kind, as listed, then by argument.
  using kinds =
      std::variant<dynamic::pairs::erase_pair, dynamic::pairs::erase, dynamic::pairs::store,
                   dynamic::elements::add, dynamic::elements::remove, dynamic::elements::unite,
                   dynamic::elements::subtract, counter::increment, dynamic::pairs::merge,
                   dynamic::pairs::subtract, dynamic::pairs::unite, dynamic::pairs::update>;

  dynamic_operation() = default;
  template <class Kind>
  requires(!std::is_same_v<Kind, dynamic_operation> && std::is_constructible_v<kinds, Kind>)
      dynamic_operation(Kind kind)
      : what(std::move(kind)) {}

  template <class... Kinds>
  dynamic_operation(const std::variant<Kinds...>& one)
      : dynamic_operation(std::visit([](const auto& op) { return dynamic_operation{op}; }, one)) {}

  /// This holds if each key has values of one type. Otherwise a refusal depends on what the
  /// operation finds.
  friend bool independent(const dynamic_operation& op) { return is_independent(op.what); }

  template <std::same_as<dynamic_operation> Op>
  friend std::size_t size_of(const Op& op) noexcept {
    return sizeof op + owned_bytes(op.what);
  }

  friend bool operator==(const dynamic_operation&, const dynamic_operation&) = default;
  friend std::weak_ordering operator<=>(const dynamic_operation& left,
                                        const dynamic_operation& right) {
    return left.what <=> right.what;
  }

  kinds what;
};

inline dynamic::dynamic() : held_(std::in_place_index<2>) {}
inline dynamic::dynamic(set<dynamic> all) : held_(detail::indirect{std::move(all)}) {}
inline dynamic::dynamic(dictionary<dynamic, dynamic> all)
    : held_(detail::indirect{std::move(all)}) {}
inline dynamic::dynamic(counter all) : held_(detail::indirect{std::move(all)}) {}

template <class Kind>
const Kind* dynamic::as() const {
  if (const auto* held = std::get_if<detail::indirect<Kind>>(&held_))
    return &held->read();
  static const Kind none{};
  return empty() ? &none : nullptr;
}

inline bool dynamic::empty() const {
  if (const auto* held = std::get_if<2>(&held_))
    return held->read().empty();
  if (const auto* held = std::get_if<3>(&held_))
    return held->read().empty();
  const auto* held = std::get_if<4>(&held_);
  return held != nullptr && held->read().empty();
}

inline const char* dynamic::kind() const {
  return std::array{"an integer", "a string", "a set", "a dictionary", "a counter"}[held_.index()];
}

// Where the first part of a row stands in the order.
inline int dynamic::rank_of_first() const {
  enum { integer, pair_of_number, entry_of_counter, pair_of_other, row, text };
  const auto rank = [](const dynamic& first, int if_integer, int if_other) {
    return first.as_integer() != nullptr ? if_integer : if_other;
  };
  if (const auto* all = as_set(); all != nullptr)
    return all->begin()->as_string() != nullptr ? text : rank(*all->begin(), integer, row);
  if (const auto* all = as_dictionary())
    return rank(all->begin()->first, pair_of_number, pair_of_other);
  return entry_of_counter;
}

inline std::weak_ordering operator<=>(const dynamic& left, const dynamic& right) {
  const auto rank = [](const dynamic& one) {
    return one.as_integer() != nullptr ? 0 : one.as_string() != nullptr ? 3 : one.empty() ? 1 : 2;
  };
  if (rank(left) != rank(right) || rank(left) == 1)
    return rank(left) <=> rank(right);
  if (rank(left) == 2 && left.held_.index() != right.held_.index())
    return left.rank_of_first() <=> right.rank_of_first();
  return std::visit(
      [&]<class Held>(const Held& one) -> std::weak_ordering {
        const auto& other = std::get<Held>(right.held_);
        if constexpr (requires { one.read(); })
          return one.read() <=> other.read();
        else
          return one <=> other;
      },
      left.held_);
}

// An operation that is refused leaves even the kind of the empty value.
template <class Kind, class Op>
outcome dynamic::change(const Op& op, const char* kind_of_op) {
  auto* held = std::get_if<detail::indirect<Kind>>(&held_);
  if (held == nullptr) {
    if (!empty())
      return refused(std::string{"expected "} + kind_of_op + ", found " + kind());
    Kind fresh;
    auto result = reducer<Kind>::step(fresh, op);
    if (result)
      held_ = detail::indirect{std::move(fresh)};
    return result;
  }
  return reducer<Kind>::step(held->write(), op);
}

inline outcome reduce(dynamic& data, const dynamic_operation& op) {
  return std::visit(
      [&]<class Op>(const Op& one) {
        if constexpr (std::is_constructible_v<dynamic::elements::operation, Op>) {
          // Nothing to add or to remove: nothing is asked of the value.
          if constexpr (requires { one.elements; })
            if (one.elements->empty())
              return accepted();
          return data.change<dynamic::elements>(one, "a set");
        } else if constexpr (std::is_same_v<Op, counter::increment>) {
          return data.change<counter>(one, "a counter");
        } else {
          if constexpr (requires { one.pairs; })
            if (one.pairs->empty())
              return accepted();
          return data.change<dynamic::pairs>(one, "a dictionary");
        }
      },
      op.what);
}

namespace detail {

template <>
struct soundness<dynamic> {
  static constexpr bool asked = true;
  static outcome check(const dynamic& value, int levels) {
    if (value.empty())
      return accepted();
    if (const auto* all = value.as_set())
      return check_sound(*all, levels);
    if (const auto* pairs = value.as_dictionary())
      return check_sound(*pairs, levels);
    const auto* sum = value.as_counter();
    return sum != nullptr ? detail::check_sound(*sum, levels) : accepted();
  }
};

template <>
struct soundness<dynamic_operation> {
  static constexpr bool asked = true;
  static outcome check(const dynamic_operation& op, int levels) {
    return check_sound(op.what, levels);
  }
};

} // namespace detail
} // namespace libsync
