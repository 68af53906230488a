#include "libsync/statebox/knowledge.hpp"

#include <cstdint>
#include <vector>

#include "libsync/statebox/set.hpp"
#include "libsync/statebox/statebox.hpp"

#include "support/catch.hpp"
#include "support/stamps.hpp"

namespace {

using libsync::knowledge;
using libsync::origin;
using libsync::stamp;
using stamps::when;

knowledge seeing(const std::vector<stamp>& all, std::size_t limit) {
  knowledge made;
  for (const auto& one : all)
    made.see(one, limit);
  return made;
}

knowledge join(std::vector<knowledge> all, std::size_t limit = 100) {
  return knowledge::join(all, limit);
}

} // namespace

TEST_CASE("knowledge of an origin is its latest event, and the latest that was dropped",
          "[statebox][knowledge]") {
  auto known = seeing({when(3, 7), when(5, 7), when(4, 2)}, 100);
  REQUIRE(known.origins.size() == 2);
  CHECK(known.origins[0].by == origin{2});
  CHECK(known.find(origin{7})->seen == 5);
  CHECK(known.find(origin{9}) == nullptr);
  CHECK_FALSE(known.has_dropped(when(3, 7)));
  known.drop(when(3, 7));
  CHECK(known.has_dropped(when(3, 7)));
  CHECK_FALSE(known.has_dropped(when(4, 7)));
  CHECK(known.cut == when(3, 7));
}

TEST_CASE("joined knowledge is the latest of each, in any order and grouping",
          "[statebox][knowledge]") {
  const auto a = seeing({when(3, 7), when(4, 2)}, 100);
  auto b = seeing({when(5, 7), when(1, 1)}, 100);
  b.drop(when(5, 7));
  const auto c = seeing({when(9, 2)}, 100);
  const auto all = join({a, b, c});
  CHECK(all.origins.size() == 3);
  CHECK(all.find(origin{7})->dropped == 5);
  CHECK(all == join({c, b, a}));
  CHECK(all == join({join({a, b}), c}));
  CHECK(all == join({a, join({b, c, a})}));
}

TEST_CASE("no more origins are known than the limit says", "[statebox][knowledge]") {
  knowledge known;
  for (std::uint64_t i = 1; i <= 1000; ++i) {
    known.see(when(static_cast<libsync::timestamp>(i), i), 10);
    REQUIRE(known.origins.size() <= 10);
    REQUIRE(known.groups.size() <= 1);
    REQUIRE(known.check(10));
  }
  CHECK(known.find(origin{1000}) != nullptr);
  CHECK(known.find(origin{1}) == nullptr);
  knowledge at_one_time;
  for (std::uint64_t i = 1; i <= 1000; ++i) {
    at_one_time.see(when(5, i), 10);
    REQUIRE(at_one_time.origins.size() <= 10);
  }
}

TEST_CASE("late events of many origins are folded too", "[statebox][knowledge]") {
  auto known = seeing({when(100, 1), when(100, 2), when(100, 3)}, 2);
  for (std::uint64_t i = 4; i < 50; ++i) {
    known.see(when(static_cast<libsync::timestamp>(i), i), 2);
    REQUIRE(known.origins.size() <= 2);
  }
  auto other = seeing({when(3, 60), when(4, 61)}, 2);
  CHECK(join({known, other}, 2).origins.size() <= 2);
}

TEST_CASE("boxes that have folded the same origins know so, in whatever steps",
          "[statebox][knowledge]") {
  std::vector<knowledge> all;
  for (const std::size_t limit : {4U, 5U, 7U, 100U}) {
    auto known = seeing({when(1, 9), when(2, 8), when(3, 7), when(4, 6), when(5, 5), when(6, 4),
                         when(7, 3), when(8, 2), when(9, 1)},
                        limit);
    all.push_back(known);
  }
  auto joined = knowledge::join(all, 4);
  for (const auto& one : all) {
    CHECK(one.groups == joined.groups);
    CHECK(one.origins == joined.origins);
  }
  REQUIRE(joined.groups.size() == 1);
  joined.drop(when(1, 9));
  for (const auto& one : all)
    CHECK(one.has_seen_what_is_dropped_by(joined));
}

TEST_CASE("a box that cannot tell whether it has seen dropped events says no",
          "[statebox][knowledge]") {
  auto folded = seeing({when(1, 1), when(2, 2), when(3, 3)}, 2);
  REQUIRE(folded.groups.size() == 1);
  folded.drop(when(1, 1));
  std::vector<knowledge> both{folded, seeing({when(2, 2), when(3, 3)}, 2)};
  const auto joined = knowledge::join(both, 2);
  CHECK(both[0].has_seen_what_is_dropped_by(joined));
  CHECK_FALSE(both[1].has_seen_what_is_dropped_by(joined));
}

TEST_CASE("groups are limited too", "[statebox][knowledge]") {
  std::vector<knowledge> all;
  for (std::uint64_t i = 1; i <= 40; ++i)
    all.push_back(seeing({when(1, i), when(2, 100 + i)}, 1));
  const auto joined = knowledge::join(all, 1);
  CHECK(joined.groups.size() <= knowledge::most_groups);
  CHECK(joined.check(1));
}

TEST_CASE("damaged knowledge is refused, and the place is named", "[statebox][knowledge]") {
  auto known = seeing({when(3, 7), when(4, 2)}, 100);
  REQUIRE(known.check(2));
  CHECK(known.check(1).reason() == "origins: 2, expected at most 1");
  auto damaged = known;
  damaged.origins[1].by = origin{2};
  CHECK(damaged.check(9).reason() == "origins[1]: does not come after the one before it");
  damaged = known;
  damaged.origins[1].seen = libsync::stamp::none;
  CHECK(damaged.check(9).reason() == "origins[1]: dropped at a time at which nothing was seen");
  damaged = known;
  damaged.groups = {{5, 1}, {5, 1}};
  damaged.folded_until = 3;
  CHECK(damaged.check(9).reason() == "groups[1]: does not come after the one before it");
  damaged.groups = {{5, 4}};
  CHECK(damaged.check(9).reason() == "groups[0]: later than `folded_until`");
  damaged.groups.resize(17);
  CHECK(damaged.check(9).reason() == "groups: 17, expected at most 16");
}

TEST_CASE("a box with more origins than it may know still merges, and says what may be lost",
          "[statebox][knowledge]") {
  using box = libsync::statebox<libsync::set<int>, stamp, 4>;
  using numbers = libsync::set<int>;
  const box root{numbers{}, when(0, 1)};
  box all = root;
  for (int i = 1; i <= 20; ++i)
    all = *all.merge(*all.modify(when(i, static_cast<std::uint64_t>(i)), numbers::add{i}));
  CHECK(all.value().size() == 20);
  CHECK(all.known().origins.size() <= 4);
  CHECK_FALSE(all.may_have_lost());
  CHECK(root.merge(all)->value() == all.value());
  const auto dropped = *all.truncate(0);
  CHECK_FALSE(root.merge(dropped)->may_have_lost());
  CHECK_FALSE(all.merge(dropped)->may_have_lost()); // the same origins are folded
  const auto other = *root.modify(when(30, 30), numbers::add{30});
  CHECK_FALSE(dropped.merge(other)->may_have_lost());
  CHECK(
      dropped.merge(*(*other.truncate(0)).modify(when(31, 30), numbers::add{31}))->may_have_lost());
}
