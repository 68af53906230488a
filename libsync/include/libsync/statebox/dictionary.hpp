#pragma once

/// Dictionaries, with operations that may be replayed.

#include <algorithm>
#include <compare>
#include <concepts>
#include <cstddef>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

#include "libsync/outcome.hpp"
#include "libsync/reducer.hpp"
#include "libsync/statebox/composite.hpp"
#include "libsync/statebox/detail/compare.hpp"
#include "libsync/statebox/detail/sorted_blocks.hpp"
#include "libsync/statebox/frozen.hpp"
#include "libsync/statebox/independent.hpp"

namespace libsync {

/// A dictionary with keys that are ordered by `<`, and values of any type. If the values have
/// operations of their own, `update` applies these to the value at a key. If they name a type
/// `elements`, as sets do, there are `unite` and `subtract` too. An absent key counts as if it held
/// `Value{}`.
///
/// All operations are independent (independent.hpp), except `erase_pair`, and `update` if the
/// operation in it is not. An operation is refused only if the value at the key refuses. An
/// operation that throws, for lack of memory or in a copy, has changed nothing, as long as that
/// holds for the operations of the values. Comparing keys must not throw.
template <class Key, class Value>
class dictionary {
  // What the values offer. Looked up when a member is used, since a value may hold dictionaries of
  // its own type.
  struct no_elements {
    friend auto operator<=>(const no_elements&, const no_elements&) = default;
  };
  struct no_operation {
    friend auto operator<=>(const no_operation&, const no_operation&) = default;
  };
  template <class V>
  struct offered_elements {
    using type = no_elements;
  };
  template <class V>
  requires requires { typename V::elements; }
  struct offered_elements<V> {
    using type = typename V::elements;
  };
  template <class V>
  struct offered_operation {
    using type = no_operation;
  };
  template <has_operation V>
  struct offered_operation<V> {
    using type = typename V::operation;
  };
  using elements_type = typename offered_elements<Value>::type;

public:
  using key_type = Key;
  using mapped_type = Value;
  using value_type = std::pair<Key, Value>;
  static constexpr bool throws_cleanly = !has_operation<Value> || requires {
    requires Value::throws_cleanly;
  };

  /// Removes a key if it holds exactly this value. It depends on what it finds, and independent.hpp
  /// shows what comes of that.
  struct erase_pair {
    Key key{};
    Value value{};

    static constexpr const char* name = "erase_pair";
    static constexpr auto fields() { return std::tuple{&erase_pair::key, &erase_pair::value}; }
    friend auto operator<=>(const erase_pair&, const erase_pair&) = default;
  };

  struct erase {
    Key key{};

    static constexpr const char* name = "erase";
    static constexpr auto fields() { return std::tuple{&erase::key}; }
    friend constexpr bool independent(const erase&) { return true; }
    friend auto operator<=>(const erase&, const erase&) = default;
  };

  struct store {
    Key key{};
    Value value{};

    static constexpr const char* name = "store";
    static constexpr auto fields() { return std::tuple{&store::key, &store::value}; }
    friend constexpr bool independent(const store&) { return true; }
    friend auto operator<=>(const store&, const store&) = default;
  };

  /// Stores all pairs of another dictionary.
  struct merge {
    frozen<dictionary> pairs;

    static constexpr const char* name = "merge";
    static constexpr auto fields() { return std::tuple{&merge::pairs}; }
    friend constexpr bool independent(const merge&) { return true; }
    friend auto operator<=>(const merge&, const merge&) = default;
  };

  /// Removes elements from the set at a key. An absent key then holds an empty set.
  struct subtract {
    Key key{};
    frozen<elements_type> elements;

    static constexpr const char* name = "subtract_at";
    static constexpr auto fields() { return std::tuple{&subtract::key, &subtract::elements}; }
    friend constexpr bool independent(const subtract&) { return true; }
    friend auto operator<=>(const subtract&, const subtract&) = default;
  };

  /// Adds elements to the set at a key.
  struct unite {
    Key key{};
    frozen<elements_type> elements;

    static constexpr const char* name = "unite_at";
    static constexpr auto fields() { return std::tuple{&unite::key, &unite::elements}; }
    friend constexpr bool independent(const unite&) { return true; }
    friend auto operator<=>(const unite&, const unite&) = default;
  };

  /// Applies an operation of the values, or a list, to the value at a key.
  struct update {
    Key key{};
    frozen<composite<typename offered_operation<Value>::type>> what;

    static constexpr const char* name = "update";
    static constexpr auto fields() { return std::tuple{&update::key, &update::what}; }
    friend constexpr bool independent(const update& op) { return is_independent(*op.what); }
    // Written out, since defaulted ones are looked at where the operation is still incomplete.
    friend bool operator==(const update& left, const update& right) {
      return left.key == right.key && left.what == right.what;
    }
    friend std::weak_ordering operator<=>(const update& left, const update& right) {
      if (const auto found = detail::order_of_values{}(left.key, right.key); found != 0)
        return found;
      return left.what <=> right.what;
    }
  };

  /// Ordered by kind, as listed, then by key and argument.
  using operation = std::conditional_t<
      !has_operation<Value>, std::variant<erase_pair, erase, store, merge>,
      std::conditional_t<std::same_as<elements_type, no_elements>,
                         std::variant<erase_pair, erase, store, merge, update>,
                         std::variant<erase_pair, erase, store, merge, subtract, unite, update>>>;

  dictionary() = default;
  dictionary(std::initializer_list<value_type> pairs) : dictionary(from_pairs(pairs)) {}

  /// Returns the dictionary of these pairs. If several have one key, the last counts.
  template <class Pairs>
  [[nodiscard]] static dictionary from_pairs(const Pairs& pairs) {
    dictionary made;
    for (const auto& [key, value] : pairs)
      made.insert_or_assign(key, value);
    return made;
  }

  [[nodiscard]] std::size_t size() const noexcept { return all_.size(); }
  [[nodiscard]] bool empty() const noexcept { return all_.empty(); }
  /// Pairs of key and value, by ascending key.
  [[nodiscard]] auto begin() const { return all_.begin(); }
  [[nodiscard]] auto end() const { return all_.end(); }

  /// Returns the value at a key, or null.
  [[nodiscard]] const Value* find(const Key& key) const {
    const auto* found = all_.find(key);
    return found == nullptr ? nullptr : &found->second;
  }

  void insert_or_assign(const Key& key, const Value& value) {
    const auto [found, fresh] = all_.find_or_insert(key, [&] { return value_type{key, value}; });
    if (fresh)
      return;
    if constexpr (std::is_nothrow_copy_assignable_v<Value>)
      found->second = value;
    else if constexpr (std::is_nothrow_move_assignable_v<Value>)
      found->second = Value{value};
    else
      all_.change(key, [&](value_type& pair) { pair.second = value; });
  }

  friend void reduce(dictionary& data, const erase_pair& op) {
    if (const auto* found = data.find(op.key); found != nullptr && *found == op.value)
      data.all_.erase(op.key);
  }
  friend void reduce(dictionary& data, const erase& op) { data.all_.erase(op.key); }
  friend void reduce(dictionary& data, const store& op) { data.insert_or_assign(op.key, op.value); }
  friend void reduce(dictionary& data, const merge& op) {
    const dictionary& pairs = *op.pairs;
    if (pairs.size() == 1)
      data.insert_or_assign(pairs.begin()->first, pairs.begin()->second);
    else
      data.all_.merge(pairs.all_);
  }
  friend auto reduce(dictionary& data, const subtract& op) {
    return data.at(op.key, [&](Value& value) {
      return reducer<Value>::step(value, typename elements_type::subtract{op.elements});
    });
  }
  friend auto reduce(dictionary& data, const unite& op) {
    return data.at(op.key, [&](Value& value) {
      return reducer<Value>::step(value, typename elements_type::unite{op.elements});
    });
  }
  friend auto reduce(dictionary& data, const update& op) {
    return data.at(op.key, [&](Value& value) { return step_wholly(value, *op.what); });
  }

  friend bool operator==(const dictionary& left, const dictionary& right) {
    return left.all_ == right.all_;
  }
  friend std::weak_ordering operator<=>(const dictionary& left, const dictionary& right) {
    return std::lexicographical_compare_three_way(left.begin(), left.end(), right.begin(),
                                                  right.end(), detail::order_of_values{});
  }

private:
  struct key_of {
    const Key& operator()(const value_type& pair) const { return pair.first; }
  };

  // Changes the value at a key; nothing if that is refused, or throws.
  template <class Change>
  auto at(const Key& key, Change change) {
    auto result =
        detail::moves_safely<value_type> ? change_in_place(key, change) : change_aside(key, change);
    if constexpr (!never_refuses<Value>)
      return result;
    else if (!result) // then it has thrown
      throw std::runtime_error(std::string{result.reason()});
  }

  // A fresh key is taken out again, which does not fail.
  template <class Change>
  outcome change_in_place(const Key& key, Change& change) {
    const auto [found, fresh] = all_.find_or_insert(key, [&] { return value_type{key, Value{}}; });
    struct taking_back {
      dictionary* from;
      const Key& key;
      ~taking_back() {
        if (from != nullptr)
          from->all_.erase(key);
      }
    } unless_done{fresh ? this : nullptr, key};
    auto result = change(found->second);
    if (result)
      unless_done.from = nullptr;
    return result;
  }

  template <class Change>
  outcome change_aside(const Key& key, Change& change) {
    if (value_type* found = all_.find(key))
      return change(found->second);
    value_type fresh{key, Value{}};
    auto result = change(fresh.second);
    if (result)
      all_.find_or_insert(key, [&]() -> value_type&& { return std::move(fresh); });
    return result;
  }

  detail::sorted_blocks<value_type, key_of> all_;
};

} // namespace libsync
