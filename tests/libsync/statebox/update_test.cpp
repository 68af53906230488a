#include "libsync/statebox/update.hpp"

#include "libsync/statebox/dynamic.hpp"
#include "libsync/statebox/set.hpp"

#include "support/catch.hpp"
#include "support/stamps.hpp"

namespace {

using libsync::apply_update;
using libsync::stamp;
using libsync::update_for;
using stamps::box;
using stamps::numbers;
using stamps::when;
using stamps::with;

} // namespace

TEST_CASE("an update holds only what the other has not seen", "[statebox][update]") {
  const auto shared = with(1, 50, 2);
  const auto here = with(60, 62, 3, shared);
  const auto there = with(70, 70, 4, shared);
  const auto told = update_for(here, there.known());
  CHECK(told.queue.size() == 3);
  CHECK(*apply_update(there, told) == *there.merge(here));
}

TEST_CASE("an update for what was known earlier may be applied later", "[statebox][update]") {
  const auto here = with(1, 5, 2);
  const auto there = with(6, 8, 3);
  const auto told = update_for(here, there.known());
  auto later = *there.merge(here);
  later = with(9, 9, 3, *later.truncate(0));
  CHECK(apply_update(later, told)->value() == later.value());
  CHECK_FALSE(apply_update(later, told)->may_have_lost());
}

TEST_CASE("an update is refused if the sender has dropped what is not seen here",
          "[statebox][update]") {
  const auto here = *with(1, 5, 2).truncate(0);
  const auto there = with(6, 8, 3);
  CHECK(apply_update(there, update_for(here, there.known())).reason() ==
        "the sender's value is needed: events were dropped that are not seen here, or come late");
  CHECK(there.merge(here)->value().size() == 8);
}

TEST_CASE("an update is refused if it comes too late", "[statebox][update]") {
  const auto here = with(1, 1, 2);
  const auto there = *with(6, 8, 3).truncate(0);
  CHECK_FALSE(apply_update(there, update_for(here, there.known())));
}

TEST_CASE("an update passes on a mark", "[statebox][update]") {
  const auto marked = *(*with(1, 3, 2).truncate(0)).merge(*with(4, 4, 3).truncate(0));
  REQUIRE(marked.may_have_lost());
  const auto more = with(5, 5, 4, marked);
  CHECK(apply_update(marked, update_for(more, marked.known()))->may_have_lost());
}

TEST_CASE("a damaged update is refused, and the place is named", "[statebox][update]") {
  const auto here = with(1, 5, 2);
  const box there{numbers{}, when(0, 1)};
  auto told = update_for(here, there.known());
  told.queue[3].time.time = 1;
  CHECK(
      apply_update(there, told).reason() ==
      "the update is damaged: queue[3]: its time 1 of origin 2 does not come after the one before "
      "it");
}

TEST_CASE("an update that cannot be replayed names the event", "[statebox][update]") {
  using libsync::dynamic;
  using operation = libsync::dynamic_operation;
  using any = libsync::statebox<dynamic, stamp>;
  const any root{dynamic{}, when(0, 1)};
  const auto here = *root.modify(when(1, 2), operation{dynamic::pairs::store{"k", 1}});
  const auto there =
      *root.modify(when(2, 3), operation{dynamic::pairs::unite{"k", dynamic::elements{1}}});
  CHECK(apply_update(there, update_for(here, there.known()))
            .reason()
            .find("cannot be replayed: expected a set, found an integer") != std::string::npos);
}

TEST_CASE("an update of an origin with two lineages is an error", "[statebox][update]") {
  box here;
  REQUIRE(here.record({1, libsync::origin{2}}, numbers::add{1}));
  box there;
  REQUIRE(there.record({1, libsync::origin{2}}, numbers::add{7}));
  auto told = update_for(there, {});
  CHECK(apply_update(here, told).reason() ==
        "two different events have the time 1 of origin 2: its origin has two lineages");
}
