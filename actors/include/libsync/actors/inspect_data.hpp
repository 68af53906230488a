#pragma once

/// CAF's `inspect` for the ready-made data of stateboxes and their operations. With it a program
/// sends them by value from one actor system to another, alone or as members of its own types.
///
/// Reading checks everything. A set with an element twice, a number of no kind, and nesting deeper
/// than `most_nested` are errors that tell the place and the reason.

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
    return compat::error_at("", "nested deeper than " + std::to_string(most_nested));
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
  auto [inner, reason] = compat::place_and_reason(why);
  return compat::error_at(place_in(place, inner), std::move(reason));
}

// Writes or reads a value, whatever it is: a std::variant that has no `inspect` as the number of
// the alternative and the alternative.
template <compat::inspector Inspector, class T>
caf::error transfer(Inspector& with, T& value);
template <compat::inspector Inspector, class T>
caf::error transfer(Inspector& with, std::vector<T>& all);
template <compat::inspector Inspector, class First, class Second>
caf::error transfer(Inspector& with, std::pair<First, Second>& pair);
template <compat::inspector Inspector, class... Alternatives>
caf::error transfer(Inspector& with, std::variant<Alternatives...>& value);

template <compat::inspector Inspector, class T>
caf::error write(Inspector& with, const T& value) {
  return transfer(with, const_cast<T&>(value)); // which does not change what it writes
}

// Writes or reads members, each given by its name and the value.
template <compat::inspector Inspector>
caf::error transfer_members(Inspector&) {
  return {};
}
template <compat::inspector Inspector, class T, class... Rest>
caf::error transfer_members(Inspector& with, const char* name, T& value, Rest&&... rest) {
  if (auto failed = transfer(with, value))
    return at_place(name, failed);
  return transfer_members(with, rest...);
}

// Writes all of a range.
template <compat::inspector Inspector, class Range>
caf::error write_each(Inspector& with, const Range& all) {
  std::size_t size = all.size();
  if (auto failed = compat::inspect_size(with, size))
    return failed;
  std::size_t i = 0;
  for (const auto& one : all)
    if (auto failed = write(with, one))
      return at_place(i, failed);
    else
      ++i;
  return compat::end_elements(with);
}

// Reads elements and calls `take(element)`, which returns what is wrong with it. That there are as
// many is believed only as they come.
template <class Element, compat::inspector Inspector, class Take>
caf::error read_each(Inspector& with, Take take) {
  std::size_t size = 0;
  if (auto failed = compat::inspect_size(with, size))
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
template <compat::inspector Inspector>
caf::error transfer_kind(Inspector& with, std::size_t& kind, std::size_t kinds) {
  auto number = static_cast<std::uint8_t>(kind);
  if (auto failed = compat::inspect_value(with, number))
    return failed;
  kind = number;
  if (kind >= kinds)
    return compat::error_at("", "found the kind " + std::to_string(kind) + ", expected one below " +
                                    std::to_string(kinds));
  return {};
}

template <std::size_t Kind = 0, compat::inspector Inspector, class Variant>
caf::error read_alternative(Inspector& with, Variant& value, std::size_t kind) {
  if constexpr (Kind < std::variant_size_v<Variant>) {
    if (kind != Kind)
      return read_alternative<Kind + 1>(with, value, kind);
    return transfer(with, value.template emplace<Kind>());
  }
  return {}; // never, since the kind was checked
}

template <compat::inspector Inspector, class T>
caf::error transfer(Inspector& with, T& value) {
  if constexpr (std::is_same_v<T, std::string>)
    return compat::inspect_bytes(with, value);
  else
    return compat::inspect_value(with, value);
}

template <compat::inspector Inspector, class T>
caf::error transfer(Inspector& with, std::vector<T>& all) {
  if constexpr (!compat::reads<Inspector>)
    return write_each(with, all);
  all.clear();
  return read_each<T>(with, [&](T&& one) {
    all.push_back(std::move(one));
    return caf::error{};
  });
}

template <compat::inspector Inspector, class First, class Second>
caf::error transfer(Inspector& with, std::pair<First, Second>& pair) {
  return transfer_members(with, "[0]", pair.first, "[1]", pair.second);
}

template <compat::inspector Inspector, class... Alternatives>
caf::error transfer(Inspector& with, std::variant<Alternatives...>& value) {
  using all = std::variant<Alternatives...>;
  static_assert(sizeof...(Alternatives) <= 256, "libsync: at most 256 kinds of operations");
  if constexpr (!described_variant<all> && compat::has_inspect<all>)
    return compat::inspect_value(with, value);
  std::size_t kind = value.index();
  if (auto failed = transfer_kind(with, kind, sizeof...(Alternatives)))
    return failed;
  if constexpr (compat::reads<Inspector>)
    return read_alternative(with, value, kind);
  return std::visit([&](auto& one) { return transfer(with, one); }, value);
}

// Writes what `value` holds, or reads such a thing and stores it there.
template <compat::inspector Inspector, class Held, class Value>
caf::error transfer_held(Inspector& with, const Held* held, Value& value) {
  if constexpr (!compat::reads<Inspector>)
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

// What is libsync's own is written or read by a `transfer_own` each, which this argument lets be
// found wherever it is declared.
struct own {};

template <compat::inspector Inspector, class T>
caf::error transfer_own(own, Inspector& with, frozen<T>& value) {
  return transfer_held(with, &*value, value);
}

template <compat::inspector Inspector, class Element>
caf::error transfer_own(own, Inspector& with, set<Element>& value) {
  return nested([&]() -> caf::error {
    if constexpr (!compat::reads<Inspector>)
      return write_each(with, value);
    value = {};
    return read_each<Element>(with, [&](Element&& one) {
      return value.insert(one) ? caf::error{} : compat::error_at("", "it is in the set already");
    });
  });
}

template <compat::inspector Inspector, class Key, class Value>
caf::error transfer_own(own, Inspector& with, dictionary<Key, Value>& value) {
  return nested([&]() -> caf::error {
    if constexpr (!compat::reads<Inspector>)
      return write_each(with, value);
    value = {};
    return read_each<std::pair<Key, Value>>(with, [&](std::pair<Key, Value>&& one) {
      if (value.find(one.first) != nullptr)
        return compat::error_at("[0]", "it is in the dictionary already");
      value.insert_or_assign(one.first, one.second);
      return caf::error{};
    });
  });
}

template <compat::inspector Inspector>
caf::error transfer_own(own, Inspector& with, counter::entry& value) {
  bool named = value.id.has_value();
  auto id = value.id.value_or(0);
  auto failed =
      transfer_members(with, "time", value.time, "named", named, "id", id, "delta", value.delta);
  value.id = named ? std::optional{id} : std::nullopt;
  return failed;
}

template <compat::inspector Inspector>
caf::error transfer_own(own, Inspector& with, counter& value) {
  if constexpr (!compat::reads<Inspector>)
    return write_each(with, value.entries());
  std::vector<counter::entry> entries;
  if (auto failed = transfer(with, entries))
    return failed;
  auto made = counter::of(std::move(entries));
  if (!made)
    return compat::error_at("", made.reason());
  value = *std::move(made);
  return {};
}

template <compat::inspector Inspector>
caf::error transfer_own(own, Inspector& with, dynamic& value) {
  enum kind : std::size_t { integer, text, set_of_dynamic, pairs, counter_of_dynamic, kinds };
  std::size_t kind = value.as_integer() != nullptr      ? integer
                     : value.as_string() != nullptr     ? text
                     : value.as_set() != nullptr        ? set_of_dynamic
                     : value.as_dictionary() != nullptr ? pairs
                                                        : counter_of_dynamic;
  if (auto failed = transfer_kind(with, kind, kinds))
    return failed;
  const auto transfer = [&](const auto* held) { return transfer_held(with, held, value); };
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

template <compat::inspector Inspector, described Op>
caf::error transfer_own(own, Inspector& with, Op& op) {
  std::size_t i = 0;
  caf::error failed;
  const auto transfer = [&](auto& field) {
    failed = at_place(i++, detail::transfer(with, field));
    return !failed;
  };
  std::apply([&](auto... fields) { return (transfer(op.*fields) && ...); }, Op::fields());
  return at_place(Op::name, failed);
}

template <compat::inspector Inspector, class... Ops>
requires described_variant<std::variant<Ops...>> caf::error transfer_own(own, Inspector& with,
                                                                         std::variant<Ops...>& op) {
  return transfer(with, op);
}

template <compat::inspector Inspector>
caf::error transfer_own(own, Inspector& with, dynamic_operation& op) {
  return transfer(with, op.what);
}

template <compat::inspector Inspector, class Operation>
caf::error transfer_own(own, Inspector& with, composite<Operation>& value) {
  return nested([&] { return transfer(with, value.what); });
}

template <class Inspector, class T>
concept is_own = compat::inspector<Inspector> && requires(Inspector& with, T& value) {
  transfer_own(own{}, with, value);
};

} // namespace detail

/// Writes or reads what is libsync's own. It returns what CAF wants: 0.17 the error, later versions
/// whether there is none.
template <class Inspector, class T>
requires detail::is_own<Inspector, T> detail::compat::inspected inspect(Inspector& with, T& value) {
  return detail::compat::tell(with, transfer_own(detail::own{}, with, value));
}

} // namespace libsync

#if LIBSYNC_CAF_VERSION >= 18
// CAF knows a std::variant if it knows each alternative by a number. These it need not.
template <class... Ops>
requires libsync::described_variant<std::variant<Ops...>>
struct caf::inspector_access<std::variant<Ops...>>
    : caf::inspector_access_base<std::variant<Ops...>> {
  template <class Inspector>
  static bool apply(Inspector& with, std::variant<Ops...>& op) {
    return libsync::inspect(with, op);
  }
};
#endif
