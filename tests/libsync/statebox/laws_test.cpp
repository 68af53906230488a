// The laws of merge for the ready-made data, by the check that users have.

#include "libsync/statebox/statebox.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "libsync/testing/check_statebox.hpp"

#include "support/catch.hpp"
#include "support/changes.hpp"
#include "support/script.hpp"

using changes::libraries;
using changes::nested;
using changes::numbers;
using libsync::counter;
using libsync::dynamic;
using libsync::testing::statebox_laws;

namespace {

// As many seeds as the other laws that are checked often have cases.
std::uint64_t cases() {
  const char* chosen = std::getenv("LIBSYNC_LAW_CASES");
  return chosen != nullptr ? std::stoull(chosen) : 10'000;
}

template <class Data, std::size_t Origins = 1024>
void check_laws(statebox_laws<Data, Origins> how, auto any_change) {
  how.seeds = cases();
  // Rows take long, and are those of the same few operations each time.
  how.rows = 0;
  const auto report = libsync::testing::check_statebox<Data, Origins>(
      how, [&](const Data&, libsync::testing::random& by) {
        auto choose = script::any(by);
        return any_change(choose);
      });
  INFO(report);
  CHECK(report);
}

// Rounds are as long as the age at which increments accumulate: so nothing comes that is older than
// what was accumulated.
void check_counters(bool drops) {
  constexpr libsync::timestamp age = 20;
  const auto make = [](const counter&, libsync::stamp when, libsync::testing::random& by) {
    return counter::increment::aged(by.between(-2, 2), age, when.time,
                                    static_cast<std::int64_t>(when.by));
  };
  const auto report = libsync::testing::check_statebox<counter>(
      {.seeds = cases(), .drops = drops, .rows = 0, .round = age}, make);
  INFO(report);
  CHECK(report);
}

} // namespace

TEST_CASE("merging sets is commutative, associative, idempotent and loses nothing",
          "[statebox][law]") {
  check_laws<numbers>({.drops = false, .initial = {1, 2}}, changes::of_set);
}

TEST_CASE("merging sets keeps its laws after expire and truncate, unless marked",
          "[statebox][law]") {
  check_laws<numbers>({.initial = {1, 2}}, changes::of_set);
}

TEST_CASE("merging dictionaries keeps its laws", "[statebox][law]") {
  check_laws<libraries>({.drops = false, .initial = {{1, {1, 2}}}}, changes::of_dictionary);
}

TEST_CASE("merging dictionaries keeps its laws after expire and truncate, unless marked",
          "[statebox][law]") {
  check_laws<libraries>({.initial = {{1, {1, 2}}}}, changes::of_dictionary);
}

TEST_CASE("merging dictionaries of dictionaries keeps its laws", "[statebox][law]") {
  check_laws<nested>({.initial = {{0, {{1, {1}}}}}}, changes::of_nested);
}

TEST_CASE("merging dynamic values keeps its laws", "[statebox][law]") {
  const dynamic begin{dynamic::pairs{{1, 7}, {"s1", dynamic::elements{1, 2}}}};
  check_laws<dynamic>({.initial = begin}, changes::of_dynamic);
}

TEST_CASE("merging counters keeps its laws while no increment is older than what was accumulated",
          "[statebox][law]") {
  check_counters(false);
  check_counters(true);
}

TEST_CASE("with fewer origins known than there are, nothing is lost without a mark",
          "[statebox][law]") {
  check_laws<numbers, 1>({.initial = {1, 2}}, changes::of_set);
  check_laws<numbers, 1>({}, changes::of_set);
  check_laws<numbers, 2>({}, changes::of_set);
  check_laws<numbers, 2>({.initial = {1, 2}}, changes::of_set);
  check_laws<numbers, 4>({.initial = {1, 2}}, changes::of_set);
}
