#pragma once

/// The client's decisions as a value.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <type_traits>
#include <utility>

#include "libsync/answers.hpp"
#include "libsync/batch.hpp"
#include "libsync/change.hpp"
#include "libsync/copy_on_write.hpp"
#include "libsync/counters.hpp"
#include "libsync/ids.hpp"
#include "libsync/limits.hpp"
#include "libsync/mode.hpp"
#include "libsync/outbox.hpp"
#include "libsync/reducer.hpp"
#include "libsync/traffic.hpp"
#include "libsync/welcome.hpp"

namespace libsync {

/// What `replica::submit` answers at once: a number, under which the receipt comes later, or, if
/// the submission was not taken, its receipt.
struct submitted {
  submission_number number = 0;
  receipt otherwise;

  explicit operator bool() const noexcept { return number != 0; }
};

/// One client's copy of the data. It applies exactly the server's sequence of versions, checks that
/// they are contiguous, and joins again when they are not. Submissions get numbers, go out in
/// parcels, one in flight, and are settled in order, each once, after the copy shows them.
///
/// What is to be sent or told is handed to `out`, in order, by these calls:
///
///     out.send(join_request), out.send(parcel_ptr<Data>), out.send_leave()
///     out.send_reached(version)                    // an acknowledgement, seldom
///     out.accepted(submission_number first, count, version)  // receipts of consecutive ones
///     out.settled(submission_number, receipt)      // any other receipt
///     out.observes() -> bool                       // whether anybody wants to be told
///     out.changed(const change<Data>&)
///     out.diverged(version, const operation&, reason)
///
/// With `shared_view` it holds the server's snapshots instead of a copy of its own; then
/// `out.changed` is told of each `const snapshot<Data>&`, and nothing can diverge.
///
/// Deterministic; reads no clock; one thread at a time.
template <class Data, replica_mode Mode = plain>
class replica {
public:
  using operation = typename Data::operation;
  static constexpr bool is_viewer = std::is_same_v<Mode, shared_view>;

  /// Throws std::invalid_argument if a limit is 0.
  explicit replica(const limits& bounds = {}) : outbox_(bounds.checked()) {}

  /// Whether it has data: from the first welcome on, also while it is cut off or closed.
  [[nodiscard]] bool has_data() const noexcept { return confirmed_.has_value(); }

  /// The data at version `at()`. There must be some.
  [[nodiscard]] const Data& confirmed() const noexcept { return confirmed_->read(); }

  /// The data with their version, shared. There must be some.
  [[nodiscard]] snapshot<Data> read() { return {epoch_, at_, confirmed_->share()}; }

  [[nodiscard]] version at() const noexcept { return at_; }
  [[nodiscard]] epoch_id epoch() const noexcept { return epoch_; }
  [[nodiscard]] std::optional<client_id> id() const noexcept { return id_; }
  [[nodiscard]] bool joined() const noexcept { return phase_ == phase::joined; }
  /// Whether it neither is a member nor is about to become one, and may still do so.
  [[nodiscard]] bool away() const noexcept { return phase_ == phase::away; }
  [[nodiscard]] bool closed() const noexcept { return phase_ == phase::closed; }
  /// Why it is closed; empty if it is not.
  [[nodiscard]] const reason& why_closed() const noexcept { return why_closed_; }

  /// Returns how many submissions have no receipt yet, how many of these were not even sent, and
  /// how many more it would take.
  [[nodiscard]] std::size_t undecided() const noexcept { return outbox_.size(); }
  [[nodiscard]] std::size_t waiting() const noexcept { return outbox_.waiting(); }
  [[nodiscard]] std::size_t room() const noexcept { return closed() ? 0 : outbox_.room(); }
  [[nodiscard]] const replica_counters& counters() const noexcept { return counters_; }

  /// Takes a submission and sends it if nothing is in flight; else it goes with the next parcel.
  /// It may be called before the replica has joined.
  template <class Out>
  submitted submit(operation op, Out& out) {
    auto result = push(std::move(op));
    pump(out);
    return result;
  }

  /// The same for a transaction, or with a condition.
  template <class Out>
  submitted submit(submission<Data> one, Out& out) {
    auto result = push(std::move(one));
    pump(out);
    return result;
  }

  /// Takes a submission without sending it, so that many go out as one parcel: call `pump` after
  /// the last one.
  submitted push(operation op) { return take(std::move(op)); }
  submitted push(submission<Data> one) { return take(std::move(one)); }
  /// The same for several, as a parcel: all of them are taken, with consecutive numbers from the
  /// one that is returned, or none.
  submitted push(parcel<Data> several) { return take(std::move(several)); }

  /// Takes a parcel that somebody else has sent already, in this client's name: the next
  /// submission, while nothing was undecided.
  void adopt(parcel_ptr<Data> sent) { outbox_.adopt(std::move(sent)); }

  /// The number of the next submission.
  [[nodiscard]] submission_number next() const noexcept { return outbox_.end(); }

  /// Sends what waits, if nothing is in flight.
  template <class Out>
  void pump(Out& out) {
    if (!joined() || outbox_.in_flight() || outbox_.waiting() == 0)
      return;
    const auto& launched = outbox_.launch(*id_, epoch_);
    counters_.full_parcels += outbox_.is_full() ? 1 : 0;
    out.send(launched);
  }

  /// Joins, for the first time or again: after a break, after leaving, or with another server.
  template <class Out>
  void connect(Out& out) {
    if (!closed())
      request_welcome(confirmed_ && !distrusted_ && !is_viewer ? std::optional{at_} : std::nullopt,
                      out);
  }

  /// The server is gone and has a successor, which is told what the other may not have heard: that
  /// this one is a member, or that it has left.
  template <class Out>
  void reconnect(Out& out) {
    if (away())
      out.send_leave();
    else
      connect(out);
  }

  /// Leaves. The copy stays as it is, and what has no receipt waits until `connect` or `close`.
  template <class Out>
  void leave(Out& out) {
    if (phase_ == phase::joined || phase_ == phase::joining) {
      phase_ = phase::away;
      out.send_leave();
    }
  }

  /// Ends: what has no receipt gets `unknown` with `reason`, and new submissions are refused with
  /// it.
  template <class Out>
  void close(reason why, Out& out) {
    if (closed())
      return;
    leave(out);
    phase_ = phase::closed;
    why_closed_ = std::move(why);
    const auto first = outbox_.unsettled();
    const auto end = outbox_.end();
    outbox_.clear();
    for (auto number = first; number != end; ++number)
      out.settled(number, receipt::unknown(why_closed_));
  }

  template <class Out>
  void receive(const welcome<Data>& from, Out& out) {
    if (phase_ != phase::joining || from.attempt != attempt_)
      return; // the answer to an earlier request
    const bool same_epoch = epoch_ == from.epoch;
    if (!from.snapshot && !(same_epoch && confirmed_))
      return request_welcome(std::nullopt, out); // it leads on from a copy that is not here
    const bool remembered = same_epoch && id_ == from.you;
    phase_ = phase::joined;
    id_ = from.you;
    epoch_ = from.epoch;
    if (from.snapshot)
      take_snapshot({from.epoch, from.at, from.snapshot}, out);
    if (!remembered)
      give_up(same_epoch ? "too old: the server no longer remembers this client"_reason
                         : "the server that it was sent to is gone"_reason,
              out);
    if constexpr (!is_viewer)
      if (!from.snapshot && !apply_missed(from, out))
        return;
    acknowledged_.begin({from.lag, from.lag_bytes});
    settle(from.answered, out);
    if (remembered && joined() && outbox_.in_flight())
      out.send(outbox_.relaunch(*id_, epoch_));
    pump(out);
  }

  template <class Out>
  void receive(const batch<Data>& from, Out& out) {
    static_assert(!is_viewer, "a shared view shows the data at the ends of batches only: it has no "
                              "operations to apply");
    if (!joined())
      return; // the welcome that is on its way covers it
    if (from.epoch != epoch_ || from.first != at_ + 1)
      return resync(out);
    if (!apply(from, out))
      return;
    if (acknowledged_.is_due(amount_of(from)))
      out.send_reached(at_);
    pump(out);
  }

  /// What a viewer is shown; it acknowledges each.
  template <class Out>
  requires is_viewer void receive(const snapshot<Data>& from, Out& out) {
    if (!joined() || from.epoch != epoch_)
      return; // the welcome that is on its way covers it
    if (from.at > at_)
      take_snapshot(from, out);
    out.send_reached(at_);
  }

  template <class Out>
  void receive(const answers& from, Out& out) {
    if (!joined() || from.epoch != epoch_ || from.to != *id_)
      return;
    if (from.last() > at_)
      return resync(out);
    settle(from, out);
    pump(out);
  }

  template <class Out>
  void receive(const suspended& from, Out& out) {
    if (!joined() || from.epoch != epoch_)
      return;
    ++counters_.suspensions;
    connect(out);
  }

private:
  enum class phase { away, joining, joined, closed };

  template <class Submission>
  submitted take(Submission one) {
    if (closed())
      return {0, receipt::refused(why_closed_)};
    if (auto why_not = outbox_.refuses(one)) {
      counters_.overloaded += why_not->what == receipt::kind::overloaded ? 1 : 0;
      return {0, std::move(*why_not)};
    }
    return {outbox_.push(std::move(one)), {}};
  }

  template <class Out>
  void request_welcome(std::optional<version> known, Out& out) {
    phase_ = phase::joining;
    out.send(join_request{id_, epoch_, known, outbox_.unsettled(), ++attempt_, is_viewer});
  }

  template <class Out>
  void resync(Out& out) {
    ++counters_.resyncs;
    connect(out);
  }

  template <class Out>
  void take_snapshot(const snapshot<Data>& from, Out& out) {
    confirmed_.emplace(from.data);
    distrusted_ = false;
    at_ = from.at;
    if (!out.observes())
      return;
    if constexpr (is_viewer)
      out.changed(from);
    else
      out.changed(change<Data>{at_, client_id::server, 0, 0, {}, confirmed()});
  }

  template <class Out>
  bool apply_missed(const welcome<Data>& from, Out& out) {
    for (const auto& missed : from.missed) {
      if (missed->epoch != epoch_ || missed->first != at_ + 1) {
        resync(out);
        return false;
      }
      if (!apply(*missed, out))
        return false;
    }
    return true;
  }

  template <class Out>
  bool apply(const batch<Data>& from, Out& out) {
    if (!(out.observes() ? apply_each(from, out) : apply_all(from, out)))
      return false;
    version next = from.first;
    for (const run& part : from.runs) {
      if (part.by == *id_)
        settle(part, next, out);
      next += part.versions();
    }
    return true;
  }

  // With observers: every version is shown before the next one is made.
  template <class Out>
  bool apply_each(const batch<Data>& from, Out& out) {
    return for_each_entry(from, [&](const entry<Data>& next) {
      for (const auto& op : next.operations)
        if (!apply_one(confirmed_->write(), op, next.at, out))
          return false;
      at_ = next.at;
      out.changed(change<Data>{at_, next.by, next.number, next.time, next.operations, confirmed()});
      return true;
    });
  }

  template <class Out>
  bool apply_all(const batch<Data>& from, Out& out) {
    outcome why;
    const auto applied = reducer<Data>::apply(confirmed_->write(), from.operations, why);
    if (applied == from.operations.size()) {
      at_ = from.last;
      return true;
    }
    const operation* failed = from.operations.data() + applied;
    for_each_entry(from, [&](const entry<Data>& next) {
      if (failed < next.operations.data() + next.operations.size())
        return false;
      at_ = next.at;
      return true;
    });
    diverge(*failed, at_ + 1, why, out);
    return false;
  }

  template <class Out>
  bool apply_one(Data& data, const operation& op, version next, Out& out) {
    auto result = reducer<Data>::step(data, op);
    if (!result)
      diverge(op, next, result, out);
    return result.accepted();
  }

  // An accepted operation that is refused here means that this copy is not what the server has.
  template <class Out>
  void diverge(const operation& op, version next, const outcome& why, Out& out) {
    ++counters_.diverged;
    distrusted_ = true;
    out.diverged(next, op, why.reason());
    if (joined()) // unless it was told to leave or to close
      connect(out);
  }

  // Own submissions that stand behind a refused one wait for the answers, which speak of all.
  template <class Out>
  void settle(const run& own, version first, Out& out) {
    const auto number = outbox_.unsettled();
    const auto end = std::min(own.number + own.versions(), outbox_.in_flight_end());
    if (own.number > number || end <= number)
      return;
    const auto count = static_cast<std::size_t>(end - number);
    outbox_.settle(count);
    out.accepted(number, count, first + (number - own.number));
  }

  template <class Out>
  void settle(const answers& from, Out& out) {
    from.for_each([&](submission_number number, const receipt& what) {
      if (outbox_.in_flight() && number == outbox_.unsettled())
        out.settled(outbox_.settle(), what);
    });
  }

  template <class Out>
  void give_up(const reason& why, Out& out) {
    for (const auto end = outbox_.in_flight_end(); outbox_.unsettled() < end;)
      out.settled(outbox_.settle(), receipt::unknown(why));
  }

  phase phase_ = phase::away;
  reason why_closed_;
  std::optional<client_id> id_;
  epoch_id epoch_{};
  std::uint64_t attempt_ = 0;
  std::optional<copy_on_write<Data>> confirmed_;
  version at_ = 0;
  bool distrusted_ = false;
  acknowledgements acknowledged_;
  outbox<Data> outbox_;
  replica_counters counters_;
};

} // namespace libsync
