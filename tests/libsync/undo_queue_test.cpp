#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "libsync/undo.hpp"
#include "support/board.hpp"
#include "support/catch.hpp"
#include "support/undo_world.hpp"

namespace {

using board::put;
using numbers = std::map<int, int>;

} // namespace

TEST_CASE("what is not decided yet is undone once it is", "[undo]") {
  undo_world<board::data> at{2};
  at[0].submit(put{1, 10, {}});
  const auto asked = at[0].go_back();
  REQUIRE(asked);
  CHECK(*asked == std::nullopt);
  CHECK(at[0].undo.waiting() == 1);
  CHECK(at[0].shown().find(1) == 10);
  CHECK(at[0].undo.can_undo() == 0); // it is as good as undone
  CHECK(at[0].undo.can_redo() == 1);
  at.settle();
  CHECK(at[0].undo.waiting() == 0);
  REQUIRE(at[0].told.size() == 1);
  CHECK(*at[0].told.front() == 2);
  CHECK(at[1].shown().numbers.empty());
}

TEST_CASE("what is asked for while it waits is carried out in the order of asking", "[undo]") {
  undo_world<board::data> at{2};
  at[0].submit(put{1, 10, {}});
  at[0].submit(put{1, 11, 10});
  CHECK(at[0].go_back());
  CHECK(at[0].go_back());
  CHECK(at[0].go_on());
  CHECK(at[0].go_on());
  CHECK(at[0].go_back());
  CHECK(at[0].undo.waiting() == 5);
  at.settle();
  CHECK(at[0].undo.waiting() == 0);
  CHECK(at[0].told.size() == 5);
  CHECK(at[1].shown().numbers == numbers{{1, 10}});
  CHECK(at[0].undo.can_undo() == 1);
  CHECK(at[0].undo.can_redo() == 1);
}

TEST_CASE("a step made while one waits to be undone stays, and is undone before older ones",
          "[undo]") {
  undo_world<board::data> at{1};
  at[0].submit(put{1, 10, {}});
  at[0].submit(put{2, 20, {}});
  CHECK(at[0].go_back());
  at[0].submit(put{3, 30, {}});
  CHECK(at[0].undo.can_redo() == 0);
  at.settle();
  CHECK(at[0].shown().numbers == numbers{{1, 10}, {3, 30}});
  CHECK(at[0].undo.can_redo() == 0); // a new step has come since
  CHECK(at[0].go_back());
  at.settle();
  CHECK(at[0].shown().numbers == numbers{{1, 10}});
}

TEST_CASE("what others did between a step and its undo is what the inverse finds", "[undo]") {
  undo_world<board::data> at{2};
  at[1].submit(put{1, 7, {}});
  at.settle();
  at[0].submit(put{1, 10, 7});
  CHECK(at[0].go_back());
  at[1].submit(put{2, 5, {}});
  at.settle();
  CHECK(at[0].shown().numbers == numbers{{1, 7}, {2, 5}});
}

TEST_CASE("a step that is refused while it waits to be undone leaves older ones alone", "[undo]") {
  undo_world<board::data> at{2};
  at[0].submit(put{1, 10, {}});
  at.settle();
  at[1].submit(put{2, 5, {}});
  at.send(1);
  at[0].submit(put{2, 6, {}});
  CHECK(at[0].go_back());
  CHECK(at[0].go_on()); // of what will not be there to be done again
  at.settle();
  REQUIRE(at[0].told.size() == 2);
  for (const auto& one : at[0].told)
    CHECK(one.failure() ==
          libsync::receipt::refused(
              "the server has refused it, so there is nothing to undo or to do again"));
  CHECK(at[0].shown().numbers == numbers{{1, 10}, {2, 5}});
  CHECK(at[0].undo.can_undo() == 1);
  CHECK(at[0].undo.can_redo() == 0);
}

TEST_CASE("typing calls off what waits, because nobody could say how that comes after it",
          "[undo][text]") {
  undo_world<board::page> at{1};
  libsync::delta typed;
  CHECK(typed.insert("one"));
  at[0].submit({typed});
  CHECK(at[0].go_back());
  at[0].submit({typed});
  at.settle();
  REQUIRE(at[0].told.size() == 1);
  CHECK(at[0].told.front().failure() ==
        libsync::receipt::refused("a new step came before the server had decided it"));
  CHECK(at[0].shown().words.utf8() == "oneone");
  CHECK(at[0].go_back());
  CHECK(at[0].go_back());
  at.settle();
  CHECK(at[0].shown().words.utf8().empty());
}

TEST_CASE("undo waits for room in a full outbox, and only so many may wait", "[undo]") {
  undo_world<board::data> at{1, {.steps = 3}, {.outbox = 1}};
  at[0].submit(put{1, 10, {}});
  at.settle();
  at[0].submit(put{2, 20, {}});
  for (int i = 0; i < 3; ++i)
    CHECK((i % 2 == 0 ? at[0].go_back() : at[0].go_on()));
  CHECK(at[0].go_on().failure() == "too many wait to be undone or done again");
  at.settle();
  CHECK(at[0].shown().numbers == numbers{{1, 10}});
  CHECK(at[0].told.size() == 3);
}

TEST_CASE("what waits can be called off, and asked for again", "[undo]") {
  undo_world<board::data> at{1};
  at[0].submit(put{1, 10, {}});
  CHECK(at[0].go_back());
  CHECK(at[0].go_on());
  at[0].undo.call_off("somebody has changed his mind");
  CHECK(at[0].undo.can_undo() == 1);
  CHECK(at[0].undo.can_redo() == 0);
  at.settle();
  CHECK(at[0].told.size() == 2);
  CHECK(at[0].told.back().failure() == libsync::receipt::refused("somebody has changed his mind"));
  CHECK(at[0].shown().find(1) == 10);
  CHECK(at[0].go_back());
  at.settle();
  CHECK(at[0].shown().numbers.empty());
}

TEST_CASE("the counts tell at any time how many steps there are", "[undo]") {
  undo_world<board::data> at{1};
  const auto counts = std::make_shared<libsync::undo_counts>();
  at[0].submit(put{1, 10, {}});
  at[0].undo.publish(counts);
  CHECK(counts->undo == 1);
  CHECK(at[0].go_back());
  CHECK(counts->undo == 0);
  CHECK(counts->redo == 1);
  at.settle();
  at[0].submit(put{1, 10, 9}); // is refused
  CHECK(counts->undo == 1);
  CHECK(counts->redo == 0);
  at.settle();
  CHECK(counts->undo == 0);
}

TEST_CASE("a submission that goes on after a refused one is a step of its own", "[undo]") {
  undo_world<board::data> at{1, {.together = 100}};
  at[0].submit(put{1, 10, {}}, 0);
  at.settle();
  at[0].submit(put{1, 11, 7}, 1000); // is refused, and so is no step
  at.settle();
  at[0].submit(put{2, 20, {}}, 1050);
  at.settle();
  CHECK(at[0].undo.can_undo() == 2);
  CHECK(at[0].go_back());
  at.settle();
  CHECK(at[0].shown().numbers == numbers{{1, 10}});
}

TEST_CASE("typing that is decided after a snapshot can be undone, and older typing cannot",
          "[undo][text]") {
  undo_world<board::page> at{2};
  const auto type = [&](std::size_t who, std::string_view what) {
    libsync::delta typed;
    CHECK(typed.insert(what));
    at[who].submit({typed});
  };
  type(0, "one");
  at.settle();
  type(0, "two");
  CHECK(at[0].go_back());
  at[0].down.clear(); // its connection breaks, and it takes a snapshot
  at[0].client.connect(at[0].out);
  at[0].out.joins.back().version.reset();
  type(1, "#");
  at.settle();
  REQUIRE(at[0].told.size() == 1);
  CHECK(at[0].told.front());
  CHECK(at[1].shown().words.utf8() == "#one");
  CHECK(at[0].go_back().failure() == "it was first seen inside a snapshot, or its inverse is lost");
}
