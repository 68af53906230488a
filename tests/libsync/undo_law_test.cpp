#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "libsync/testing/random.hpp"
#include "libsync/undo.hpp"
#include "support/board.hpp"
#include "support/catch.hpp"
#include "support/undo_world.hpp"

namespace {

using board::put;

/// What a user expects of undo and redo, whenever the server decides: each writes at places of its
/// own, each place once.
struct expectation {
  std::vector<std::vector<int>> done;
  std::vector<std::vector<int>> undone;

  void undo(bool was_taken) { move(done, undone, was_taken); }
  void redo(bool was_taken) { move(undone, done, was_taken); }
  void submit(std::vector<int> places) {
    done.push_back(std::move(places));
    undone.clear();
  }

private:
  using steps = std::vector<std::vector<int>>;
  static void move(steps& from, steps& to, bool was_taken) {
    CHECK(was_taken == !from.empty());
    if (from.empty())
      return;
    to.push_back(from.back());
    from.pop_back();
  }
};

} // namespace

TEST_CASE("random networks: whoever undoes and redoes at any time gets what one user alone would",
          "[undo][law]") {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    libsync::testing::random choices{seed};
    INFO("seed " << seed);
    undo_world<board::data> at{3};
    std::vector<expectation> expected(3);
    int place = 0;
    for (int i = 0; i < 60; ++i) {
      const auto who = choices.below(3);
      auto& user = at[who];
      switch (choices.below(8)) {
      case 0:
      case 1:
        CHECK(user.undo.can_undo() == expected[who].done.size());
        expected[who].undo(static_cast<bool>(user.go_back()));
        break;
      case 2:
        CHECK(user.undo.can_redo() == expected[who].undone.size());
        expected[who].redo(static_cast<bool>(user.go_on()));
        break;
      case 3: {
        user.undo.begin_step();
        std::vector<int> all;
        for (auto left = 1 + choices.below(4); left > 0; --left) {
          all.push_back(place);
          REQUIRE(user.submit(put{place++, i, {}}));
        }
        user.undo.end_step();
        expected[who].submit(all);
        break;
      }
      default:
        REQUIRE(user.submit(put{place, i, {}}));
        expected[who].submit({place++});
      }
      for (auto left = choices.below(10); left > 0; --left)
        switch (const auto next = choices.below(3); choices.below(3)) {
        case 0:
          at.send(next);
          break;
        case 1:
          at.receive(next);
          break;
        default:
          at.flush();
        }
    }
    at.settle();
    std::map<int, bool> left;
    for (const auto& one : expected)
      for (const auto& step : one.done)
        for (const int done : step)
          left[done] = true;
    for (const auto& one : at.users) {
      CHECK(one->undo.waiting() == 0);
      for (const auto& what : one->told)
        CHECK(what);
      CHECK(one->shown() == at.server.data());
    }
    for (int i = 0; i < place; ++i)
      CHECK(at.server.data().find(i).has_value() == left.contains(i));
  }
}
