#pragma once

/// Checks whether a reducer keeps its promises.

#include <cstdint>
#include <exception>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "libsync/reducer.hpp"

#include "libsync/testing/as_code.hpp"
#include "libsync/testing/detail/as_test.hpp"
#include "libsync/testing/detail/broken_law.hpp"
#include "libsync/testing/detail/generator.hpp"
#include "libsync/testing/detail/made_operations.hpp"
#include "libsync/testing/detail/reducer_check.hpp"
#include "libsync/testing/detail/same.hpp"
#include "libsync/testing/detail/shortest.hpp"
#include "libsync/testing/digest.hpp"
#include "libsync/testing/random.hpp"
#include "libsync/testing/reducer_laws.hpp"
#include "libsync/testing/report.hpp"

namespace libsync::testing {

namespace detail {

template <class Data>
std::string reducer_test(const reducer_laws<Data>& how, const broken_law& broken,
                         const std::vector<typename Data::operation>& all) {
  using operation = typename Data::operation;
  const auto print = printer_of<operation>(how.print);
  if (!print)
    return hint_for_code(all.size(), "operation", type_name<operation>());
  bool plain = true;
  if constexpr (std::default_initializable<Data>)
    plain = same(how.initial, Data{});
  for (const auto& one : how.also)
    plain = plain && one.name != broken.law;
  return (plain ? "" : "// `how` are the options as they were\n") +
         as_test("libsync::testing::check_reducer<" + type_name<Data>() + '>', plain ? "{}" : "how",
                 all, print);
}

// Finds the shortest list in which the same law is broken.
template <class Data>
failure explain(const reducer_laws<Data>& how, std::uint64_t seed, broken_law broken,
                std::vector<typename Data::operation> all) {
  const auto fewest = shortest(std::move(all), [&](const auto& fewer) {
    auto found = reducer_check<Data>{how}.run(fewer);
    if (!found || found->law != broken.law)
      return false;
    broken = *std::move(found);
    return true;
  });
  return {seed, broken.law + ": " + broken.why, reducer_test(how, broken, fewest), {}};
}

template <class Data>
void check_list(const reducer_laws<Data>& how, std::uint64_t seed,
                std::vector<typename Data::operation> all, reducer_report& told) {
  reducer_check<Data> check{how};
  auto broken = check.run(all);
  ++told.runs;
  told.digest = mix(told.digest, check.digest());
  told.totals += check.totals();
  if (broken)
    told.failure = explain(how, seed, *std::move(broken), std::move(all));
}

} // namespace detail

/// Checks a reducer on operations that `make(const Data&, random&)` makes, or a generator of
/// RapidCheck's (libsync/testing/rapidcheck.hpp), in a new list for each seed:
///
///     const auto report = check_reducer<auction>({.seeds = 1000}, make_bid);
///     REQUIRE(report);
///
/// The laws, for every operation on the data that the ones before it led to:
///
/// - The reducer is deterministic: a copy of the operation leads from a copy of the data to the
///   same answer, data and effects.
/// - A refused operation changes nothing, nor does one that throws, where that is promised
///   (`throws_cleanly` in libsync/reducer.hpp).
/// - Equal data give equal results, also where operations were refused and undone before.
/// - `inverse`, where there is one, leads back.
/// - Two or three operations as a transaction lead to what they do one by one, or change nothing.
/// - Copied, moved and assigned data equal their original, do not share with it what changes, and
///   have the same `digest` and `std::hash`, where there are such.
/// - Laws of your own: `reducer_laws::also`.
///
/// Data are compared by `==`, or else by their digests (libsync/testing/digest.hpp). It stops at
/// the first seed under which a law is broken, and tells the shortest list of operations that it
/// found, as C++ (libsync/testing/as_code.hpp). It is a failure, too, if no operation is accepted.
template <class Data, class Generator>
[[nodiscard]] reducer_report check_reducer(const reducer_laws<Data>& how, Generator make) {
  auto made = detail::generator_of<Data>(std::move(make));
  const auto repeat = [&](std::uint64_t seed) {
    return detail::line_of(how.repeat, "check_reducer<" + type_name<Data>() + '>', seed);
  };
  reducer_report told;
  for (auto seed = how.first; seed < how.first + how.seeds && told; ++seed) {
    try {
      detail::check_list(how, seed,
                         detail::make_operations(how.initial, made, random{seed}, how.operations),
                         told);
    } catch (const std::exception& thrown) {
      told.failure = detail::generator_threw(seed, thrown);
    }
    if (!told)
      told.failure->repeat = repeat(seed);
  }
  if (told && told.totals.operations > 0 && told.totals.accepted == 0)
    told.failure = detail::nothing_accepted(how.first, repeat(how.first));
  return told;
}

/// The same with the options as they are.
template <class Data, class Generator>
[[nodiscard]] reducer_report check_reducer(Generator make) {
  return check_reducer<Data>(reducer_laws<Data>{}, std::move(make));
}

/// The same on just these operations. A failure prints a call of it.
template <class Data>
[[nodiscard]] reducer_report check_reducer(const reducer_laws<Data>& how,
                                           std::vector<typename Data::operation> operations) {
  reducer_report told;
  detail::check_list(how, 0, std::move(operations), told);
  if (!told)
    told.failure->repeat = "the same call";
  return told;
}

} // namespace libsync::testing
