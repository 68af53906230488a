#pragma once

/// The work for stateboxes: random changes of a dictionary, of numbers or of small sets; and what a
/// plain loop makes of them, without anything of the library.

#include <algorithm>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <type_traits>
#include <vector>

#include "libsync/statebox/dictionary.hpp"
#include "libsync/statebox/set.hpp"
#include "libsync/statebox/stamp.hpp"

#include "support/workload.hpp"

namespace changes {

using numbers = libsync::dictionary<std::int64_t, std::int64_t>;
using sets = libsync::dictionary<std::int64_t, libsync::set<std::int64_t>>;

/// Stores a number, or unites the set at a key with a set of one; ordered as the events are that it
/// becomes. With plain times all are `by` 0.
struct change {
  libsync::timestamp time = 0;
  std::uint64_t by = 0;
  std::int64_t key = 0;
  std::int64_t value = 0;

  friend auto operator<=>(const change&, const change&) = default;
};

template <class Data>
inline constexpr bool stores = std::is_same_v<Data, numbers>;

template <class Time>
inline constexpr bool stamped = std::is_same_v<Time, libsync::stamp>;

template <class Data>
typename Data::operation operation_of(const change& one) {
  if constexpr (stores<Data>)
    return numbers::store{one.key, one.value};
  else
    return sets::unite{one.key, libsync::set<std::int64_t>{one.value}};
}

template <class Time>
Time time_of(const change& one) {
  if constexpr (stamped<Time>)
    return {one.time, libsync::origin{one.by}};
  else
    return one.time;
}

namespace detail {

inline std::int64_t random_key(std::uint64_t bits, std::size_t keys) {
  return static_cast<std::int64_t>((bits >> 16) % keys);
}

/// Any number; or one of four elements, so that the sets stay small.
template <class Data>
std::int64_t random_value(std::uint64_t bits) {
  return static_cast<std::int64_t>(stores<Data> ? bits >> 40 : (bits >> 40) % 4);
}

} // namespace detail

/// Returns a dictionary that holds `keys` keys.
template <class Data>
Data filled(std::size_t keys) {
  std::vector<typename Data::value_type> pairs(keys);
  for (std::size_t i = 0; i < keys; ++i) {
    pairs[i].first = static_cast<std::int64_t>(i);
    if constexpr (!stores<Data>)
      pairs[i].second.insert(0);
  }
  return Data::from_pairs(pairs);
}

/// Returns changes at the times 1, 2, …, each at one of those keys.
template <class Data, class Time>
std::vector<change> of_one(std::size_t keys, std::size_t count) {
  std::vector<change> all;
  for (std::uint64_t i = 1; i <= count; ++i) {
    const auto bits = libsync::testing::random{i}();
    all.push_back({static_cast<libsync::timestamp>(i), stamped<Time> ? 1U : 0U,
                   detail::random_key(bits, keys), detail::random_value<Data>(bits)});
  }
  return all;
}

/// Siblings that are changed at the same time, each at random moments.
struct family {
  std::size_t siblings = 64;
  /// Of each sibling.
  std::size_t events = 1000;
  /// As many as there are events in all: then each is at another key.
  std::size_t keys = 1000;
  /// How many changes of a sibling have the same time, and so are not in the order of events.
  std::size_t at_once = 1;
};

/// Returns the changes of one sibling, in its order.
template <class Data, class Time>
std::vector<change> of_sibling(const family& which, std::uint64_t sibling) {
  const std::uint64_t all = which.siblings * which.events;
  std::vector<change> made;
  for (std::uint64_t i = 0; i < which.events; ++i) {
    const auto bits = libsync::testing::random{sibling << 40 | i}();
    const auto moment = which.at_once == 1 ? bits % which.siblings : sibling;
    const auto time = 1 + (i - i % which.at_once) * which.siblings + moment;
    // Multiples of a prime, so that all are different but not in order.
    const auto other_key = static_cast<std::int64_t>((sibling * which.events + i) * 7919 % all);
    made.push_back({static_cast<libsync::timestamp>(time), stamped<Time> ? sibling + 1 : 0,
                    which.keys == all ? other_key : detail::random_key(bits, which.keys),
                    detail::random_value<Data>(bits)});
  }
  return made;
}

/// Returns the changes of all siblings in the order of events, equal ones once.
template <class Data, class Time>
std::vector<change> of_all(const family& which) {
  std::vector<change> all;
  for (std::size_t i = 0; i < which.siblings; ++i)
    for (const auto& one : of_sibling<Data, Time>(which, i))
      all.push_back(one);
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

/// A number is a set of one.
using plain = std::map<std::int64_t, std::set<std::int64_t>>;

template <class Data>
plain to_plain(const Data& data) {
  plain made;
  for (const auto& [key, value] : data)
    if constexpr (stores<Data>)
      made[key] = {value};
    else
      made[key] = {value.begin(), value.end()};
  return made;
}

/// Returns what the changes, in this order, make of `data`.
template <class Data>
plain replay(plain data, const std::vector<change>& all) {
  for (const auto& one : all) {
    auto& at = data[one.key];
    if constexpr (stores<Data>)
      at.clear();
    at.insert(one.value);
  }
  return data;
}

/// Equal for equal values and times of events; baselines print the same.
inline std::uint32_t digest(const plain& data, const std::vector<change>& events) {
  std::uint32_t result = 1;
  const auto add = [&](auto number) { result = result * 31u + static_cast<std::uint32_t>(number); };
  for (const auto& [key, value] : data) {
    add(key);
    add(value.size());
    for (const auto one : value)
      add(one);
  }
  for (const auto& one : events)
    add(one.time);
  return result;
}

} // namespace changes
