#include "libsync/statebox/update.hpp"

#include "libsync/statebox/dynamic.hpp"
#include "libsync/statebox/set.hpp"

#include "support/catch.hpp"
#include "support/stamps.hpp"

namespace {

using libsync::merge_news;
using libsync::news_for;
using libsync::stamp;
using stamps::at;
using stamps::box;
using stamps::numbers;
using stamps::with;

} // namespace

TEST_CASE("news hold only what the other has not seen", "[statebox][news]") {
  const auto shared = with(1, 50, 2);
  const auto here = with(60, 62, 3, shared);
  const auto there = with(70, 70, 4, shared);
  const auto told = news_for(here, there.known());
  CHECK(told.queue.size() == 3);
  CHECK(*merge_news(there, told) == *there.merge(here));
}

TEST_CASE("news for what was known earlier may be merged later", "[statebox][news]") {
  const auto here = with(1, 5, 2);
  const auto there = with(6, 8, 3);
  const auto told = news_for(here, there.known());
  auto later = *there.merge(here);
  later = with(9, 9, 3, *later.truncate(0));
  CHECK(merge_news(later, told)->value() == later.value());
  CHECK_FALSE(merge_news(later, told)->forgotten());
}

TEST_CASE("news are refused where the sender has dropped what is not seen here",
          "[statebox][news]") {
  const auto here = *with(1, 5, 2).truncate(0);
  const auto there = with(6, 8, 3);
  CHECK(merge_news(there, news_for(here, there.known())).error() ==
        "the sender's value is needed: events were dropped that are not seen here, or come late");
  CHECK(there.merge(here)->value().size() == 8);
}

TEST_CASE("news are refused where they come too late", "[statebox][news]") {
  const auto here = with(1, 1, 2);
  const auto there = *with(6, 8, 3).truncate(0);
  CHECK_FALSE(merge_news(there, news_for(here, there.known())));
}

TEST_CASE("news pass on a mark", "[statebox][news]") {
  const auto marked = *(*with(1, 3, 2).truncate(0)).merge(*with(4, 4, 3).truncate(0));
  REQUIRE(marked.forgotten());
  const auto more = with(5, 5, 4, marked);
  CHECK(merge_news(marked, news_for(more, marked.known()))->forgotten());
}

TEST_CASE("damaged news are refused, and the place is named", "[statebox][news]") {
  const auto here = with(1, 5, 2);
  const box there{numbers{}, at(0, 1)};
  auto told = news_for(here, there.known());
  told.queue[3].at.time = 1;
  CHECK(merge_news(there, told).error() ==
        "the news are damaged: queue[3]: its time 1 of origin 2 does not come after the one before "
        "it");
}

TEST_CASE("news that cannot be replayed name the event", "[statebox][news]") {
  using libsync::dynamic;
  using operation = libsync::dynamic_operation;
  using any = libsync::statebox<dynamic, stamp>;
  const any root{dynamic{}, at(0, 1)};
  const auto here = *root.modify(at(1, 2), operation{dynamic::pairs::store{"k", 1}});
  const auto there =
      *root.modify(at(2, 3), operation{dynamic::pairs::unite{"k", dynamic::elements{1}}});
  CHECK(merge_news(there, news_for(here, there.known()))
            .error()
            .find("cannot be replayed: expected a set, found an integer") != std::string::npos);
}
