#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <vector>

#include "libsync/testing/random.hpp"
#include "support/board_session.hpp"
#include "support/catch.hpp"

namespace {

using board::put;
using libsync::receipt;
using steps = std::vector<std::vector<int>>;

/// What one user expects of undo and redo, whoever runs when. Each place is written once.
class user {
public:
  explicit user(board_scene& on) : session_(on.server, that_undoes()) {}

  void act(libsync::testing::random& choices, int& place) {
    switch (choices.below(7)) {
    case 0:
    case 1:
      return move(done_, undone_, [this](auto hear) { session_.undo(hear); });
    case 2:
      return move(undone_, done_, [this](auto hear) { session_.redo(hear); });
    case 3: {
      const auto step = session_.one_step();
      return write(1 + choices.below(3), place);
    }
    default:
      write(1, place);
    }
  }

  void check(std::map<int, int>& expected) const {
    for (std::size_t i = 0; i < wanted_.size(); ++i)
      CHECK(wanted_[i] == heard_[i]);
    CHECK(session_.can_undo() == !done_.empty());
    CHECK(session_.can_redo() == !undone_.empty());
    for (const auto& step : done_)
      for (const int one : step)
        expected[one] = one;
  }
  [[nodiscard]] std::map<int, int> shown() const { return shown_by(session_); }

private:
  void write(std::size_t count, int& place) {
    done_.emplace_back();
    for (; count > 0; --count, ++place) {
      session_.post(put{place, place, {}});
      done_.back().push_back(place);
    }
    undone_.clear();
  }

  // An undo is accepted just if there is a step, as this user sees it when asking.
  template <class Ask>
  void move(steps& from, steps& to, Ask ask) {
    wanted_.push_back(!from.empty());
    heard_.push_back(from.empty());
    ask([&heard = heard_.back()](const receipt& what) { heard = what.is_accepted(); });
    if (from.empty())
      return;
    to.push_back(from.back());
    from.pop_back();
  }

  board_session session_;
  steps done_;
  steps undone_;
  std::vector<bool> wanted_;
  std::deque<bool> heard_;
};

} // namespace

TEST_CASE("under any order of the actors sessions undo and redo as one user alone would",
          "[session][undo][law]") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    INFO("seed " << seed);
    board_scene on{seed};
    std::deque<user> users;
    for (int i = 0; i < 3; ++i)
      users.emplace_back(on);
    libsync::testing::random choices{seed};
    int place = 0;
    for (int i = 0; i < 60; ++i) {
      users[choices.below(3)].act(choices, place);
      on.at.steps(choices.below(6));
    }
    on.at.run();
    std::map<int, int> expected;
    for (const auto& one : users)
      one.check(expected);
    CHECK(on.decided() == expected);
    for (const auto& one : users)
      CHECK(one.shown() == expected);
  }
}
