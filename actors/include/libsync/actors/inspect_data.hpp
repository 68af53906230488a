#pragma once

/// CAF's `inspect` for the ready-made data of stateboxes and their operations: so they may be sent
/// by value from one actor system to another, alone or as members of one's own types.
///
/// What is read is checked: a set with an element twice, a number for a kind that there is not, and
/// nesting deeper than `most_nested` are errors that tell the place and the reason.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "libsync/actors/detail/caf/bytes.hpp"
#include "libsync/actors/detail/caf/bytes.hpp"
#include "libsync/detail/path.hpp"
#include "libsync/statebox/composite.hpp"
#include "libsync/statebox/counter.hpp"
#include "libsync/statebox/described.hpp"
#include "libsync/statebox/dictionary.hpp"
#include "libsync/statebox/dynamic.hpp"
#include "libsync/statebox/frozen.hpp"
#include "libsync/statebox/set.hpp"

namespace libsync {

/// How deep sets, dictionaries and lists of operations may lie in each other when they are sent, so
/// that what reads them, which is recursive, needs no more than a known part of the stack.
inline constexpr int most_nested = 200;

namespace detail {

// Counts how deep this thread is, since inspectors have no place for it.
class nesting {
public:
  nesting() { ++depth(); }
  ~nesting() { --depth(); }
  nesting(const nesting&) = delete;
  nesting& operator=(const nesting&) = delete;

  [[nodiscard]] static bool too_deep() { return depth() > most_nested; }
  [[nodiscard]] static caf::error error() {
    return detail::compat::error_at("", "nested deeper than " + std::to_string(most_nested));
  }

private:
  static int& depth() {
    thread_local int of_thread = 0;
    return of_thread;
  }
};

template <class Place>
caf::error at_place(const Place& place, const caf::error& why) {
  if (!why)
    return {};
  auto [inner, reason] = detail::compat::place_and_reason(why);
  return detail::compat::error_at(detail::place_in(place, inner), std::move(reason));
}

// Writes or reads a value, whatever it is: a std::variant that has no `inspect` as the number of
// the alternative and the alternative.
template <detail::compat::inspector Inspector, class T>
caf::error transfer(Inspector& with, T& value);
template <detail::compat::inspector Inspector, class T>
caf::error transfer(Inspector& with, std::vector<T>& all);
template <detail::compat::inspector Inspector, class First, class Second>
caf::error transfer(Inspector& with, std::pair<First, Second>& pair);
template <detail::compat::inspector Inspector, class... Alternatives>
caf::error transfer(Inspector& with, std::variant<Alternatives...>& value);

template <detail::compat::inspector Inspector, class T>
caf::error write(Inspector& with, const T& value) {
  return transfer(with, const_cast<T&>(value)); // which does not change what it writes
}

// Writes or reads members, each given by its name and the value.
template <detail::compat::inspector Inspector>
caf::error transfer_members(Inspector&) {
  return {};
}
template <detail::compat::inspector Inspector, class T, class... Rest>
caf::error transfer_members(Inspector& with, const char* name, T& value, Rest&&... rest) {
  if (auto failed = transfer(with, value))
    return at_place(name, failed);
  return transfer_members(with, rest...);
}

// Writes all of a range.
template <detail::compat::inspector Inspector, class Range>
caf::error write_each(Inspector& with, const Range& all) {
  std::size_t size = all.size();
  if (auto failed = detail::compat::inspect_size(with, size))
    return failed;
  std::size_t i = 0;
  for (const auto& one : all)
    if (auto failed = write(with, one))
      return at_place(i, failed);
    else
      ++i;
  return {};
}

// Reads elements and calls `take(element)`, which returns what is wrong with it. That there are as
// many is believed only as they come.
template <class Element, detail::compat::inspector Inspector, class Take>
caf::error read_each(Inspector& with, Take take) {
  std::size_t size = 0;
  if (auto failed = detail::compat::inspect_size(with, size))
    return failed;
  for (std::size_t i = 0; i < size; ++i) {
    Element one{};
    auto failed = transfer(with, one);
    if (!failed)
      failed = take(std::move(one));
    if (failed)
      return at_place(i, failed);
  }
  return {};
}

// Writes or reads the kind of what follows, a number below `kinds`.
template <detail::compat::inspector Inspector>
caf::error transfer_kind(Inspector& with, std::size_t& kind, std::size_t kinds) {
  auto number = static_cast<std::uint8_t>(kind);
  if (auto failed = detail::compat::inspect_value(with, number))
    return failed;
  kind = number;
  if (kind >= kinds)
    return detail::compat::error_at("", "found the kind " + std::to_string(kind) +
                                            ", expected one below " + std::to_string(kinds));
  return {};
}

template <std::size_t Kind = 0, detail::compat::inspector Inspector, class Variant>
caf::error read_alternative(Inspector& with, Variant& value, std::size_t kind) {
  if constexpr (Kind < std::variant_size_v<Variant>) {
    if (kind != Kind)
      return read_alternative<Kind + 1>(with, value, kind);
    return transfer(with, value.template emplace<Kind>());
  }
  return {}; // never, since the kind was checked
}

template <detail::compat::inspector Inspector, class T>
caf::error transfer(Inspector& with, T& value) {
  if constexpr (std::is_same_v<T, std::string>)
    return detail::compat::inspect_bytes(with, value);
  else
    return detail::compat::inspect_value(with, value);
}

template <detail::compat::inspector Inspector, class T>
caf::error transfer(Inspector& with, std::vector<T>& all) {
  if constexpr (!detail::compat::reads<Inspector>)
    return write_each(with, all);
  all.clear();
  return read_each<T>(with, [&](T&& one) {
    all.push_back(std::move(one));
    return caf::error{};
  });
}

template <detail::compat::inspector Inspector, class First, class Second>
caf::error transfer(Inspector& with, std::pair<First, Second>& pair) {
  return transfer_members(with, "[0]", pair.first, "[1]", pair.second);
}

template <detail::compat::inspector Inspector, class... Alternatives>
caf::error transfer(Inspector& with, std::variant<Alternatives...>& value) {
  using all = std::variant<Alternatives...>;
  static_assert(sizeof...(Alternatives) <= 256, "libsync: at most 256 kinds of operations");
  if constexpr (!described_variant<all> && detail::compat::has_inspect<all>)
    return detail::compat::inspect_value(with, value);
  std::size_t kind = value.index();
  if (auto failed = transfer_kind(with, kind, sizeof...(Alternatives)))
    return failed;
  if constexpr (detail::compat::reads<Inspector>)
    return read_alternative(with, value, kind);
  return std::visit([&](auto& one) { return transfer(with, one); }, value);
}

// Writes what `value` holds, or reads such a thing and stores it there.
template <detail::compat::inspector Inspector, class Held, class Value>
caf::error transfer_held(Inspector& with, const Held* held, Value& value) {
  if constexpr (!detail::compat::reads<Inspector>)
    return write(with, *held);
  Held read{};
  auto failed = transfer(with, read);
  if (!failed)
    value = std::move(read);
  return failed;
}

// Writes or reads what may lie in itself.
template <class Transfer>
caf::error nested(Transfer transfer_it) {
  const nesting deeper;
  return nesting::too_deep() ? nesting::error() : transfer_it();
}

} // namespace detail

template <detail::compat::inspector Inspector, class T>
caf::error inspect(Inspector& with, frozen<T>& value) {
  return detail::transfer_held(with, &*value, value);
}

template <detail::compat::inspector Inspector, class Element>
caf::error inspect(Inspector& with, set<Element>& value) {
  return detail::nested([&]() -> caf::error {
    if constexpr (!detail::compat::reads<Inspector>)
      return detail::write_each(with, value);
    value = {};
    return detail::read_each<Element>(with, [&](Element&& one) {
      return value.insert(one) ? caf::error{}
                               : detail::compat::error_at("", "it is in the set already");
    });
  });
}

template <detail::compat::inspector Inspector, class Key, class Value>
caf::error inspect(Inspector& with, dictionary<Key, Value>& value) {
  return detail::nested([&]() -> caf::error {
    if constexpr (!detail::compat::reads<Inspector>)
      return detail::write_each(with, value);
    value = {};
    return detail::read_each<std::pair<Key, Value>>(with, [&](std::pair<Key, Value>&& one) {
      if (value.find(one.first) != nullptr)
        return detail::compat::error_at("[0]", "it is in the dictionary already");
      value.insert_or_assign(one.first, one.second);
      return caf::error{};
    });
  });
}

template <detail::compat::inspector Inspector>
caf::error inspect(Inspector& with, counter::entry& value) {
  bool named = value.id.has_value();
  auto id = value.id.value_or(0);
  auto failed = detail::transfer_members(with, "at", value.at, "named", named, "id", id, "delta",
                                         value.delta);
  value.id = named ? std::optional{id} : std::nullopt;
  return failed;
}

template <detail::compat::inspector Inspector>
caf::error inspect(Inspector& with, counter& value) {
  if constexpr (!detail::compat::reads<Inspector>)
    return detail::write_each(with, value.entries());
  std::vector<counter::entry> entries;
  if (auto failed = detail::transfer(with, entries))
    return failed;
  auto made = counter::of(std::move(entries));
  if (!made)
    return detail::compat::error_at("", made.reason());
  value = *std::move(made);
  return {};
}

template <detail::compat::inspector Inspector>
caf::error inspect(Inspector& with, dynamic& value) {
  enum kind : std::size_t { integer, text, set_of_dynamic, pairs, counter_of_dynamic, kinds };
  std::size_t kind = value.as_integer() != nullptr      ? integer
                     : value.as_string() != nullptr     ? text
                     : value.as_set() != nullptr        ? set_of_dynamic
                     : value.as_dictionary() != nullptr ? pairs
                                                        : counter_of_dynamic;
  if (auto failed = detail::transfer_kind(with, kind, kinds))
    return failed;
  const auto transfer = [&](const auto* held) { return detail::transfer_held(with, held, value); };
  switch (kind) {
  case integer:
    return transfer(value.as_integer());
  case text:
    return transfer(value.as_string());
  case set_of_dynamic:
    return transfer(value.as_set());
  case pairs:
    return transfer(value.as_dictionary());
  default:
    return transfer(value.as_counter());
  }
}

template <detail::compat::inspector Inspector, described Op>
caf::error inspect(Inspector& with, Op& op) {
  std::size_t i = 0;
  caf::error failed;
  const auto transfer = [&](auto& field) {
    failed = detail::at_place(i++, detail::transfer(with, field));
    return !failed;
  };
  std::apply([&](auto... fields) { return (transfer(op.*fields) && ...); }, Op::fields());
  return detail::at_place(Op::name, failed);
}

template <detail::compat::inspector Inspector, class... Ops>
requires described_variant<std::variant<Ops...>> caf::error inspect(Inspector& with,
                                                                    std::variant<Ops...>& op) {
  return detail::transfer(with, op);
}

template <detail::compat::inspector Inspector>
caf::error inspect(Inspector& with, dynamic_operation& op) {
  return detail::transfer(with, op.what);
}

template <detail::compat::inspector Inspector, class Operation>
caf::error inspect(Inspector& with, composite<Operation>& value) {
  return detail::nested([&] { return detail::transfer(with, value.what); });
}

} // namespace libsync
