#include "libsync/statebox/dynamic.hpp"
#include "libsync/statebox/statebox.hpp"

#include "support/catch.hpp"
#include "support/stamps.hpp"

namespace {

using libsync::stamp;
using stamps::box;
using stamps::numbers;
using stamps::root;
using stamps::when;
using stamps::with;
using stamps::without_queue;

} // namespace

TEST_CASE("an event that a sibling has dropped and the other has seen is not lost",
          "[statebox][may_have_lost]") {
  const auto one = with(1, 3, 2);
  const auto other = *without_queue(one).modify(when(4, 3), numbers::remove{1});
  const auto merged = *one.merge(other);
  CHECK_FALSE(merged.may_have_lost());
  CHECK(merged.value() == numbers{2, 3});
}

TEST_CASE("a sibling with nothing new is brought up to date, whatever was dropped",
          "[statebox][may_have_lost]") {
  const auto one = without_queue(with(1, 3, 2));
  CHECK_FALSE(root().merge(one)->may_have_lost());
  CHECK(root().merge(one)->value() == numbers{1, 2, 3});
}

TEST_CASE("one sibling may have dropped what the other has not seen", "[statebox][may_have_lost]") {
  const auto one = without_queue(with(1, 3, 2));
  const auto other = with(4, 4, 3);
  const auto merged = *one.merge(other);
  CHECK(merged.value() == numbers{1, 2, 3, 4});
  CHECK_FALSE(merged.may_have_lost());
}

TEST_CASE("siblings that have each dropped what the other has not seen are marked",
          "[statebox][may_have_lost]") {
  const auto one = without_queue(with(1, 3, 2));
  const auto other = without_queue(with(4, 4, 3));
  CHECK(one.merge(other)->may_have_lost());
  CHECK(*one.merge(other) == *other.merge(one));
}

TEST_CASE("an unseen event that is older than a dropped one marks the merged box",
          "[statebox][may_have_lost]") {
  // The removal of 2 was dropped, and the addition that comes in is older.
  const auto one = without_queue(*root().modify(when(5, 2), numbers::remove{2}));
  const auto other = with(2, 2, 3);
  CHECK(one.merge(other)->may_have_lost());
  // With the queue it is not.
  const auto full = *root().modify(when(5, 2), numbers::remove{2});
  CHECK_FALSE(full.merge(other)->may_have_lost());
  CHECK(full.merge(other)->value().empty());
}

TEST_CASE("the base is a sibling that loses nothing, if there is one",
          "[statebox][may_have_lost]") {
  // `one` has dropped 5, which the other has seen and still holds; `other` brings 3.
  const auto shared = with(5, 5, 2);
  const auto one = *without_queue(shared).modify(when(7, 2), numbers::add{7});
  auto other = with(3, 3, 3);
  other = *other.merge(shared);
  const auto merged = *one.merge(other);
  CHECK_FALSE(merged.may_have_lost());
  CHECK(merged.value() == numbers{3, 5, 7});
  CHECK(*other.merge(one) == merged);
}

TEST_CASE("a dropped event does not come back from a sibling that still has it",
          "[statebox][may_have_lost]") {
  auto one = with(1, 1, 2);
  const auto old = one;
  one = *one.modify(when(2, 2), numbers::remove{1});
  const auto merged = *without_queue(one).merge(old);
  CHECK(merged.value().empty());
  CHECK_FALSE(merged.may_have_lost());
  // Nor where the sibling brings something newer, and operations are replayed again.
  const auto more = *old.modify(when(3, 3), numbers::add{3});
  CHECK(without_queue(one).merge(more)->value() == numbers{3});
  CHECK_FALSE(without_queue(one).merge(more)->may_have_lost());
}

TEST_CASE("a dropped event does not come back, even in a box that is marked",
          "[statebox][may_have_lost]") {
  // The base has dropped both the addition and the removal of 5; the other has seen the first, and
  // brings something older.
  const auto old = with(5, 5, 2);
  const auto base = without_queue(*old.modify(when(6, 2), numbers::remove{5}));
  const auto other = *with(3, 3, 3).merge(old);
  const auto merged = *base.merge(other);
  CHECK(merged.may_have_lost());
  CHECK(merged.value() == numbers{3});
}

TEST_CASE("operations that depend on the value do not bring back a dropped event",
          "[statebox][may_have_lost]") {
  using libsync::dynamic;
  using operation = libsync::dynamic_operation;
  using pairs = dynamic::pairs;
  using any = libsync::statebox<dynamic, stamp>;
  const any ancestor{dynamic{}, when(0, 1)};
  const auto old = *ancestor.modify(when(1, 2), operation{pairs::store{"k", 1}});
  auto one = *(*old.modify(when(2, 2), operation{pairs::erase{"k"}})).truncate(0);
  one = *one.modify(when(5, 2), operation{pairs::erase_pair{"j", 9}});
  const auto other = *old.modify(when(4, 3), operation{pairs::store{"j", 1}});
  const auto merged = *one.merge(other);
  CHECK_FALSE(merged.may_have_lost());
  CHECK(merged.value() == pairs{{"j", 1}});
}

TEST_CASE("boxes that began apart with values are marked", "[statebox][may_have_lost]") {
  const box one{numbers{1}, when(1, 1)};
  const box other{numbers{2}, when(1, 2)};
  CHECK(one.merge(other)->may_have_lost());
  CHECK_FALSE(one.merge(root())->may_have_lost());
}

TEST_CASE("the mark stays, and passes on by merge, until it is accepted",
          "[statebox][may_have_lost]") {
  auto marked = *without_queue(with(1, 3, 2)).merge(without_queue(with(4, 4, 3)));
  REQUIRE(marked.may_have_lost());
  marked = *marked.modify(when(6, 4), numbers::add{6});
  CHECK(marked.may_have_lost());
  CHECK(marked.merge(root())->may_have_lost());
  CHECK(root().merge(marked)->may_have_lost());
  CHECK(*box::from(marked.to_parts()) == marked);
  CHECK_FALSE(marked.accept_loss(when(6, 4)));
  CHECK(marked.may_have_lost());
  REQUIRE(marked.accept_loss(when(7, 4)));
  CHECK_FALSE(marked.may_have_lost());
  CHECK_FALSE(marked.merge(root())->may_have_lost());
}

TEST_CASE("an accepted value prevails: the siblings are equal again", "[statebox][may_have_lost]") {
  const auto one = without_queue(with(1, 3, 2));
  const auto other = without_queue(with(4, 4, 3));
  auto here = *one.merge(other);
  auto there = *other.merge(one);
  REQUIRE(here.accept_loss(when(10, 2)));
  here = *here.modify(when(11, 2), numbers::add{11});
  there = *there.modify(when(9, 3), numbers::add{9});
  there = *there.merge(here);
  CHECK_FALSE(there.may_have_lost()); // the value that was accepted is its own now
  here = *here.merge(there);
  CHECK_FALSE(here.may_have_lost());
  CHECK(here.value() == there.value());
  CHECK(here.value().contains(9));
  CHECK(here.value().contains(11));
  here = *here.modify(when(13, 2), numbers::add{13});
  there = *there.modify(when(13, 3), numbers::add{14});
  CHECK_FALSE(here.merge(there)->may_have_lost());
  CHECK(*here.merge(there) == *there.merge(here));
}

TEST_CASE("siblings that both accept a loss apart are marked once more",
          "[statebox][may_have_lost]") {
  const auto one = without_queue(with(1, 3, 2));
  const auto other = without_queue(with(4, 4, 3));
  auto here = *one.merge(other);
  auto there = *other.merge(one);
  REQUIRE(here.accept_loss(when(10, 2)));
  REQUIRE(there.accept_loss(when(10, 3)));
  CHECK(here.merge(there)->may_have_lost());
  CHECK(*here.merge(there) == *there.merge(here));
}
