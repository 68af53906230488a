#pragma once

/// Undo and redo of one's own operations, among others'.
///
///     replica<drawing, optimistic> client;
///     undo_stack<drawing> mine{client};
///     mine.submit(client, move{shape, 3, 4}, out);
///     mine.undo(client, out);       // a submission like any other
///     mine.redo(client, out);
///
/// Undo submits the inverse of one's own last step, which the data's `inverse` makes of the data
/// just before that step. What others did since stays. Whether the inverse still applies is for the
/// reducer to say: if it refuses, the receipt says why, and the step is gone.
///
/// Where an operation depends on where others have put things, as in a text, its inverse must come
/// after what they did since. Then declare, beside `reduce`,
///
///     operation rebase(const operation& one, const operation& over, bool is_undo);
///
/// which returns `one` as it is after `over`, if both were made for the same data. `is_undo` says
/// that `one` is to be undone with, and `over` is somebody else's; else it is the other way round.
/// It decides which of two goes first that insert at the same place. If it throws, all steps are
/// lost.

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <optional>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

#include "libsync/detail/client/own_record.hpp"
#include "libsync/ids.hpp"
#include "libsync/optimistic.hpp"
#include "libsync/reason.hpp"
#include "libsync/reducer.hpp"
#include "libsync/result.hpp"
#include "libsync/submission.hpp"

namespace libsync {

struct undo_limits {
  /// The most steps that can be undone, and that can be done again. The oldest are forgotten first.
  /// At least 1.
  std::size_t steps = 1000;
  /// Submissions that follow each other within that time are one step. 0: each is one.
  timestamp together = 0;
};

/// The operations of which an inverse can be carried over those of others.
template <class Data>
concept rebases_operations = requires(const typename Data::operation& one) {
  { rebase(one, one, true) } -> std::convertible_to<typename Data::operation>;
};

/// A client's steps that it can undo, and those that it can do again. It is told by the client what
/// became of its submissions. Only those submitted by this are steps. Each step is one submission,
/// those within `together` of the one before, or those between `begin_step` and `end_step`.
///
/// A step that is not decided yet cannot be undone, nor one that was first seen inside a snapshot,
/// since nobody here has seen the data before it. After a snapshot the inverses of data with
/// `rebase` are lost too. Undoing and then doing again is the identity, if nobody else has changed
/// anything. A new step forgets those that could be done again.
///
/// It lives as long as the client tells it: destroy it after the client, or call `detach` before.
/// One thread at a time.
template <class Data>
class undo_stack final : private detail::own_record<Data> {
  static_assert(invertible<Data>,
                "libsync: these data have no inverse, so nothing can be undone: declare `operation "
                "inverse(const Data& before, const operation&)` beside `reduce`");
  static_assert(!takes_context<Data>,
                "libsync: the reducer of these data takes a context, in which an inverse cannot be "
                "applied later: undo is for reducers without");
  using client = replica<Data, optimistic>;
  using taken = result<submission_number, reason>;

public:
  using operation = typename Data::operation;

  /// Throws std::invalid_argument if the limit of steps is 0.
  explicit undo_stack(client& of, undo_limits bounds = {}) : bounds_(bounds) {
    if (bounds.steps == 0)
      throw std::invalid_argument("libsync::undo_limits: `steps` is 0, expected at least 1");
    of.record(this);
  }
  static void detach(client& of) { of.record(nullptr); }

  /// Submits a part of a step. Returns its number, or why it was not taken. If it throws, nothing
  /// was submitted.
  template <class Submission, class Out>
  result<submission_number, receipt> submit(client& by, Submission one, Out& out,
                                            timestamp now = 0) {
    const auto which = step_for(now);
    auto done = put(by, kind::change, which, std::move(one), out);
    if (done) {
      redo_.clear();
      latest_ = now;
    } else if (steps_of(undo_, which)->waiting == 0 && steps_of(undo_, which)->back.empty()) {
      undo_.pop_back();
    }
    return done;
  }

  /// All that is submitted from here on is one step, until `end_step`.
  void begin_step() {
    end_step();
    is_open_ = true;
  }
  void end_step() noexcept {
    is_open_ = false;
    joins_ = false;
  }

  /// Submits the inverse of the newest step. Returns its number, or why there is none.
  template <class Out>
  taken undo(client& by, Out& out) {
    return step_back(by, undo_, kind::undo, "there is nothing to undo"_reason, out);
  }
  /// Submits again what was undone last.
  template <class Out>
  taken redo(client& by, Out& out) {
    return step_back(by, redo_, kind::redo, "there is nothing to do again"_reason, out);
  }

  [[nodiscard]] std::size_t can_undo() const noexcept { return undo_.size(); }
  [[nodiscard]] std::size_t can_redo() const noexcept { return redo_.size(); }

private:
  enum class kind : unsigned char { change, undo, redo };

  struct step {
    std::uint64_t name = 0;
    std::size_t waiting = 0; // submissions that are not decided
    bool is_lost = false;
    std::vector<operation> back; // from the last one to the first
  };
  // What was submitted and is not decided.
  struct awaited {
    submission_number number = 0;
    kind what{};
    std::uint64_t name = 0;
  };
  using steps = std::deque<step>;

  static typename steps::iterator steps_of(steps& in, std::uint64_t name) noexcept {
    const auto found =
        std::find_if(in.rbegin(), in.rend(), [name](const step& one) { return one.name == name; });
    return found == in.rend() ? in.end() : std::prev(found.base());
  }

  // The step of the next submission, which may be the newest one.
  std::uint64_t step_for(timestamp now) {
    const bool goes_on = joins_ && !undo_.empty() &&
                         (is_open_ || (bounds_.together != 0 && now - latest_ <= bounds_.together));
    joins_ = true;
    return goes_on ? undo_.back().name : begin(undo_);
  }

  std::uint64_t begin(steps& in) {
    in.push_back({++names_, 0, false, {}});
    if (in.size() > bounds_.steps)
      in.pop_front();
    return names_;
  }

  template <class Submission, class Out>
  auto put(client& by, kind what, std::uint64_t name, Submission one, Out& out) {
    awaited_.push_back({by.next(), what, name}); // first, since it may be decided within
    auto& list = what == kind::undo ? redo_ : undo_;
    ++steps_of(list, name)->waiting;
    const auto forget = [&] {
      awaited_.pop_back();
      --steps_of(list, name)->waiting;
    };
    try {
      auto done = by.push(std::move(one));
      if (!done)
        forget();
      else
        by.pump(out);
      return done;
    } catch (...) {
      forget();
      throw;
    }
  }

  template <class Out>
  taken step_back(client& by, steps& from, kind what, reason none, Out& out) {
    end_step();
    while (!from.empty() && from.back().waiting == 0 && !from.back().is_lost &&
           from.back().back.empty())
      from.pop_back(); // all of it was refused
    if (from.empty())
      return taken::failed(std::move(none));
    if (from.back().waiting != 0)
      return taken::failed("the server has not decided it yet"_reason);
    if (from.back().is_lost) {
      from.pop_back();
      return taken::failed("it was first seen inside a snapshot, or its inverse is lost"_reason);
    }
    auto& other = what == kind::undo ? redo_ : undo_;
    const auto name = begin(other);
    const auto& all = from.back().back;
    auto one =
        all.size() == 1 ? submission<Data>{all.front()} : submission<Data>{transaction<Data>{all}};
    const auto undone = from.back().name;
    const auto done = put(by, what, name, std::move(one), out);
    if (!done) {
      other.pop_back();
      return taken::failed(done.failure().reason);
    }
    from.erase(steps_of(from, undone));
    return *done;
  }

  // What the client tells.

  void accepted(submission_number number, std::span<const operation> inverses) noexcept override {
    decide_before(number);
    if (awaited_.empty() || awaited_.front().number != number)
      return replaced(); // it is no step, and steps are not carried over it
    settle_first([&](step& of) {
      try {
        of.back.insert(of.back.begin(), inverses.rbegin(), inverses.rend());
      } catch (...) { // there is no memory for it
        of.is_lost = true;
      }
    });
  }
  void refused(submission_number, submission_number end) noexcept override { decide_before(end); }
  void lost(submission_number first, submission_number end) noexcept override {
    decide_before(first);
    while (!awaited_.empty() && awaited_.front().number < end)
      settle_first([](step& of) { of.is_lost = true; });
  }
  void followed(std::span<const operation> foreign) noexcept override {
    if constexpr (rebases_operations<Data>) {
      try {
        for (const operation& one : foreign) {
          carry_over(undo_, one);
          carry_over(redo_, one);
        }
      } catch (...) {
        replaced();
      }
    }
  }
  void replaced() noexcept override {
    if constexpr (rebases_operations<Data>)
      for (auto* list : {&undo_, &redo_})
        for (step& one : *list)
          one.is_lost = true;
  }

  void decide_before(submission_number end) noexcept {
    while (!awaited_.empty() && awaited_.front().number < end)
      settle_first([](step&) {});
  }

  template <class Settle>
  void settle_first(Settle settle) noexcept {
    const awaited one = awaited_.front();
    awaited_.pop_front();
    auto& list = one.what == kind::undo ? redo_ : undo_;
    if (const auto of = steps_of(list, one.name); of != list.end()) {
      --of->waiting;
      settle(*of);
    }
  }

  // Newest first: each is undone before those behind it, so the foreign one is carried over it.
  static void carry_over(steps& all, const operation& foreign) {
    operation over = foreign;
    for (auto of = all.rbegin(); of != all.rend(); ++of)
      for (operation& one : of->back) {
        operation next = rebase(over, one, false);
        one = rebase(one, over, true);
        over = std::move(next);
      }
  }

  undo_limits bounds_;
  steps undo_;
  steps redo_;
  std::deque<awaited> awaited_;
  std::uint64_t names_ = 0;
  timestamp latest_ = 0;
  bool is_open_ = false;
  bool joins_ = false;
};

} // namespace libsync
