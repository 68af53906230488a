#include "libsync/json/sibling_store.hpp"

#include <cstddef>
#include <limits>
#include <optional>
#include <string>

#include "support/between.hpp"
#include "support/catch.hpp"
#include "support/sibling_laws.hpp"

namespace {

using libsync::memory_siblings;
using libsync::open_siblings;
using libsync::sibling_options;
using siblings::between;
using siblings::failure;
using siblings::said;
using siblings::storage_error;
using siblings::storage_failure;
using siblings::words;

// Two who change the same, one of them always before the other writes.
struct rivals {
  explicit rivals(std::size_t times, sibling_options options = {})
      : left{times}, slow{between{kept, [this] { interfere(); }}, options} {}

  void interfere() {
    if (left > 0) {
      --left;
      REQUIRE(fast.update("ann", words::add{std::string(left + 1, 'x')}));
    }
  }

  std::size_t left;
  memory_siblings kept;
  libsync::sibling_store<words, memory_siblings> fast{kept};
  libsync::sibling_store<words, between> slow;
};

} // namespace

TEST_CASE("a change begins anew when another one comes before it") {
  rivals both{0};
  REQUIRE(both.slow.update("ann", words::add{"milk"}));
  both.left = 3;
  CHECK(said(both.slow.update("ann", words::add{"bread"})) == "bread milk x xx xxx");
  CHECK(both.fast.siblings("ann").size() == 1);
  CHECK(both.fast.read("ann")->known().origins.size() == 2); // attempts need no origin of their own
}

TEST_CASE("a change that others always come before is an error after so many attempts") {
  rivals both{100, {.attempts = 3}};
  const auto error =
      failure([&] { static_cast<void>(both.slow.update("ann", words::add{"bread"})); });
  CHECK(error.kind() == storage_failure::contended);
  CHECK(error.wrote_nothing());
  CHECK(error.what() ==
        std::string{"memory: key \"ann\": others have changed it during each of 3 attempts"});
  CHECK(both.left == 97);
  CHECK_FALSE(both.fast.read("ann")->value().contains("bread"));
  CHECK(failure([&] { both.slow.erase("ann"); }).kind() == storage_failure::contended);
  both.left = 2;
  both.slow.erase("ann");
  CHECK(both.fast.keys().empty());
}

TEST_CASE("a change that others come before stands beside theirs, if that is wanted") {
  rivals both{100, {.attempts = 2, .keep_beside = true}};
  REQUIRE(both.fast.update("ann", words::add{"tea"}));
  CHECK(said(both.slow.update("ann", words::add{"bread"})) == "bread tea " + std::string(100, 'x'));
  // What it was made of is gone, and what came meanwhile is there.
  CHECK(both.fast.siblings("ann").size() == 2);
  CHECK(said(both.fast.merge("ann")) ==
        "bread tea " + std::string(99, 'x') + ' ' + std::string(100, 'x'));
  CHECK_FALSE(both.fast.read("ann")->may_have_lost());
  CHECK(both.fast.siblings("ann").size() == 1);
}

TEST_CASE("a choice is made anew for what others have changed") {
  rivals both{1};
  const auto box = both.slow.update("ann", [](const words& data) {
    return std::optional<libsync::composite<words::operation>>{
        words::add{"after " + std::to_string(data.size())}};
  });
  CHECK(said(box) == "after 1 x");
}

TEST_CASE("a refused change writes nothing, and says the reducer's words") {
  auto store = open_siblings<siblings::couple>(memory_siblings{});
  using join = siblings::couple::join;
  REQUIRE(store.update("house", {{join{"ann"}, join{"bob"}}}));
  const auto before = store.rows().read("house");
  CHECK(store.update("house", join{"cid"}).reason() == "cid is one too many");
  CHECK(store.rows().read("house") == before);
}

TEST_CASE("a box without JSON text is refused, with its place") {
  auto store = open_siblings<words>(memory_siblings{});
  const auto refused = store.update("\xff", words::add{"\xff"});
  CHECK_THAT(refused.reason(), Catch::StartsWith("memory: key \"\xef\xbf\xbd\": value"));
  CHECK(store.keys().empty());
  decltype(store)::box box;
  REQUIRE(box.record({1, libsync::origin{1}}, words::add{"\xff"}));
  CHECK_FALSE(store.put_beside("k", box));
  CHECK(store.keys().empty());
}

TEST_CASE("a change that was lost is followed under another origin") {
  memory_siblings kept;
  auto store = open_siblings<words>(kept);
  REQUIRE(store.update("ann", words::add{"bread"}));
  const auto backup = kept.read("ann").front();
  const auto other = store.update("bob", words::add{"milk"})->queue()[0].time.by;
  const auto first = store.update("ann", words::add{"milk"})->queue()[1].time.by;
  CHECK(first == other);
  const auto lost = kept.read("ann").front();
  SECTION("when a backup is restored") {
    kept.put_beside("ann", {lost.id}, backup);
  }
  SECTION("when somebody erases the key") {
    open_siblings<words>(kept).erase("ann");
  }
  const auto next = store.update("ann", words::add{"eggs"});
  CHECK(next->queue().back().time.by != first);
  CHECK(store.update("ann", words::add{"tea"})->queue().back().time.by ==
        next->queue().back().time.by);
  // What was lost is found, and nothing of it is taken for seen.
  kept.put_beside("ann", {}, lost);
  CHECK(said(store.merge("ann")) == "bread eggs milk tea");
  CHECK_FALSE(store.read("ann")->may_have_lost());
}

TEST_CASE("whatever a failing store has written, later changes count") {
  bool wrote_nothing = false;
  between rows;
  SECTION("nothing") {
    wrote_nothing = true;
    rows.before = [] { throw storage_error{storage_failure::full, "full", true}; };
  }
  SECTION("nothing, but nobody knows") {
    rows.before = [] { throw storage_error{storage_failure::io, "io", false}; };
  }
  SECTION("all, but nobody knows") {
    rows.after = [] { throw storage_error{storage_failure::io, "io", false}; };
  }
  const auto kept = rows.kept;
  auto store = open_siblings<words>(rows);
  const auto error = failure([&] { static_cast<void>(store.update("ann", words::add{"a"})); });
  CHECK(error.wrote_nothing() == wrote_nothing);
  const bool there = !kept.keys().empty();
  store.rows().before = store.rows().after = nullptr;
  const auto box = store.update("ann", words::add{"b"});
  CHECK(said(box) == (there ? "a b" : "b"));
  CHECK(box->known().origins.size() == 1);
}

TEST_CASE("a store takes any options") {
  constexpr auto most = std::numeric_limits<std::size_t>::max();
  for (const auto count : {std::size_t{0}, std::size_t{1}, most})
    for (const auto age : {libsync::timestamp{0}, libsync::timestamp{1},
                           std::numeric_limits<libsync::timestamp>::max(), libsync::timestamp{-1},
                           std::numeric_limits<libsync::timestamp>::min()})
      for (const bool beside : {false, true}) {
        auto store = open_siblings<words>(memory_siblings{}, {age, count, count, beside});
        REQUIRE(store.update("ann", words::add{"a"}));
        CHECK(said(store.update("ann", words::add{"b"})) == "a b");
        CHECK(store.siblings("ann")[0].queue().size() <= count);
      }
}
