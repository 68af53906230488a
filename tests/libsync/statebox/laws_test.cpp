#include "libsync/statebox/statebox.hpp"

#include <cstddef>
#include <cstdint>

#include "support/catch.hpp"
#include "support/changes.hpp"
#include "support/many_cases.hpp"
#include "support/script.hpp"
#include "support/sibling_laws.hpp"
#include "support/siblings.hpp"

using changes::libraries;
using changes::nested;
using changes::numbers;
using libsync::counter;
using libsync::dynamic;

namespace {

// In rounds that are shorter than the age at which increments accumulate, and after each of which
// all siblings are merged: so nothing comes that is older than what was accumulated.
void merges_of_counters(bool drops) {
  constexpr libsync::timestamp age = 20;
  auto choose = script::any(1);
  siblings<counter> all{counter{}, 3 + choose.below(2)};
  libsync::timestamp begin = 0;
  const auto anyone = [&] {
    return static_cast<std::size_t>(choose.below(static_cast<int>(all.size())));
  };
  const auto end_round = [&] {
    for (int twice = 0; twice < 2; ++twice)
      for (std::size_t i = 0; i < all.size(); ++i)
        all.merge(i, (i + 1) % all.size());
    for (std::size_t i = 0; i < all.size(); ++i)
      for (std::size_t j = 0; j < all.size(); ++j)
        all.merge(i, j);
    begin = all.at(0).real.last_modified().time + 1;
  };
  while (!choose.ended()) {
    const auto i = anyone();
    switch (choose.below(drops ? 8 : 6)) {
    default: {
      const int later = choose.below(4);
      const auto when = all.time_of_change(i, later);
      if (when.time >= begin + age) {
        end_round();
      } else {
        const auto id = static_cast<std::int64_t>(when.by);
        all.modify(i, later, counter::increment::aged(choose.below(5) - 2, age, when.time, id));
      }
      break;
    }
    case 4:
    case 5:
      all.merge(i, anyone());
      break;
    case 6:
      all.expire(i, choose.below(30));
      break;
    case 7:
      all.truncate(i, choose.below(6));
      break;
    }
    RC_ASSERT(all.wrong(i) == "");
  }
  check_merges(all);
}

} // namespace

TEST_CASE("merging sets is commutative, associative, idempotent and loses nothing",
          "[statebox][law]") {
  check_law_often("sets", merge_laws<numbers>({1, 2}, false, changes::of_set));
}

TEST_CASE("merging sets keeps its laws after expire and truncate, unless marked",
          "[statebox][law]") {
  check_law_often("sets with drops", merge_laws<numbers>({1, 2}, true, changes::of_set));
}

TEST_CASE("merging dictionaries keeps its laws", "[statebox][law]") {
  check_law_often("dictionaries",
                  merge_laws<libraries>({{1, {1, 2}}}, false, changes::of_dictionary));
}

TEST_CASE("merging dictionaries keeps its laws after expire and truncate, unless marked",
          "[statebox][law]") {
  check_law_often("dictionaries with drops",
                  merge_laws<libraries>({{1, {1, 2}}}, true, changes::of_dictionary));
}

TEST_CASE("merging dictionaries of dictionaries keeps its laws", "[statebox][law]") {
  check_law_often("nested", merge_laws<nested>({{0, {{1, {1}}}}}, true, changes::of_nested));
}

TEST_CASE("merging dynamic values keeps its laws", "[statebox][law]") {
  const dynamic begin{dynamic::pairs{{1, 7}, {"s1", dynamic::elements{1, 2}}}};
  check_law_often("dynamic", merge_laws<dynamic>(begin, true, changes::of_dynamic));
}

TEST_CASE("merging counters keeps its laws while no increment is older than what was accumulated",
          "[statebox][law]") {
  check_law_often("counters", [] { merges_of_counters(false); });
  check_law_often("counters with drops", [] { merges_of_counters(true); });
}

TEST_CASE("with fewer origins known than there are, nothing is lost without a mark",
          "[statebox][law]") {
  check_law_often("one origin", merge_laws<numbers, 1>({1, 2}, true, changes::of_set));
  check_law_often("one origin, from nothing", merge_laws<numbers, 1>({}, true, changes::of_set));
  check_law_often("two origins, from nothing", merge_laws<numbers, 2>({}, true, changes::of_set));
  check_law_often("two origins", merge_laws<numbers, 2>({1, 2}, true, changes::of_set));
  check_law_often("four origins", merge_laws<numbers, 4>({1, 2}, true, changes::of_set));
}
