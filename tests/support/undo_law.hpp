#pragma once

/// Users who undo and redo at any time, and what they expect of it.

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "libsync/testing/random.hpp"
#include "support/board.hpp"
#include "support/undo_world.hpp"

/// Three users write at places of their own, each place once, under delays. Whenever the server
/// decides, the board has in the end what each would have written, undone and done again alone.
class undo_law {
public:
  explicit undo_law(std::uint64_t seed) : choices_(seed) {}

  /// Returns what is wrong; empty if all is well.
  std::string check() {
    for (int i = 0; i < 60; ++i) {
      act(choices_.below(3));
      for (auto left = choices_.below(10); left > 0; --left)
        deliver();
    }
    at_.settle();
    check_end();
    return wrong_;
  }

private:
  using steps = std::vector<std::vector<int>>;
  struct expectation {
    steps done;
    steps undone;
  };

  void require(bool holds, const std::string& what) {
    if (!holds && wrong_.empty())
      wrong_ = what;
  }

  void act(std::size_t who) {
    auto& user = at_[who];
    auto& [done, undone] = expected_[who];
    switch (choices_.below(8)) {
    case 0:
    case 1:
      require(user.undo.can_undo() == done.size(), "another number of steps can be undone");
      return move(done, undone, static_cast<bool>(user.go_back()));
    case 2:
      require(user.undo.can_redo() == undone.size(), "another number of steps can be redone");
      return move(undone, done, static_cast<bool>(user.go_on()));
    case 3:
      user.undo.begin_step();
      write(who, 1 + choices_.below(4));
      return user.undo.end_step();
    default:
      write(who, 1);
    }
  }

  void move(steps& from, steps& to, bool was_taken) {
    require(was_taken == !from.empty(), "an undo was refused, or should have been");
    if (from.empty())
      return;
    to.push_back(from.back());
    from.pop_back();
  }

  void write(std::size_t who, std::size_t count) {
    std::vector<int> places;
    for (; count > 0; --count) {
      places.push_back(place_);
      require(at_[who].submit(board::put{place_, place_, {}}), "a submission is refused");
      ++place_;
    }
    expected_[who].done.push_back(places);
    expected_[who].undone.clear();
  }

  void deliver() {
    const auto who = choices_.below(3);
    switch (choices_.below(3)) {
    case 0:
      at_.send(who);
      return;
    case 1:
      at_.receive(who);
      return;
    default:
      at_.flush();
    }
  }

  void check_end() {
    std::set<int> left;
    for (const auto& one : expected_)
      for (const auto& step : one.done)
        left.insert(step.begin(), step.end());
    for (const auto& one : at_.users) {
      require(one->undo.waiting() == 0, "something waits to be undone");
      for (const auto& what : one->told)
        require(static_cast<bool>(what), "an undo that was asked for was not carried out");
      require(one->shown() == at_.server.data(), "a client shows other data");
    }
    for (int i = 0; i < place_; ++i)
      require(at_.server.data().find(i).has_value() == left.contains(i),
              "place " + std::to_string(i) + (left.contains(i) ? " is empty" : " is not empty"));
  }

  libsync::testing::random choices_;
  undo_world<board::data> at_{3};
  std::vector<expectation> expected_{3};
  int place_ = 0;
  std::string wrong_;
};
