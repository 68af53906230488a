#pragma once

/// Sets, with operations that may be replayed.

#include <algorithm>
#include <compare>
#include <cstddef>
#include <initializer_list>
#include <tuple>
#include <utility>
#include <variant>

#include "libsync/statebox/detail/compare.hpp"
#include "libsync/statebox/detail/sorted_blocks.hpp"
#include "libsync/statebox/frozen.hpp"

namespace libsync {

/// A set of elements that are ordered by `<`. It is iterated in ascending order. Sets are ordered
/// by their elements as words are by their letters. No operation is ever refused, and all are
/// independent. An operation that throws, for lack of memory or in a copy of an element, has
/// changed nothing. Comparing elements must not throw.
template <class Element>
class set {
public:
  using element = Element;
  using value_type = Element;
  /// What `unite` and `subtract` take.
  using elements = set;
  static constexpr bool throws_cleanly = true;

  struct add {
    Element element{};

    static constexpr const char* name = "add";
    static constexpr auto fields() { return std::tuple{&add::element}; }
    friend constexpr bool independent(const add&) { return true; }
    friend auto operator<=>(const add&, const add&) = default;
  };

  struct remove {
    Element element{};

    static constexpr const char* name = "remove";
    static constexpr auto fields() { return std::tuple{&remove::element}; }
    friend constexpr bool independent(const remove&) { return true; }
    friend auto operator<=>(const remove&, const remove&) = default;
  };

  /// Adds all of another set.
  struct unite {
    frozen<set> elements;

    static constexpr const char* name = "unite";
    static constexpr auto fields() { return std::tuple{&unite::elements}; }
    friend constexpr bool independent(const unite&) { return true; }
    friend auto operator<=>(const unite&, const unite&) = default;
  };

  /// Removes all of another set.
  struct subtract {
    frozen<set> elements;

    static constexpr const char* name = "subtract";
    static constexpr auto fields() { return std::tuple{&subtract::elements}; }
    friend constexpr bool independent(const subtract&) { return true; }
    friend auto operator<=>(const subtract&, const subtract&) = default;
  };

  using operation = std::variant<add, remove, unite, subtract>;

  set() = default;
  set(std::initializer_list<Element> all) {
    for (const auto& one : all)
      insert(one);
  }

  [[nodiscard]] std::size_t size() const noexcept { return all_.size(); }
  [[nodiscard]] bool empty() const noexcept { return all_.empty(); }
  [[nodiscard]] auto begin() const { return all_.begin(); }
  [[nodiscard]] auto end() const { return all_.end(); }
  [[nodiscard]] bool contains(const Element& one) const { return all_.find(one) != nullptr; }

  /// Returns whether it is new.
  bool insert(const Element& one) {
    return all_.find_or_insert(one, [&]() -> const Element& { return one; }).second;
  }

  /// Returns whether there was one.
  bool erase(const Element& one) { return all_.erase(one); }

  friend void reduce(set& data, const add& op) { data.insert(op.element); }
  friend void reduce(set& data, const remove& op) { data.erase(op.element); }
  friend void reduce(set& data, const unite& op) { data.all_.unite(op.elements->all_); }
  friend void reduce(set& data, const subtract& op) { data.all_.subtract(op.elements->all_); }

  friend bool operator==(const set& left, const set& right) { return left.all_ == right.all_; }
  friend std::weak_ordering operator<=>(const set& left, const set& right) {
    return std::lexicographical_compare_three_way(left.begin(), left.end(), right.begin(),
                                                  right.end(), detail::order_of_values{});
  }

private:
  struct itself {
    const Element& operator()(const Element& one) const { return one; }
  };

  detail::sorted_blocks<Element, itself> all_;
};

} // namespace libsync
