#include "libsync/text/transform.hpp"

#include "libsync/text/compose.hpp"
#include "libsync/text/selection.hpp"
#include "support/catch.hpp"
#include "support/deltas.hpp"

using libsync::priority;
using libsync::transform_position;

TEST_CASE("priority says whose insert goes in front at the same place", "[text]") {
  CHECK(transform("[\"A\"]"_delta, "[\"B\"]"_delta, priority::left) == "[1, \"B\"]"_delta);
  CHECK(transform("[\"A\"]"_delta, "[\"B\"]"_delta, priority::right) == "[\"B\"]"_delta);
}

TEST_CASE("a character that the other has deleted is not deleted again", "[text]") {
  CHECK(transform("[1, -2]"_delta, "[-4, \"x\"]"_delta, priority::left) == "[\"x\", -2]"_delta);
  CHECK(transform("[-4]"_delta, "[1, -2]"_delta, priority::left).empty());
}

TEST_CASE("a deletion goes around what the other has inserted", "[text]") {
  CHECK(transform("[2, \"new\"]"_delta, "[1, -2]"_delta, priority::left) == "[1, -1, 3, -1]"_delta);
}

TEST_CASE("a position moves with inserts before it and with deletions", "[text]") {
  CHECK(transform_position("[2, \"abc\"]"_delta, 2) == 2);
  CHECK(transform_position("[2, \"abc\"]"_delta, 3) == 6);
  CHECK(transform_position("[2, -5]"_delta, 4) == 2);
  CHECK(transform_position("[2, -5]"_delta, 9) == 4);
  CHECK(transform_position("[\"ab\"]"_delta, 1'000'000) == 1'000'002);
  CHECK(transform_position("[]"_delta, 7) == 7);
  libsync::selections all{{0, 9}, {9, 0}};
  move_over("[1, \"ab\", -3]"_delta, all);
  CHECK(all == libsync::selections{{0, 8}, {8, 0}});
}

TEST_CASE("composing a delta that parts an inserted surrogate pair is refused", "[text]") {
  const auto done = compose("[1, \"a😀\"]"_delta, "[3, \"x\"]"_delta);
  CHECK_FALSE(done);
  CHECK(done.reason() == "the second delta parts a surrogate pair that the first inserts");
  CHECK(compose("[1, \"a😀\"]"_delta, "[2, -2]"_delta));
  CHECK_FALSE(compose("[\"😀\"]"_delta, "[-1]"_delta));
}

TEST_CASE("composing more than a double can count is refused", "[text]") {
  libsync::delta all;
  REQUIRE(all.erase(libsync::delta::longest));
  CHECK(compose(all, "[-1]"_delta).reason() == "a delta spans at most 9007199254740991 code units");
}

TEST_CASE("an insert that is deleted again leaves nothing", "[text]") {
  CHECK(value_of(compose("[2, \"abc\"]"_delta, "[2, -3]"_delta)).empty());
  CHECK(value_of(compose("[2, \"abc\"]"_delta, "[3, -1]"_delta)) == "[2, \"ac\"]"_delta);
}
