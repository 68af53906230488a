#pragma once

/// JSON of the ready-made data and their operations, by `to_json` and `from_json`. So they may also
/// be members of a user's own types that nlohmann-json reads and writes.
///
///     set                         [element, ...]
///     dictionary                  {"key": value, ...} if the keys are std::string,
///                                 else [[key, value], ...]
///     counter                     [[at, id, delta], ...], the id null for what was accumulated
///     dynamic                     an integer, a string, [element, ...] for a set,
///                                 {"dictionary": [[key, value], ...]} or {"counter": [...]};
///                                 the empty value is []
///     an operation                [name, argument, ...]
///     a list, or one operation    {"list": [...]} or {"one": operation}
///
/// `from_json` throws json_error, whose text names the place. Integers have 64 bits, which some
/// other programs round.

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "libsync/json/read.hpp"
#include "libsync/statebox/composite.hpp"
#include "libsync/statebox/counter.hpp"
#include "libsync/statebox/described.hpp"
#include "libsync/statebox/dictionary.hpp"
#include "libsync/statebox/dynamic.hpp"
#include "libsync/statebox/frozen.hpp"
#include "libsync/statebox/set.hpp"

namespace libsync {

template <class T>
void to_json(nlohmann::json& to, const frozen<T>& from) {
  to = detail::write(*from);
}

template <class T>
void from_json(const nlohmann::json& from, frozen<T>& to) {
  to = detail::read<T>(from);
}

template <class Element>
void to_json(nlohmann::json& to, const set<Element>& from) {
  to = detail::write_array(from);
}

template <class Element>
void from_json(const nlohmann::json& from, set<Element>& to) {
  if (!from.is_array())
    detail::fail_expecting("an array", from);
  to = {};
  for (std::size_t i = 0; i < from.size(); ++i)
    if (!to.insert(detail::read_element<Element>(from, i)))
      detail::within(i, []() -> void { throw json_error{"is in the set already"}; });
}

template <class Key, class Value>
void to_json(nlohmann::json& to, const dictionary<Key, Value>& from) {
  if constexpr (std::same_as<Key, std::string>) {
    to = nlohmann::json::object();
    for (const auto& [key, value] : from)
      to[key] = detail::write(value);
  } else {
    to = nlohmann::json::array();
    for (const auto& [key, value] : from) {
      auto pair = nlohmann::json::array();
      pair.push_back(detail::write(key));
      pair.push_back(detail::write(value));
      to.push_back(std::move(pair));
    }
  }
}

template <class Key, class Value>
void from_json(const nlohmann::json& from, dictionary<Key, Value>& to) {
  to = {};
  if constexpr (std::same_as<Key, std::string>) {
    if (!from.is_object())
      detail::fail_expecting("an object", from);
    for (const auto& item : from.items())
      to.insert_or_assign(item.key(), detail::within(std::string_view{item.key()}, [&] {
                            return detail::read<Value>(item.value());
                          }));
  } else {
    if (!from.is_array())
      detail::fail_expecting("an array", from);
    for (std::size_t i = 0; i < from.size(); ++i)
      detail::within(i, [&] {
        const auto& pair = detail::array_of(2, from[i]);
        const auto key = detail::read_element<Key>(pair, 0);
        if (to.find(key) != nullptr)
          throw json_error{"its key is in the dictionary already"};
        to.insert_or_assign(key, detail::read_element<Value>(pair, 1));
      });
  }
}

inline void to_json(nlohmann::json& to, const counter::entry& from) {
  to = {from.time, nullptr, from.delta};
  if (from.id)
    to[1] = *from.id;
}

inline void from_json(const nlohmann::json& from, counter::entry& to) {
  const auto& all = detail::array_of(3, from);
  to.time = detail::read_element<timestamp>(all, 0);
  to.id.reset();
  if (!all[1].is_null())
    to.id = detail::read_element<std::int64_t>(all, 1);
  to.delta = detail::read_element<std::int64_t>(all, 2);
}

inline void to_json(nlohmann::json& to, const counter& from) {
  to = detail::write_array(from.entries());
}

inline void from_json(const nlohmann::json& from, counter& to) {
  auto made = counter::of(detail::read_array<counter::entry>(from));
  if (!made)
    throw json_error{made.reason()};
  to = *std::move(made);
}

inline void to_json(nlohmann::json& to, const dynamic& from) {
  if (const auto* number = from.as_integer())
    to = *number;
  else if (const auto* text = from.as_string())
    to = *text;
  else if (const auto* all = from.as_set())
    to = *all;
  else if (const auto* pairs = from.as_dictionary())
    to = {{"dictionary", *pairs}};
  else
    to = {{"counter", *from.as_counter()}};
}

inline void from_json(const nlohmann::json& from, dynamic& to) {
  if (from.is_string())
    to = from.get<std::string>();
  else if (from.is_array())
    to = detail::read<dynamic::elements>(from);
  else if (!from.is_object())
    to = detail::read<std::int64_t>(from);
  else if (from.contains("counter")) {
    detail::expect_members(from, std::array{"counter"});
    to = detail::read_member<counter>(from, "counter");
  } else {
    detail::expect_members(from, std::array{"dictionary"});
    to = detail::read_member<dynamic::pairs>(from, "dictionary");
  }
}

template <described Op>
void to_json(nlohmann::json& to, const Op& from) {
  to = nlohmann::json::array({Op::name});
  std::apply([&](auto... fields) { (to.push_back(detail::write(from.*fields)), ...); },
             Op::fields());
}

template <described Op>
void from_json(const nlohmann::json& from, Op& to) {
  constexpr auto fields = Op::fields();
  const auto& all = detail::array_of(std::tuple_size_v<decltype(Op::fields())> + 1, from);
  if (all[0] != Op::name)
    detail::within(std::size_t{0},
                   []() -> void { throw json_error{std::string{"expected "} + Op::name}; });
  std::size_t at = 1;
  const auto read = [&]<class Field>(Field& field) {
    field = detail::read_element<Field>(all, at++);
  };
  std::apply([&](auto... each) { (read(to.*each), ...); }, fields);
}

template <described_variant Operation>
void to_json(nlohmann::json& to, const Operation& from) {
  std::visit([&](const auto& op) { to_json(to, op); }, from);
}

template <class... Ops>
requires described_variant<std::variant<Ops...>>
void from_json(const nlohmann::json& from, std::variant<Ops...>& to) {
  if (!from.is_array() || from.empty() || !from[0].is_string())
    throw json_error{"expected an array with the name of an operation first"};
  const auto& name = from[0].get_ref<const std::string&>();
  const auto read_if = [&]<class Op>(std::type_identity<Op>) {
    if (name != Op::name)
      return false;
    to = detail::read<Op>(from);
    return true;
  };
  if (!(read_if(std::type_identity<Ops>{}) || ...))
    detail::within(std::size_t{0}, [&]() -> void {
      throw json_error{"no operation here has the name `" + name.substr(0, 100) + '`'};
    });
}

inline void to_json(nlohmann::json& to, const dynamic_operation& from) {
  to = detail::write(from.what);
}

inline void from_json(const nlohmann::json& from, dynamic_operation& to) {
  to.what = detail::read<dynamic_operation::kinds>(from);
}

template <class Operation>
void to_json(nlohmann::json& to, const composite<Operation>& from) {
  to = nlohmann::json::object();
  if (const auto* one = from.one())
    to["one"] = detail::write(*one);
  else
    to["list"] = detail::write(*from.many());
}

namespace detail {

/// Reads the member `one` or `list` of an object that has besides it just `members`.
template <class Operation>
composite<Operation> read_one_or_many(const nlohmann::json& from,
                                      std::initializer_list<std::string_view> members) {
  std::vector<std::string_view> expected{members};
  const bool many = from.contains("list");
  expected.push_back(many ? "list" : "one");
  expect_members(from, expected);
  if (!many)
    return read_member<Operation>(from, "one");
  return read_member<typename composite<Operation>::list>(from, "list");
}

} // namespace detail

template <class Operation>
void from_json(const nlohmann::json& from, composite<Operation>& to) {
  to = detail::read_one_or_many<Operation>(from, {});
}

} // namespace libsync
