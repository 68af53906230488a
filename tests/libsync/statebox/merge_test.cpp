#include "libsync/statebox/statebox.hpp"

#include <vector>

#include "libsync/statebox/dictionary.hpp"
#include "libsync/statebox/dynamic.hpp"
#include "libsync/statebox/set.hpp"

#include "support/catch.hpp"
#include "support/stamps.hpp"

namespace {

using libsync::dynamic;
using libsync::dynamic_operation;
using libsync::stamp;
using libsync::statebox;
using stamps::when;
using numbers = libsync::set<int>;
using box = statebox<numbers>;
using stamped = statebox<numbers, stamp>;
using words = libsync::set<std::string>;
using libraries = libsync::dictionary<std::string, words>;
using pairs = dynamic::pairs;
using elements = dynamic::elements;
using any = statebox<dynamic>;

any changed(const any& from, libsync::timestamp time, dynamic_operation op) {
  return *from.modify(time, std::move(op));
}

} // namespace

TEST_CASE("two children of an empty set: both additions are there", "[statebox][merge]") {
  const statebox<words> parent{words{}};
  const auto one = *parent.modify(words::add{"a"});
  const auto other = *parent.modify(words::add{"b"});
  CHECK(one.merge(other)->value() == words{"a", "b"});
}

TEST_CASE("two children of an empty set, with given times", "[statebox][merge]") {
  const statebox<words> parent{words{}, 0};
  const auto one = *parent.modify(1, words::add{"a"});
  const auto other = *parent.modify(2, words::add{"b"});
  const auto merged = *one.merge(other);
  CHECK(merged.value() == words{"a", "b"});
  CHECK(merged.last_modified() == 2);
  CHECK(merged.queue().size() == 2);
}

TEST_CASE("children of a dictionary may each store and unite in one event", "[statebox][merge]") {
  const statebox<dynamic> parent{dynamic{}, 0};
  const auto change = [](const char* key, elements more) {
    return any::what::list{dynamic_operation{pairs::store{key, 1}},
                           dynamic_operation{pairs::unite{"c", std::move(more)}}};
  };
  const auto one = *parent.modify(1, change("a", {"a", "aa"}));
  const auto other = *parent.modify(2, change("b", {"b", "bb"}));
  const auto merged = *one.merge(other);
  CHECK(merged.value() == pairs{{"a", 1}, {"b", 1}, {"c", elements{"a", "aa", "b", "bb"}}});
  CHECK(merged.queue().size() == 2);
}

TEST_CASE("merging nothing is an error, one box that box", "[statebox][merge]") {
  CHECK(box::merge(std::span<const box>{}).reason() ==
        "there is nothing to merge, expected at least one box");
  const std::vector<box> one{box{{1}, 5}};
  CHECK(*box::merge(one) == one[0]);
}

TEST_CASE("no siblings make an empty box, others what they merge to", "[statebox][merge]") {
  const auto none = *statebox<libraries>::from_siblings({}, 7);
  CHECK(none.is_empty());
  CHECK(none.last_modified() == 7);
  const std::vector<box> some{*box{{}, 0}.modify(1, numbers::add{1}),
                              *box{{}, 0}.modify(2, numbers::add{2})};
  CHECK(box::from_siblings(some, 7)->value() == numbers{1, 2});
}

TEST_CASE("equal events of several siblings count once", "[statebox][merge]") {
  const auto parent = *box{{}, 0}.modify(1, numbers::add{1});
  const auto one = *parent.modify(2, numbers::add{2});
  const auto other = *parent.modify(2, numbers::add{2});
  CHECK(one.merge(other)->queue().size() == 2);
}

TEST_CASE("with plain times and a tie the first box lends its value", "[statebox][merge]") {
  const auto one = *(*box{{}, 0}.modify(1, numbers::add{1})).truncate(0);
  const auto other = *(*box{{}, 0}.modify(1, numbers::add{2})).truncate(0);
  CHECK(one.merge(other)->value() == numbers{1});
  CHECK(other.merge(one)->value() == numbers{2});
}

TEST_CASE("queues that are out of order are sorted, and what is there twice counts once",
          "[statebox][merge]") {
  box one{{}, 0};
  REQUIRE(one.record(1, numbers::remove{5}));
  REQUIRE(one.record(1, numbers::add{5})); // comes before the removal
  REQUIRE(one.record(1, numbers::add{5}));
  CHECK(one.value() == numbers{5});
  const auto merged = *one.merge(box{{}, 0});
  CHECK(merged.queue().size() == 2);
  CHECK(merged.queue()[0].what == numbers::add{5});
  CHECK(merged.value().empty());
}

TEST_CASE("an event that cannot be replayed is named, and nothing is changed",
          "[statebox][merge]") {
  const any parent{dynamic{}, 0};
  const auto one = changed(parent, 1, pairs::store{"k", 1});
  const auto other = changed(parent, 2, pairs::unite{"k", elements{"q"}});
  CHECK(one.merge(other).reason() ==
        "event 2 of 2, at 2, cannot be replayed: expected a set, found an integer");
  CHECK(other.merge(one).reason() == one.merge(other).reason());
  CHECK(one.value() == pairs{{"k", 1}});
  CHECK(other.value() == pairs{{"k", elements{"q"}}});
}

TEST_CASE("deleting an exact pair breaks the laws of merge: the smallest counterexample",
          "[statebox][merge]") {
  any one{dynamic{pairs{{"k", elements{"b"}}}}, 0};
  one = changed(one, 1, pairs::unite{"k", elements{"a"}});
  one = changed(one, 2, pairs::erase_pair{"k", elements{"a", "b"}});
  CHECK(one.value() == pairs{});
  CHECK(one.merge(one)->value() == pairs{{"k", elements{"a"}}});
}

TEST_CASE("with stamps deleting an exact pair breaks the laws only if a new event comes before it",
          "[statebox][merge]") {
  using stamped_any = statebox<dynamic, stamp>;
  const stamped_any root{dynamic{pairs{{"k", elements{"b"}}}}, when(0, 1)};
  auto one = *root.modify(when(1, 1), dynamic_operation{pairs::unite{"k", elements{"a"}}});
  one = *one.modify(when(3, 1), dynamic_operation{pairs::erase_pair{"k", elements{"a", "b"}}});
  CHECK(*one.merge(one) == one);
  const auto later = *root.modify(when(4, 2), dynamic_operation{pairs::store{"j", 1}});
  CHECK(one.merge(later)->value() == pairs{{"j", 1}});
  const auto dependent = *root.modify(when(4, 2), dynamic_operation{pairs::erase_pair{"j", 1}});
  CHECK(one.merge(dependent)->value() == pairs{});
  const auto between = *root.modify(when(2, 2), dynamic_operation{pairs::store{"j", 1}});
  CHECK(one.merge(between)->value() == pairs{{"j", 1}, {"k", elements{"a"}}});
}

TEST_CASE("two events with one stamp are an error: an origin has two lineages",
          "[statebox][merge]") {
  const stamped root{numbers{}, when(0, 1)};
  const auto one = *root.modify(when(1, 2), numbers::add{1});
  const auto other = *root.modify(when(1, 2), numbers::add{2});
  CHECK(one.merge(other).reason() ==
        "two different events have the time 1 of origin 2: its origin has two lineages");
}

TEST_CASE("an event that is in a queue is replayed, even of an origin with two lineages",
          "[statebox][merge]") {
  const stamped root{numbers{}, when(0, 1)};
  const auto one = *root.modify(when(1, 2), numbers::add{1});
  const auto other = *root.modify(when(2, 2), numbers::add{2});
  CHECK(one.merge(other)->value() == numbers{1, 2});
  CHECK(other.merge(one)->value() == numbers{1, 2});
}

TEST_CASE("boxes with stamps that began empty, each for itself, are siblings",
          "[statebox][merge]") {
  const auto one = *stamped{numbers{}, when(5, 1)}.modify(when(6, 1), numbers::add{1});
  const auto other = *stamped{numbers{}, when(7, 2)}.modify(when(8, 2), numbers::add{2});
  CHECK(one.merge(other)->value() == numbers{1, 2});
  CHECK_FALSE(one.merge(other)->may_have_lost());
}
