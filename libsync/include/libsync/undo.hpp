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

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

#include "libsync/detail/client/undo_record.hpp"
#include "libsync/detail/client/undo_steps.hpp"
#include "libsync/ids.hpp"
#include "libsync/optimistic.hpp"
#include "libsync/reason.hpp"
#include "libsync/receipt.hpp"
#include "libsync/reducer.hpp"
#include "libsync/result.hpp"
#include "libsync/submission.hpp"
#include "libsync/undo_limits.hpp"

namespace libsync {

/// A client's steps that it can undo, and those that it can do again. It is told by the client what
/// became of its submissions. Only those submitted by this are steps. Each step is one submission,
/// those within `together` of the one before, or those between `begin_step` and `end_step`.
///
/// A step that the server has not decided yet is undone once it has: call `go_on` after each
/// message that the client has received. What is asked for is carried out in the order of asking.
/// New steps may be made meanwhile, and stay. But with `rebase` a new step calls off what waits,
/// since nobody could say how that would come after it.
///
/// If the reducer takes a context, the inverse is made in the context of its step, and applied in
/// that of the submission that undoes it. It is an operation like any other, so it should not rely
/// on being applied in the first of these.
///
/// A step that was first seen inside a snapshot cannot be undone, since nobody here has seen the
/// data before it. After a snapshot the inverses of data with `rebase` are lost too. Undoing and
/// then doing again is the identity, if nobody else has changed anything. A new step forgets those
/// that could be done again.
///
/// It lives as long as the client tells it: destroy it after the client, or call `detach` before.
/// One thread at a time, but for the counts.
template <class Data>
class undo_stack final : private detail::undo_record<Data> {
  static_assert(invertible<Data>,
                "libsync: these data have no inverse, so nothing can be undone: declare `operation "
                "inverse(const Data& before, const operation&)` beside `reduce`, or one for each "
                "alternative of the operations");
  using client = replica<Data, optimistic>;
  using base = detail::undo_record<Data>;
  using base::awaited_;
  using base::bounds_;
  using base::count;
  using base::counts_;
  using base::steps_;
  using base::trim;
  using typename base::awaited;
  using typename base::way;

public:
  using operation = typename Data::operation;
  /// The number of the submission that undoes; nothing if it waits for the server's decision. Or
  /// why nothing will be undone.
  using asked = result<std::optional<submission_number>, reason>;
  /// The number of the submission that undoes, or why nothing was undone.
  using undone = result<submission_number, receipt>;

  /// Throws std::invalid_argument if the limit of steps is 0.
  explicit undo_stack(client& of, undo_limits bounds = {}) : base(bounds) {
    check(bounds);
    of.record(base::record());
  }
  static void check(const undo_limits& bounds) {
    if (bounds.steps == 0)
      throw std::invalid_argument("libsync::undo_limits: `steps` is 0, expected at least 1");
  }
  static void detach(client& of) { of.record(nullptr); }

  /// Submits a part of a step. Returns its number, or why it was not taken. If it throws, nothing
  /// was submitted.
  template <class Submission, class Out>
  result<submission_number, receipt> submit(client& by, Submission one, Out& out,
                                            timestamp now = 0) {
    taking noted{*this, by.next(), 1, now};
    auto done = by.push(std::move(one));
    if (done) {
      noted.keep();
      by.pump(out);
    }
    return done;
  }

  /// All that is submitted from here on is one step, until `end_step`.
  void begin_step() noexcept {
    end_step();
    is_open_ = true;
  }
  void end_step() noexcept {
    is_open_ = false;
    latest_step_ = 0;
  }

  /// Submits the inverse of the newest step, or does so later.
  template <class Out>
  asked undo(client& by, Out& out) {
    return ask(way::undo, by, out);
  }
  /// Submits again what was undone last, or does so later.
  template <class Out>
  asked redo(client& by, Out& out) {
    return ask(way::redo, by, out);
  }
  /// Submits what waits, as far as the server has decided it and the client has room. Calls
  /// `tell(const undone&)` for each, in the order of asking.
  template <class Out, class Tell>
  void go_on(client& by, Out& out, Tell tell) {
    while (can_go_on(by))
      tell(carry_out([&](submission<Data> one) { return by.push(std::move(one)); }));
    by.pump(out);
  }
  template <class Out>
  void go_on(client& by, Out& out) {
    go_on(by, out, [](const undone&) {});
  }

  [[nodiscard]] std::size_t can_undo() const noexcept { return steps_.undo().size(); }
  [[nodiscard]] std::size_t can_redo() const noexcept { return steps_.redo().size(); }
  /// How many that were asked for wait.
  [[nodiscard]] std::size_t waiting() const noexcept { return steps_.requests().size(); }
  /// Keeps the numbers of steps in `where` from here on.
  void publish(std::shared_ptr<undo_counts> where) noexcept {
    counts_ = std::move(where);
    count();
  }

  // The pieces of all that, for who submits by other ways than a sink.

  /// Notes `count` submissions from number `first` on as steps, before the client takes them.
  /// Unless `keep` is called, when it has, nothing is changed.
  class [[nodiscard]] taking {
  public:
    taking(undo_stack& by, submission_number first, std::size_t count, timestamp now)
        : by_(by), now_(now) {
      const bool joins = by.bounds_.together > 0 || by.is_open_;
      std::uint64_t name = by.goes_on(now) ? by.latest_step_ : 0;
      joined_ = name == 0 ? 0 : joins ? count : 1;
      for (std::size_t i = 0; i != count; ++i) {
        if (name == 0 || (i != 0 && !joins)) {
          name = by.steps_.new_name();
          steps_.push_back({name, 0, false, {}});
        }
        if (!steps_.empty())
          ++steps_.back().waiting;
        awaited_.push_back({first + i, name});
      }
    }
    taking(const taking&) = delete;
    taking& operator=(const taking&) = delete;

    void keep() noexcept { by_.take(*this); }

  private:
    friend undo_stack;
    undo_stack& by_;
    timestamp now_;
    std::size_t joined_ = 0; // of them are in the newest step
    typename detail::undo_steps<operation>::row steps_;
    std::list<awaited> awaited_;
  };

  /// Asks for the newest step. Returns why not; nothing if it is carried out now or later.
  reason ask_for(bool redo) {
    const auto which = redo ? way::redo : way::undo;
    end_step();
    if (steps_.of(which).empty())
      return redo ? "there is nothing to do again"_reason : "there is nothing to undo"_reason;
    if (steps_.of(which).back().is_lost) {
      steps_.of(which).pop_back();
      count();
      return lost_reason();
    }
    if (steps_.requests().size() >= bounds_.steps)
      return "too many wait to be undone or done again"_reason;
    steps_.ask(which);
    trim();
    return {};
  }

  /// Whether one that was asked for can be carried out, or never will be.
  [[nodiscard]] bool can_go_on(const client& by) const noexcept {
    if (steps_.requests().empty())
      return false;
    const auto& next = steps_.requests().front();
    return !next.why_not.empty() || (next.from.front().waiting == 0 && by.room() != 0);
  }

  /// Carries out the next one by `push(submission<Data>)`. If that throws, it still waits.
  template <class Push>
  undone carry_out(Push push) {
    auto& next = steps_.requests().front();
    auto why_not = next.why_not;
    if (why_not.empty() && next.from.front().is_lost)
      why_not = lost_reason();
    if (why_not.empty() && next.from.front().back.empty())
      why_not = "the server has refused it, so there is nothing to undo or to do again"_reason;
    if (!why_not.empty()) {
      steps_.drop_first(false);
      count();
      return undone::failed(receipt::refused(std::move(why_not)));
    }
    const auto& all = next.from.front().back;
    std::list<awaited> made;
    made.push_back({0, next.to});
    auto done = push(all.size() == 1 ? submission<Data>{all.front()}
                                     : submission<Data>{transaction<Data>{all}});
    if (done) {
      made.front().number = *done;
      awaited_.splice(awaited_.end(), made);
    }
    steps_.drop_first(static_cast<bool>(done));
    count();
    return done;
  }

  /// None of those that wait will be carried out, because of `why`, which must not be empty. Their
  /// steps can be asked for again.
  void call_off(const reason& why) noexcept {
    steps_.take_back_all(why);
    count();
  }
  /// The same, and `carry_out` will not tell of them.
  void drop_waiting() noexcept {
    call_off("nobody waits for it any more"_reason);
    steps_.requests().clear();
  }

private:
  static reason lost_reason() noexcept {
    return "it was first seen inside a snapshot, or its inverse is lost"_reason;
  }

  template <class Out>
  asked ask(way which, client& by, Out& out) {
    if (auto why_not = ask_for(which == way::redo); !why_not.empty())
      return asked::failed(std::move(why_not));
    std::optional<undone> last;
    go_on(by, out, [&](const undone& done) { last = done; });
    if (waiting() != 0 || !last)
      return asked{std::nullopt};
    return *last ? asked{**last} : asked::failed(last->failure().reason);
  }

  [[nodiscard]] bool goes_on(timestamp now) const noexcept {
    return latest_step_ != 0 && !steps_.undo().empty() &&
           steps_.undo().back().name == latest_step_ && (is_open_ || is_soon(now));
  }

  [[nodiscard]] bool is_soon(timestamp now) const noexcept {
    const auto later = static_cast<std::uint64_t>(now) - static_cast<std::uint64_t>(latest_);
    return bounds_.together > 0 &&
           (now <= latest_ || later <= static_cast<std::uint64_t>(bounds_.together));
  }

  void take(taking& all) noexcept {
    if constexpr (rebases_operations<Data>)
      steps_.take_back_all("a new step came before the server had decided it"_reason);
    auto& undo = steps_.of(way::undo);
    steps_.of(way::redo).clear();
    if (all.joined_ != 0)
      undo.back().waiting += all.joined_;
    undo.splice(undo.end(), all.steps_);
    awaited_.splice(awaited_.end(), all.awaited_);
    latest_ = all.now_;
    latest_step_ = undo.back().name;
    trim();
  }

  timestamp latest_ = 0;
  std::uint64_t latest_step_ = 0; // the one that the next submission may join; 0 if none
  bool is_open_ = false;
};

} // namespace libsync
