#pragma once

/// Checks whether data may be kept in stateboxes.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "libsync/statebox/composite.hpp"
#include "libsync/statebox/stamp.hpp"

#include "libsync/testing/as_code.hpp"
#include "libsync/testing/box_event.hpp"
#include "libsync/testing/detail/as_test.hpp"
#include "libsync/testing/detail/generator.hpp"
#include "libsync/testing/detail/shortest.hpp"
#include "libsync/testing/detail/statebox_check.hpp"
#include "libsync/testing/digest.hpp"
#include "libsync/testing/random.hpp"
#include "libsync/testing/report.hpp"
#include "libsync/testing/statebox_laws.hpp"

namespace libsync::testing {

namespace detail {

template <class Data, std::size_t Origins>
std::string statebox_call() {
  return "check_statebox<" + type_name<Data>() +
         (Origins == 1024 ? "" : ", " + std::to_string(Origins)) + '>';
}

template <class Data, std::size_t Origins>
bool are_usual(const statebox_laws<Data, Origins>& how) {
  const statebox_laws<Data, Origins> usual;
  return how.initial == usual.initial && how.siblings == usual.siblings && how.rows == usual.rows &&
         how.round == usual.round && how.also.empty();
}

template <class Data, std::size_t Origins>
std::string statebox_test(const statebox_laws<Data, Origins>& how,
                          const std::vector<box_event<Data>>& all) {
  auto print = printer_of<typename Data::operation>(how.print);
  if (!print)
    return hint_for_code(all.size(), "event", type_name<typename Data::operation>());
  const bool usual = are_usual(how);
  return std::string{usual ? "" : "// `how` are the options as they were\n"} +
         "using event = libsync::testing::box_event<" + type_name<Data>() + ">;\n" +
         as_test<box_event<Data>>(
             "libsync::testing::" + statebox_call<Data, Origins>(), usual ? "{}" : "how", all,
             [&](const box_event<Data>& one) { return event_as_code(one, print); });
}

template <class Data, std::size_t Origins>
std::optional<broken_law> play_events(const statebox_laws<Data, Origins>& how,
                                      const std::vector<box_event<Data>>& all) {
  statebox_check<Data, Origins> check{how};
  for (const auto& next : all)
    check.play(next);
  check.finish();
  return check.broken();
}

// Finds the shortest list in which the same law is broken.
template <class Data, std::size_t Origins>
failure explain(const statebox_laws<Data, Origins>& how, std::uint64_t seed, broken_law broken,
                std::vector<box_event<Data>> all) {
  const auto fewest = shortest(std::move(all), [&](const auto& fewer) {
    auto found = play_events(how, fewer);
    if (!found || found->law != broken.law)
      return false;
    broken = *std::move(found);
    return true;
  });
  return {seed, broken.law + ": " + broken.why, statebox_test(how, fewest), {}};
}

// Takes the result of a check of these events.
template <class Data, std::size_t Origins>
void take(const statebox_laws<Data, Origins>& how, std::uint64_t seed,
          const statebox_check<Data, Origins>& check, std::vector<box_event<Data>> all,
          statebox_report& told) {
  ++told.runs;
  told.digest = mix(told.digest, check.digest());
  told.totals += check.totals();
  if (check.broken())
    told.failure = explain(how, seed, *check.broken(), std::move(all));
}

template <class Data, std::size_t Origins, class Make>
void check_seed(const statebox_laws<Data, Origins>& how, std::uint64_t seed, Make& make,
                statebox_report& told) {
  random choices{seed};
  statebox_check<Data, Origins> check{how};
  std::vector<box_event<Data>> all;
  while (all.size() < how.events && !check.broken()) {
    all.push_back(check.make_event(choices, make));
    check.play(all.back());
  }
  check.finish();
  take(how, seed, check, std::move(all), told);
}

// The generators of stateboxes may ask for the time, too.
template <class Data, class Generator>
auto timed_generator_of(Generator make) {
  using made = composite<typename Data::operation>;
  if constexpr (std::invocable<Generator&, const Data&, stamp, random&>)
    return make;
  else
    return [adapted = generator_of<Data, made>(std::move(make))](const Data& data, stamp,
                                                                 random& choices) mutable -> made {
      return adapted(data, choices);
    };
}

} // namespace detail

/// Checks whether data may be kept in stateboxes: several siblings are changed, by operations (or
/// lists of them) that `make(const Data&, random&)` makes, or a generator of RapidCheck's. They
/// are merged, told of updates, and cut short. The generator may take the time of the change, too:
/// `make(const Data&, stamp, random&)`.
///
///     REQUIRE(check_statebox<libsync::set<int>>({.seeds = 1000}, make_change));
///
/// The laws:
///
/// - Operations are repeatable, alone and in a row. Those that are said to be independent are so.
///   (`check_operations` of libsync/statebox/check.hpp, on values and operations that occur.)
/// - Each box holds what the events that it has seen, in order, make of the ancestor. Its queue is
///   in order. It can be made again from its parts.
/// - Merge is commutative, associative and idempotent. A box that has seen all loses nothing.
/// - All that holds after events were dropped, too, unless the box `may_have_lost`.
/// - Laws of your own: `statebox_laws::also`.
///
/// It stops at the first seed under which a law is broken, and tells the shortest list of events
/// that it found, as C++ (libsync/testing/as_code.hpp). It is a failure, too, if no change is
/// accepted. Whether the reducer keeps its other promises is for `check_reducer`.
template <class Data, std::size_t Origins = 1024, class Generator>
[[nodiscard]] statebox_report
check_statebox(const std::type_identity_t<statebox_laws<Data, Origins>>& how, Generator make) {
  auto made = detail::timed_generator_of<Data>(std::move(make));
  const auto repeat = [&](std::uint64_t seed) {
    return detail::line_of(how.repeat, detail::statebox_call<Data, Origins>(), seed);
  };
  statebox_report told;
  for (auto seed = how.first; seed < how.first + how.seeds && told; ++seed) {
    try {
      detail::check_seed<Data, Origins>(how, seed, made, told);
    } catch (const std::exception& thrown) {
      told.failure = detail::generator_threw(seed, thrown);
    }
    if (!told)
      told.failure->repeat = repeat(seed);
  }
  if (told && told.totals.refused > 0 && told.totals.changes == 0)
    told.failure = detail::nothing_accepted(how.first, repeat(how.first));
  return told;
}

/// The same with the options as they are.
template <class Data, std::size_t Origins = 1024, class Generator>
[[nodiscard]] statebox_report check_statebox(Generator make) {
  return check_statebox<Data, Origins>({}, std::move(make));
}

/// The same with just these events. A failure prints a call of it.
template <class Data, std::size_t Origins = 1024>
[[nodiscard]] statebox_report
check_statebox(const std::type_identity_t<statebox_laws<Data, Origins>>& how,
               std::vector<box_event<Data>> events) {
  detail::statebox_check<Data, Origins> check{how};
  for (const auto& next : events)
    check.play(next);
  check.finish();
  statebox_report told;
  detail::take<Data, Origins>(how, 0, check, std::move(events), told);
  if (!told)
    told.failure->repeat = "the same call";
  return told;
}

} // namespace libsync::testing
