#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "support/board_session.hpp"
#include "support/catch.hpp"

namespace {

using board::put;
using libsync::posted;
using libsync::receipt;
using numbers = std::map<int, int>;

} // namespace

TEST_CASE("a session undoes and does again what it submitted, at any time", "[session][undo]") {
  board_scene on;
  CHECK(shown_by(on.session).empty());
  CHECK_FALSE(on.session.can_undo());
  on.session.post(put{1, 10, {}});
  CHECK(on.session.can_undo()); // though nobody has run since
  auto undone = on.session.undo();
  on.session.post(put{2, 20, {}});
  CHECK(shown_by(on.session) == numbers{{1, 10}, {2, 20}});
  on.at.run();
  CHECK(undone.get() == receipt::accepted(3));
  CHECK(shown_by(on.session) == numbers{{2, 20}});
  CHECK_FALSE(on.session.can_redo()); // there was a step since
  CHECK(on.session.undo().get() == receipt::accepted(4));
  CHECK(on.session.can_redo());
  CHECK_FALSE(on.session.can_undo());
  CHECK(on.session.undo().get() == receipt::refused("there is nothing to undo"));
  CHECK(on.session.redo().get() == receipt::accepted(5));
  CHECK(on.decided() == numbers{{2, 20}});
  CHECK(on.session.redo().get() == receipt::refused("there is nothing to do again"));
}

TEST_CASE(
    "an undo in a session leaves what others did, and is refused by the reducer with a reason",
    "[session][undo]") {
  board_scene on{3};
  on.session.post(put{1, 10, {}});
  on.session.post(put{2, 20, {}});
  on.at.run();
  on.other.post(put{2, 99, 20});
  on.other.post(put{3, 30, {}});
  on.at.run();
  CHECK(on.session.undo().get() == receipt::refused("another number is there"));
  CHECK(on.session.undo().get().is_accepted());
  CHECK(on.decided() == numbers{{2, 99}, {3, 30}});
}

TEST_CASE("what a session asks for keeps its place among what it submits", "[session][undo]") {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    INFO("seed " << seed);
    board_scene on{seed};
    std::vector<receipt> heard;
    const auto hear = [&heard](const receipt& what) { heard.push_back(what); };
    for (int i = 0; i < 6; ++i) {
      on.session.post(put{3 * i, i, {}});
      on.session.post(put{3 * i + 1, i, {}});
      CHECK(on.session.undo(hear) == posted::taken);
      on.at.steps(seed % 4);
      on.session.post(put{3 * i + 2, i, {}});
      CHECK(on.session.undo(hear) == posted::taken);
      CHECK(on.session.redo(hear) == posted::taken);
    }
    on.at.run();
    CHECK(heard.size() == 18);
    for (const auto& one : heard)
      CHECK(one.is_accepted());
    numbers expected;
    for (int i = 0; i < 6; ++i)
      expected[3 * i] = expected[3 * i + 2] = i;
    CHECK(on.decided() == expected);
    CHECK(shown_by(on.session) == expected);
  }
}

TEST_CASE("a session's step begins and ends among what it submits", "[session][undo]") {
  board_scene on{5};
  on.session.post(put{0, 0, {}});
  {
    const auto step = on.session.one_step();
    on.session.post(put{1, 1, {}});
    on.session.post(put{2, 2, {}});
  }
  on.session.post(put{3, 3, {}});
  on.session.begin_step();
  on.session.post(put{4, 4, {}});
  on.at.run();
  on.session.post(put{5, 5, {}});
  on.session.end_step();
  on.session.post(put{6, 6, {}});
  const std::vector<numbers> steps{
      {{6, 6}}, {{4, 4}, {5, 5}}, {{3, 3}}, {{1, 1}, {2, 2}}, {{0, 0}}};
  auto expected = shown_by(on.session);
  CHECK(expected.size() == 7);
  for (const auto& step : steps) {
    CHECK(on.session.undo().get().is_accepted());
    for (const auto& [place, value] : step)
      expected.erase(place);
    CHECK(on.decided() == expected);
  }
}

TEST_CASE("submissions of a session soon after each other are one step, if it says so",
          "[session][undo]") {
  board_scene on{7, {.together = 500}};
  on.session.post(put{1, 1, {}});
  on.at.run();
  on.at.advance(std::chrono::milliseconds{400});
  on.session.post(put{2, 2, {}});
  on.at.run();
  on.at.advance(std::chrono::milliseconds{600});
  on.session.post(put{3, 3, {}});
  on.at.run();
  CHECK(on.session.undo().get().is_accepted());
  CHECK(on.decided() == numbers{{1, 1}, {2, 2}});
  CHECK(on.session.undo().get().is_accepted());
  CHECK(on.decided().empty());
}

TEST_CASE("a session that closes carries out what it was asked for", "[session][undo]") {
  board_scene on{9};
  on.session.post(put{1, 1, {}});
  auto undone = on.session.undo();
  CHECK(on.session.close().empty());
  CHECK(undone.get() == receipt::accepted(2));
  CHECK(on.decided().empty());
  CHECK(on.session.undo().get() == receipt::refused("the session is closed"));
  CHECK(on.session.begin_step() == posted::closed);
  board_session moved{std::move(on.session)};
  CHECK(on.session.undo().get() == receipt::refused("the session was moved from"));
  CHECK_FALSE(on.session.can_undo());
}

TEST_CASE("a session whose server has ended says so to whoever waits for an undo",
          "[session][undo]") {
  board_scene on{11};
  CHECK(shown_by(on.session).empty());
  on.at.run();
  on.at.freeze(on.server);
  on.session.post(put{1, 1, {}});
  auto undone = on.session.undo();
  on.at.run();
  CHECK_FALSE(undone.is_ready());
  on.at.kill(on.server);
  on.at.run();
  REQUIRE(undone.is_ready());
  CHECK(undone.get().what == receipt::kind::refused);
  CHECK(on.session.undo().get().what == receipt::kind::refused);
}

TEST_CASE("a session without the option does not undo, and says so", "[session][undo]") {
  board_scene on;
  board_session plain{on.server};
  CHECK_FALSE(plain.can_undo());
  CHECK(plain.undo().get() ==
        receipt::refused("the session was made without undo: set its option `undo`"));
  std::optional<receipt> heard;
  CHECK(plain.redo([&](const receipt& what) { heard = what; }) == posted::refused);
  CHECK(heard.has_value());
  CHECK_THROWS_WITH(that_undoes({.steps = 0}),
                    "libsync::undo_limits: `steps` is 0, expected at least 1");
}

TEST_CASE("a session takes only so many undos that its client has not taken", "[session][undo]") {
  board_scene on;
  auto options = that_undoes();
  options.bounds.outbox = 2;
  board_session small{on.server, options};
  CHECK(small.undo({}) == posted::taken);
  CHECK(small.undo({}) == posted::taken);
  CHECK(small.undo().get() == receipt::overloaded());
  on.at.run();
  CHECK(small.undo({}) == posted::taken);
}

TEST_CASE("handlers of an undo may ask for more, and close the session", "[session][undo]") {
  board_scene on{13};
  int heard = 0;
  on.session.post(put{1, 1, {}});
  on.session.undo([&](const receipt& what) {
    CHECK(what.is_accepted());
    ++heard;
    on.session.undo([&](const receipt& none) {
      CHECK(none == receipt::refused("there is nothing to undo"));
      ++heard;
      on.session.redo([&](const receipt& last) {
        CHECK(last.is_accepted());
        ++heard;
      });
      static_cast<void>(on.session.close());
    });
  });
  on.at.run();
  CHECK(heard == 3);
  CHECK(on.decided() == numbers{{1, 1}});
}
