#include "libsync/context.hpp"

#include <cstdint>
#include <vector>

#include "libsync/history.hpp"
#include "support/catch.hpp"
#include "support/diary.hpp"
#include "support/diary_server.hpp"
#include "support/tape.hpp"

using diary::jot;
using libsync::client_id;

TEST_CASE("a reducer may take a context, in each form and beside effects", "[context]") {
  static_assert(libsync::takes_context<diary::data>);
  static_assert(libsync::takes_context<diary::loud_data>);
  static_assert(libsync::takes_context<diary::pure_data>);
  static_assert(!libsync::takes_context<tape::data>);
  static_assert(libsync::invertible<diary::data>);
  const diary::entry expected{5, client_id{3}, 40, 6, true};

  diary::data in_place;
  const libsync::context<diary::data> how{client_id{3}, 40, 6, true};
  REQUIRE(libsync::reducer<diary::data>::step(in_place, jot{5}, how));
  CHECK(in_place.entries == std::vector{expected});

  diary::loud_data loud;
  libsync::effects<diary::loud_data> asked;
  const libsync::context<diary::loud_data> loud_how{client_id{3}, 40, 6, true};
  REQUIRE(libsync::reducer<diary::loud_data>::step(loud, {5}, loud_how, asked));
  CHECK(loud.inner.entries == std::vector{expected});
  REQUIRE(asked.size() == 1);
  CHECK(*asked.begin() == expected);

  diary::pure_data pure;
  const libsync::context<diary::pure_data> pure_how{client_id{3}, 40, 6, true};
  REQUIRE(libsync::reducer<diary::pure_data>::step(pure, {5}, pure_how));
  CHECK(pure.entries == std::vector{expected});
  CHECK(!libsync::reducer<diary::pure_data>::step(pure, {7}, pure_how));
}

TEST_CASE("the server tells a reducer who submits, when, and the version that it will get",
          "[context]") {
  diary::busy_server world;
  CHECK(world.server.data() == diary::all_entries);
  CHECK(world.server.counters().refused == 2);
}

TEST_CASE("a history goes back by the contexts in which it was made", "[context]") {
  libsync::history<diary::data> past{{}, {.operations = 4, .checkpoint_every = 2}};
  for (std::int64_t i = 1; i <= 6; ++i)
    REQUIRE(past.apply(jot{i}, {client_id{1}, 10 * i}));
  CHECK(past.oldest() == 2);
  const auto last = past.data();
  REQUIRE(last.entries.size() == 6);
  CHECK(last.entries[5] == diary::entry{6, client_id{1}, 60, 6});
  REQUIRE(past.go_to(3));
  CHECK(past.data().entries.back() == diary::entry{3, client_id{1}, 30, 3});
  REQUIRE(past.go_to(6));
  CHECK(past.data() == last);
  REQUIRE(past.undo());
  REQUIRE(past.apply(jot{8}, {client_id{2}, 70})); // drops what could be redone
  REQUIRE(past.undo());
  REQUIRE(past.redo());
  CHECK(past.data().entries.back() == diary::entry{8, client_id{2}, 70, 6});
}
