#pragma once

/// Sends the members of a server its decisions.

#include <cstddef>
#include <memory>
#include <optional>
#include <utility>

#include "libsync/counters.hpp"
#include "libsync/detail/fifo.hpp"
#include "libsync/detail/refusals.hpp"
#include "libsync/detail/server/ledger.hpp"
#include "libsync/detail/server/members.hpp"
#include "libsync/detail/server/submission_window.hpp"
#include "libsync/detail/server/traffic.hpp"
#include "libsync/detail/shared.hpp"
#include "libsync/ids.hpp"
#include "libsync/limits.hpp"
#include "libsync/protocol/batch.hpp"
#include "libsync/protocol/membership.hpp"
#include "libsync/protocol/parcel.hpp"
#include "libsync/protocol/reply.hpp"
#include "libsync/reason.hpp"
#include "libsync/size_of.hpp"

namespace libsync::detail {

/// The members of a server, and what waits to be sent to them. It welcomes them, sends them batches
/// and then the replies that wait behind these, shows viewers snapshots, and suspends members that
/// fall too far behind. What is decided comes from a `ledger`, which each call is given.
template <class Data, class Route>
class delivery {
public:
  explicit delivery(const limits& bounds)
      : members_(bounds.absent, bounds.absent_bytes), traffic_(bounds.of_lag()) {}

  [[nodiscard]] member_list<Route>& members() noexcept { return members_; }
  [[nodiscard]] const member_list<Route>& members() const noexcept { return members_; }

  /// Makes whoever is reached by `route` a member, which is at the latest version once it has what
  /// it is sent. No batch may be pending. Returns its id.
  template <class Out>
  client_id welcome(const Route& route, const join_request& request, ledger<Data>& from,
                    const limits& bounds, sequencer_counters& counters, Out& out) {
    auto& joined =
        members_.admit(route, request, from.accepted().epoch(), from.accepted().version());
    return welcome(joined, request, from, bounds, counters, out);
  }

  /// The same for one whose window another server has.
  template <class Out>
  client_id welcome(const Route& route, const join_request& request, submission_window known,
                    ledger<Data>& from, const limits& bounds, sequencer_counters& counters,
                    Out& out) {
    return welcome(members_.admit(route, std::move(known)), request, from, bounds, counters, out);
  }
  /// Tells somebody who is not admitted why, and nothing else.
  template <class Out>
  void turn_away(const Route& route, const join_request& request, const reason& why, Out& out) {
    auto made = shared<libsync::welcome<Data>>();
    made->attempt = request.attempt;
    made->refused = why;
    out.send(route, welcome_ptr<Data>{std::move(made)});
  }

  /// Tells the sender of a parcel that it is no member. A parcel from another epoch than `now` may
  /// have been decided there, and its sender has not been told that the epoch has ended.
  template <class Out>
  void turn_away(const Route& route, const parcel<Data>& submitted, epoch_id now, Out& out) {
    const bool is_foreign = submitted.epoch != now;
    out.send(route, shared<const reply>(reply_to_stranger(submitted, is_foreign,
                                                          members_.has_named(submitted.by))));
    if (is_foreign)
      out.send(route, suspended{submitted.epoch});
  }

  /// Forgets a member, which has left.
  void remove(const member<Route>& leaving, ledger<Data>& from, sequencer_counters& counters) {
    const bool was_viewer = leaving.looks();
    counters.forgotten += members_.remove(leaving);
    if (was_viewer && !members_.has_viewers())
      from.recycle(0);
  }

  /// Nothing more is sent to any member until it joins again, and no reply that waits.
  void suspend_all() noexcept {
    pending_replies_.clear();
    for (auto& one : members_)
      one.suspended = true;
  }

  /// The same, and tells each that `ended` has ended.
  template <class Out>
  void tell_all_suspended(epoch_id ended, Out& out) {
    const suspended notice{ended};
    for (auto& one : members_)
      if (!std::exchange(one.suspended, true))
        out.send(one.route, notice);
  }

  /// What was sent is taken back, and no reply waits. All members must be told that they are
  /// suspended.
  void forget_what_was_sent() noexcept {
    pending_replies_.clear();
    traffic_.clear();
  }

  /// Replies wait for the flush, because they speak of versions that the batch before them carries.
  void reply_later(const Route& route, reply told) {
    pending_replies_.push({route, shared<const reply>(std::move(told))});
  }

  /// A parcel of a member was decided from `first` on.
  void settle(member<Route>& by, const parcel<Data>& submitted, submission_number first,
              reply& told) {
    by.window.next = submitted.end();
    by.window.last = told;
    // The batch alone would not do where a part was replied to again: that reply comes after it.
    if (!told.verdicts.empty() || submitted.first < first || by.is_viewer)
      reply_later(by.route, std::move(told));
  }

  /// Sends the pending batch, if there is one, and then the replies.
  template <class Out>
  void send_pending(ledger<Data>& from, sequencer_counters& counters, Out& out) {
    if (from.accepted().has_pending())
      send(from.cut(), from, counters, out);
    while (!pending_replies_.empty()) {
      const auto [route, told] = pending_replies_.pop();
      if (auto* to = members_.find(route);
          to && to->looks() && to->shown < from.accepted().version())
        show(*to, from, counters, out);
      out.send(route, told);
    }
  }

  /// A member has reached a version. A viewer may be shown a newer one then.
  template <class Out>
  void acknowledge(const Route& route, version latest, ledger<Data>& from,
                   sequencer_counters& counters, Out& out) {
    const auto& accepted = from.accepted();
    auto* who = members_.find(route);
    if (who == nullptr || who->suspended || latest <= who->reached || latest > accepted.cut_at())
      return;
    who->reached = latest;
    who->acknowledged = traffic_.sent_by(latest, who->acknowledged);
    if (who->looks() && who->is_up_to_date() && latest < accepted.version() &&
        !accepted.has_pending())
      show(*who, from, counters, out); // else the flush that is due does so
  }

  /// Sends a batch, which has just been cut, to all members.
  template <class Out>
  void send(const batch_ptr<Data>& sent, ledger<Data>& from, sequencer_counters& counters,
            Out& out) {
    ++counters.batches;
    // To the first author before all others, since that is where somebody waits for it.
    members_.for_each_beginning_with(sent->runs.front().by, [&](auto& receiver) {
      send_to(receiver, sent, from, counters, out);
    });
    if constexpr (requires { out.logged(sent); })
      out.logged(sent);
    traffic_.add(sent->last, amount_of(*sent));
    from.trim(); // not before, since members wait
  }

private:
  template <class Out>
  client_id welcome(member<Route>& joined, const join_request& request, ledger<Data>& from,
                    const limits& bounds, sequencer_counters& counters, Out& out) {
    const auto& accepted = from.accepted();
    const auto epoch = accepted.epoch();
    const auto latest = accepted.version();
    joined.begin(latest, traffic_.sent(), request);
    const auto id = joined.id();
    auto made = make_welcome<Data>(joined.window, request, epoch, latest, bounds);
    if (joined.looks())
      from.recycle(2); // viewers look at one snapshot while the next one is made
    if (!request.is_relayed)
      bring_up_to_date(*made, request, from, counters);
    out.send(joined.route, welcome_ptr<Data>{std::move(made)});
    return id;
  }

  // By the batches that it lacks, or by a snapshot.
  static void bring_up_to_date(libsync::welcome<Data>& made, const join_request& request,
                               ledger<Data>& from, sequencer_counters& counters) {
    const auto& accepted = from.accepted();
    if (auto missed =
            request.version ? accepted.since(request.epoch, *request.version) : std::nullopt) {
      made.missed = std::move(*missed);
      ++counters.catch_ups;
    } else {
      made.snapshot = from.read().data;
      ++counters.snapshots;
      counters.past_log += request.version && request.epoch == accepted.epoch() &&
                                   *request.version < accepted.version()
                               ? 1
                               : 0;
    }
  }

  template <class Out>
  void send_to(member<Route>& receiver, const batch_ptr<Data>& sent, ledger<Data>& from,
               sequencer_counters& counters, Out& out) {
    if (receiver.suspended || receiver.is_relayed)
      return;
    if (receiver.is_viewer) {
      if (receiver.is_up_to_date())
        show(receiver, from, counters, out);
    } else if (traffic_.is_behind(receiver.acknowledged)) {
      receiver.suspended = true;
      ++counters.suspended;
      out.send(receiver.route, suspended{from.accepted().epoch()});
    } else {
      out.send(receiver.route, sent);
    }
  }

  // Snapshots are taken at the end of a batch only, and only where a viewer waits for one: so the
  // next operation copies the data at most once a batch, and not at all while all are busy. Data
  // that are not known are shown to nobody: a viewer that waits for them joins again.
  template <class Out>
  void show(member<Route>& viewer, ledger<Data>& from, sequencer_counters& counters, Out& out) {
    if (from.is_torn())
      return;
    ++counters.shown;
    viewer.shown = from.accepted().version();
    out.send(viewer.route, from.read());
  }

  member_list<Route> members_;
  traffic traffic_;
  fifo<std::pair<Route, reply_ptr>> pending_replies_;
};

} // namespace libsync::detail
