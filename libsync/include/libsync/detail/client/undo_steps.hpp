#pragma once

/// The steps that a client can undo and do again, and what waits to be undone.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <list>
#include <utility>
#include <vector>

#include "libsync/ids.hpp"
#include "libsync/reason.hpp"

namespace libsync::detail {

enum class step_way : unsigned char { undo, redo };

/// One's own submissions that are undone together.
template <class Operation>
struct undo_step {
  std::uint64_t name = 0;
  std::size_t waiting = 0; // submissions that are not decided
  bool is_lost = false;
  std::vector<Operation> back; // from the last one to the first

  /// Nothing of it was accepted, and nothing can be any more.
  [[nodiscard]] bool is_void() const noexcept { return waiting == 0 && !is_lost && back.empty(); }
};

/// What was submitted and is not decided.
struct awaited_step {
  submission_number number = 0;
  std::uint64_t name = 0;
};

/// Two rows of steps, the newest last, and a queue of those that were asked for. A step that is
/// asked for leaves its row at once, and the step that will take it back enters the other row, so
/// that what is asked for later finds the rows as they will be. (They are lists, so that nothing
/// that moves from one to another needs memory.)
template <class Operation>
class undo_steps {
public:
  using step = undo_step<Operation>;
  using row = std::list<step>;

  struct request {
    step_way way{};
    row from;             // the step, alone
    std::uint64_t to = 0; // the step that takes it back
    reason why_not;       // it will not be carried out
  };

  [[nodiscard]] row& of(step_way way) noexcept { return way == step_way::undo ? undo_ : redo_; }
  [[nodiscard]] const row& undo() const noexcept { return undo_; }
  [[nodiscard]] const row& redo() const noexcept { return redo_; }
  [[nodiscard]] std::list<request>& requests() noexcept { return requests_; }
  [[nodiscard]] const std::list<request>& requests() const noexcept { return requests_; }
  [[nodiscard]] std::uint64_t new_name() noexcept { return ++names_; }

  /// Asks for the newest step of a row, which must not be empty. If it throws, nothing is changed.
  void ask(step_way way) {
    std::list<request> made(1);
    row back;
    back.push_back({new_name(), 1, false, {}});
    request& one = made.front();
    one.way = way;
    one.to = back.front().name;
    row& from = of(way);
    one.from.splice(one.from.end(), from, std::prev(from.end()));
    other(way).splice(other(way).end(), back);
    requests_.splice(requests_.end(), made);
  }

  /// The first request was carried out, or will not be. The step that takes it back waits for its
  /// submission, or is dropped.
  void drop_first(bool carried_out) noexcept {
    if (!carried_out)
      erase(requests_.front().to);
    requests_.pop_front();
  }

  /// Nothing of what was asked for will be carried out: the steps go back to their rows.
  void take_back_all(const reason& why) noexcept {
    for (auto one = requests_.rbegin(); one != requests_.rend(); ++one) {
      if (!one->why_not.empty())
        continue;
      erase(one->to);
      of(one->way).splice(of(one->way).end(), one->from);
      one->why_not = why;
    }
  }

  /// Calls `f(step&)` with the step of that name, if it is still here, and drops it from its row if
  /// nothing is left of it then.
  template <class Function>
  void change(std::uint64_t name, Function f) noexcept {
    for (row* in : {&undo_, &redo_})
      if (const auto found = find(*in, name); found != in->end()) {
        f(*found);
        if (found->is_void())
          in->erase(found);
        return;
      }
    for (request& one : requests_)
      if (const auto found = find(one.from, name); found != one.from.end())
        return f(*found);
  }

  /// Calls `f(step&)` with each step of a row, in the order in which they will be undone: those
  /// that were asked for first.
  template <class Function>
  void for_each_newest_first(step_way way, Function f) {
    for (request& one : requests_)
      if (one.way == way)
        std::for_each(one.from.begin(), one.from.end(), f);
    std::for_each(of(way).rbegin(), of(way).rend(), f);
  }

private:
  row& other(step_way way) noexcept { return way == step_way::undo ? redo_ : undo_; }

  // The newest ones are asked for most.
  static typename row::iterator find(row& in, std::uint64_t name) noexcept {
    const auto found =
        std::find_if(in.rbegin(), in.rend(), [name](const step& one) { return one.name == name; });
    return found == in.rend() ? in.end() : std::prev(found.base());
  }

  // It is in a row, or somebody has asked for it; then that will find nothing to take back.
  void erase(std::uint64_t name) noexcept {
    change(name, [](step& one) {
      one.waiting = 0;
      one.is_lost = false;
      one.back.clear();
    });
  }

  row undo_;
  row redo_;
  std::list<request> requests_;
  std::uint64_t names_ = 0;
};

} // namespace libsync::detail
