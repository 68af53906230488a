#include "libsync/undo.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsync/testing/random.hpp"
#include "support/board.hpp"
#include "support/catch.hpp"
#include "support/undo_world.hpp"

namespace {

using board::page;
using board::put;
using libsync::receipt;

board::edit insert(std::uint64_t place, std::string_view what) {
  libsync::delta made;
  if (place != 0)
    static_cast<void>(made.retain(place));
  static_cast<void>(made.insert(what));
  return {made};
}

std::string words(const page& data) {
  return data.words.utf8();
}

} // namespace

TEST_CASE("undo and redo are submissions of one's own steps", "[undo]") {
  undo_world<board::data> at{2};
  at[0].submit(put{1, 10, {}});
  at[0].submit(put{1, 11, 10});
  at.settle();
  CHECK(at[0].undo.can_undo() == 2);
  CHECK(at[0].go_back());
  CHECK(at[0].shown().find(1) == 10); // at once
  at.settle();
  CHECK(at[1].shown().find(1) == 10);
  CHECK(at[0].go_back());
  at.settle();
  CHECK(at[1].shown().numbers.empty());
  CHECK(at[0].go_back().failure() == "there is nothing to undo");
  CHECK(at[0].go_on());
  at.settle();
  CHECK(at[0].go_on());
  at.settle();
  CHECK(at[1].shown().find(1) == 11);
  CHECK(at[0].go_on().failure() == "there is nothing to do again");
  CHECK(at[0].undo.can_undo() == 2);
}

TEST_CASE("undo leaves what others did since", "[undo]") {
  undo_world<board::data> at{2};
  at[0].submit(put{1, 10, {}});
  at.settle();
  at[1].submit(put{2, 20, {}});
  at.settle();
  CHECK(at[0].go_back());
  at.settle();
  CHECK(at[0].shown().numbers == std::map<int, int>{{2, 20}});
  CHECK(at[0].go_on());
  at.settle();
  CHECK(at[1].shown().numbers == std::map<int, int>{{1, 10}, {2, 20}});
}

TEST_CASE("an inverse that no longer applies is refused with its reason", "[undo]") {
  undo_world<board::data> at{2};
  at[0].submit(put{1, 10, {}});
  at.settle();
  at[1].submit(put{1, 99, 10});
  at.settle();
  CHECK(at[0].go_back());
  at.settle();
  CHECK(at[0].out.receipts.back().second == receipt::refused("another number is there"));
  CHECK(at[0].shown().find(1) == 99);
  CHECK(at[0].go_back().failure() == "there is nothing to undo");
}

TEST_CASE("a refused submission is no step", "[undo]") {
  undo_world<board::data> at{2};
  at[0].submit(put{1, 10, {}});
  at.settle();
  at[0].submit(put{1, 11, 7});
  at.settle();
  CHECK(at[0].undo.can_undo() == 1);
  CHECK(at[0].go_back());
  at.settle();
  CHECK(at[0].shown().numbers.empty());
}

TEST_CASE("a gesture of many operations is one step, by hand or by time", "[undo]") {
  undo_world<board::data> at{1, {.together = 5}};
  at[0].undo.begin_step();
  for (int i = 0; i < 4; ++i)
    at[0].submit(put{i, i, {}}, 100 * i);
  at[0].undo.end_step();
  at[0].submit(put{10, 1, {}}, 1000);
  at[0].submit(put{11, 1, {}}, 1004);
  at[0].submit(put{12, 1, {}}, 1010); // later than 5 after the one before
  at.settle();
  CHECK(at[0].undo.can_undo() == 3);
  CHECK(at[0].go_back());
  CHECK(at[0].shown().numbers.size() == 6);
  at.settle();
  CHECK(at[0].go_back());
  CHECK(at[0].shown().numbers.size() == 4);
  at.settle();
  CHECK(at[0].go_back());
  CHECK(at[0].shown().numbers.empty());
  at.settle();
  CHECK(at[0].go_on());
  CHECK(at[0].shown().numbers.size() == 4);
}

TEST_CASE("a new step forgets what could be done again, and the oldest ones beyond the limit",
          "[undo]") {
  undo_world<board::data> at{1, {.steps = 2}};
  for (int i = 0; i < 4; ++i)
    at[0].submit(put{i, i, {}});
  at.settle();
  CHECK(at[0].undo.can_undo() == 2);
  CHECK(at[0].go_back());
  at.settle();
  CHECK(at[0].undo.can_redo() == 1);
  at[0].submit(put{9, 9, {}});
  CHECK(at[0].undo.can_redo() == 0);
  board::data small;
  libsync::replica<board::data, libsync::optimistic> client;
  CHECK_THROWS_WITH((libsync::undo_stack<board::data>{client, {.steps = 0}}),
                    "libsync::undo_limits: `steps` is 0, expected at least 1");
}

TEST_CASE("a step that was first seen inside a snapshot cannot be undone, and says so", "[undo]") {
  undo_world<board::data> at{2};
  at[0].submit(put{1, 10, {}});
  at.send(0);
  at.flush();
  at[0].down.clear(); // its connection breaks, and it takes a snapshot
  libsync::join_request anew;
  at[0].client.connect(at[0].out);
  at[0].out.joins.back().version.reset();
  at.settle();
  REQUIRE(at[0].shown().find(1) == 10);
  CHECK(at[0].go_back().failure() == "it was first seen inside a snapshot, or its inverse is lost");
  CHECK(at[0].go_back().failure() == "there is nothing to undo");
}

TEST_CASE("undoing one's typing keeps what others typed inside it", "[undo][text]") {
  undo_world<page> at{2};
  at[0].submit(insert(0, "hello"));
  at.settle();
  at[1].submit(insert(2, "XX"));
  at.settle();
  CHECK(words(at[0].shown()) == "heXXllo");
  CHECK(at[0].go_back());
  at.settle();
  CHECK(words(at[1].shown()) == "XX");
  at[1].submit(insert(2, "YY"));
  at.settle();
  CHECK(at[0].go_on());
  at.settle();
  CHECK(words(at[0].shown()) == words(at[1].shown()));
  CHECK(words(at[1].shown()).size() == 9);
  CHECK(words(at[1].shown()).find("he") != std::string::npos);
}

TEST_CASE("several steps of typing are undone one by one among others' typing", "[undo][text]") {
  undo_world<page> at{2};
  at[0].submit(insert(0, "one "));
  at.settle();
  at[0].submit(insert(4, "two "));
  at.settle();
  at[1].submit(insert(6, "#"));
  at[1].submit(insert(2, "#"));
  at.settle();
  CHECK(words(at[0].shown()) == "on#e tw#o ");
  CHECK(at[0].go_back());
  at.settle();
  CHECK(words(at[0].shown()) == "on#e #");
  CHECK(at[0].go_back());
  at.settle();
  CHECK(words(at[1].shown()) == "##");
}

TEST_CASE("random networks: n undos lead back to what others did, n redos forth again, and all are "
          "equal",
          "[undo][law]") {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    libsync::testing::random choices{seed};
    INFO("seed " << seed);
    undo_world<board::data> at{3};
    const auto shuffle = [&] {
      for (auto left = choices.below(12); left > 0; --left)
        switch (const auto who = choices.below(3); choices.below(3)) {
        case 0:
          at.send(who);
          break;
        case 1:
          at.receive(who);
          break;
        default:
          at.flush();
        }
    };
    // Everybody writes at places of their own.
    std::vector<std::size_t> steps(3, 0);
    for (int i = 0; i < 30; ++i) {
      const auto who = choices.below(3);
      const int place = static_cast<int>(who) * 10 + static_cast<int>(choices.below(3));
      at[who].submit(put{place, i, at[who].shown().find(place)});
      ++steps[who];
      shuffle();
    }
    at.settle();
    const auto before = at.server.data();
    CHECK(at[0].undo.can_undo() == steps[0]);
    for (std::size_t i = 0; i < steps[0]; ++i) {
      REQUIRE(at[0].go_back());
      shuffle();
      at.settle();
    }
    for (const auto& [place, value] : before.numbers)
      CHECK(at.server.data().find(place) == (place < 10 ? std::nullopt : std::optional{value}));
    for (std::size_t i = 0; i < steps[0]; ++i) {
      REQUIRE(at[0].go_on());
      shuffle();
      at.settle();
    }
    CHECK(at.server.data() == before);
    for (const auto& one : at.users)
      CHECK(one->shown() == before);
  }
}
