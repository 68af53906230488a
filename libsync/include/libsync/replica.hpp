#pragma once

/// The client's decisions as a value.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <type_traits>
#include <utility>

#include "libsync/change.hpp"
#include "libsync/counters.hpp"
#include "libsync/detail/client/acknowledgements.hpp"
#include "libsync/detail/client/confirmed_copy.hpp"
#include "libsync/detail/client/due_receipts.hpp"
#include "libsync/detail/client/member_state.hpp"
#include "libsync/detail/client/outbox.hpp"
#include "libsync/detail/client/shared_copy.hpp"
#include "libsync/identity.hpp"
#include "libsync/ids.hpp"
#include "libsync/limits.hpp"
#include "libsync/result.hpp"
#include "libsync/shared_view.hpp"
#include "libsync/sinks.hpp"
#include "libsync/submission.hpp"

namespace libsync {

namespace detail {

template <class Data>
class own_record;

} // namespace detail

/// One client's copy of the data. It applies exactly the server's sequence of versions, checks that
/// they are contiguous, and joins again when they are not. Submissions get numbers, go out in
/// parcels, one in flight, and are settled in order, each once, after the copy shows them.
///
/// What is to be sent or told is handed to `out`, a `replica_sink`, in order. With `shared_view` it
/// holds the server's snapshots instead of a copy of its own; then `out.changed` is told of each
/// `const snapshot<Data>&`, and nothing can diverge. With `optimistic` (libsync/optimistic.hpp) it
/// shows its own submissions at once; `out.changed` is told of no single operation, but of what is
/// shown after each batch and submission.
///
/// *Calls from within.* At each of these calls its own state is final, so `out` may call anything
/// but `receive`: submit, leave, connect, close. Nothing more is told of changes then that came
/// after leaving or closing. Receipts keep their order: those that fall due within a call are told
/// after those that were due before; when `close` returns, all are told.
///
/// *Exceptions.* What a call throws (std::bad_alloc, or what copying the data throws) leaves the
/// replica whole. `push` has taken nothing then. After any other call `recover` sets right what may
/// not have been sent; if that throws too it may be called again, or `close`.
///
/// Deterministic; reads no clock; one thread at a time.
template <class Data, replica_mode Mode = own_copy>
class replica {
public:
  using operation = typename Data::operation;
  static constexpr bool is_viewer = std::is_same_v<Mode, shared_view>;
  static constexpr bool is_optimistic = std::is_same_v<Mode, optimistic>;

  /// Shows its data in `copy`, which other threads may read, or in its own. Joins, as `who`, are
  /// numbered after `attempts`. Throws std::invalid_argument if a limit is 0.
  explicit replica(const limits& bounds = {}, detail::copy_ptr<Data, Mode> copy = nullptr,
                   std::uint64_t attempts = 0, identity_ptr<Data> who = {})
      : member_(attempts, std::move(who)), copy_(std::move(copy)), outbox_(bounds.checked()) {}

  /// Whether it has data that can be read: from the first welcome on, also while it is cut off or
  /// closed; but not while it waits for a snapshot to replace what has diverged.
  [[nodiscard]] bool has_data() const noexcept { return copy_.has_data(); }

  /// The data that it shows, and with `version()`, shared. There must be some.
  [[nodiscard]] const Data& shown() const noexcept { return copy_.data(); }
  [[nodiscard]] snapshot<Data> read() { return copy_.read(); }
  /// The data at `version()`; if it is optimistic, as a `snapshot`, which may be a copy.
  [[nodiscard]] decltype(auto) confirmed() const { return copy_.confirmed(); }
  /// Returns how each submission without a receipt stands, in order.
  [[nodiscard]] auto pending() const {
    static_assert(is_optimistic, "libsync: a client that is not optimistic shows nothing that is "
                                 "pending: make it with the mode libsync::optimistic");
    return copy_.pending();
  }

  /// For the library's own use.
  [[nodiscard]] const auto& copy() const noexcept requires is_optimistic { return copy_; }
  /// Tells an `undo_stack` (libsync/undo.hpp) of its own submissions; of none if `to` is null.
  void record(detail::own_record<Data>* to) requires is_optimistic { copy_.record(to); }

  [[nodiscard]] libsync::version version() const noexcept { return copy_.version(); }
  /// The version of the snapshot from which the data have come by operations.
  [[nodiscard]] libsync::version since() const noexcept { return copy_.since(); }
  [[nodiscard]] epoch_id epoch() const noexcept { return member_.epoch(); }
  [[nodiscard]] std::optional<client_id> id() const noexcept { return member_.id(); }
  [[nodiscard]] bool joined() const noexcept { return member_.joined(); }
  /// Whether it neither is a member nor is about to become one, and may still do so.
  [[nodiscard]] bool away() const noexcept { return member_.away(); }
  [[nodiscard]] bool closed() const noexcept { return member_.closed(); }
  /// The reason for which it is closed; empty if it is not.
  [[nodiscard]] const libsync::reason& reason() const noexcept { return member_.why_closed(); }

  /// Returns how many submissions have no receipt, how many of these wait, how many more it takes.
  [[nodiscard]] std::size_t undecided() const noexcept { return outbox_.size(); }
  [[nodiscard]] std::size_t waiting() const noexcept { return outbox_.waiting(); }
  [[nodiscard]] std::size_t room() const noexcept { return closed() ? 0 : outbox_.room(); }
  [[nodiscard]] const replica_counters& counters() const noexcept { return counters_; }

  /// Takes a submission and sends it if nothing is in flight; else it goes with the next parcel.
  /// It may be called before the replica has joined.
  template <class Out>
  result<submission_number, receipt> submit(operation op, Out& out) {
    return pump(push(std::move(op)), out);
  }

  /// The same for a transaction, or with a condition.
  template <class Out>
  result<submission_number, receipt> submit(submission<Data> one, Out& out) {
    return pump(push(std::move(one)), out);
  }

  /// Takes a submission without sending it, so that many go out as one parcel: then call `pump`.
  result<submission_number, receipt> push(operation op) { return take(std::move(op)); }
  result<submission_number, receipt> push(submission<Data> one) { return take(std::move(one)); }
  /// The same for several, as a parcel: all of them are taken, with consecutive numbers from the
  /// one that is returned, or none.
  result<submission_number, receipt> push(parcel<Data> several) { return take(std::move(several)); }

  /// Takes a parcel that somebody else has sent already, in this client's name: the next
  /// submission, while nothing was undecided.
  void adopt(parcel_ptr<Data> sent) noexcept { outbox_.adopt(std::move(sent)); }

  /// The number of the next submission.
  [[nodiscard]] submission_number next() const noexcept { return outbox_.end(); }

  /// Sends what waits, if nothing is in flight. Within `receive` that comes at its end.
  template <class Out>
  void pump(Out& out) {
    if constexpr (is_optimistic)
      tell_news(out);
    if (!joined() || member_.is_busy() || outbox_.in_flight() || outbox_.waiting() == 0)
      return;
    const auto launched = outbox_.launch(*id(), epoch());
    counters_.full_parcels += outbox_.is_full() ? 1 : 0;
    out.send(launched);
  }

  /// Joins, for the first time or again: after a break, after leaving, or with another server.
  template <class Out>
  void connect(Out& out) {
    detail::check_replica_sink<Out, Data, Mode>();
    if (!closed())
      request_welcome(detail::known_to(copy_), out);
  }

  /// The server is gone and has a successor, which is told what the other may not have heard: that
  /// this one is a member, or that it has left.
  template <class Out>
  void reconnect(Out& out) {
    if (away())
      member_.say_left(out);
    else
      connect(out);
  }

  /// Sets right what may not have been sent or done, because a call has thrown: joins again.
  template <class Out>
  void recover(Out& out) {
    ++counters_.recovered;
    reconnect(out);
  }

  /// Leaves. The copy stays as it is, and what has no receipt waits until `connect` or `close`.
  template <class Out>
  void leave(Out& out) {
    if (member_.leave())
      member_.say_left(out);
  }

  /// Ends: what has no receipt gets `unknown` with `why`, and new submissions are refused with it.
  template <class Out>
  void close(libsync::reason why, Out& out) {
    if (closed())
      return;
    const bool was_here = member_.close(std::move(why));
    due_.close(outbox_, reason());
    if constexpr (is_optimistic)
      static_cast<void>(copy_.follow(outbox_.unsettled()));
    due_.tell_all(out);
    if (was_here)
      out.send_leave();
  }

  template <class Out>
  void receive(const welcome<Data>& from, Out& out) {
    if (!member_.awaits(from.attempt))
      return member_.overhear(out); // the answer to an earlier request
    if (!from.refused.empty())
      return close(from.refused, out);
    const bool same_epoch = epoch() == from.epoch;
    if (!from.snapshot && !(same_epoch && has_data()))
      return request_welcome(std::nullopt, out); // it leads on from a copy that is not here
    due_.make_room(detail::due_receipts::most_of(from.last_reply) + 1);
    const bool remembered = same_epoch && id() == from.you;
    member_.enter(from.you, from.epoch);
    if (!remembered)
      due_.give_up(outbox_, same_epoch
                                ? "too old: the server no longer remembers this client"_reason
                                : "the server that it was sent to is gone"_reason);
    if (!catch_up(from, out))
      return;
    acknowledged_.begin({from.lag, from.lag_bytes});
    if (remembered && outbox_.in_flight())
      out.send(parcel_ptr<Data>{outbox_.relaunch(*id(), epoch())});
    pump(out);
  }

  template <class Out>
  void receive(const batch_ptr<Data>& from, Out& out) {
    static_assert(!is_viewer, "a shared view shows the data at the ends of batches only: it has no "
                              "operations to apply");
    if (!joined())
      return member_.overhear(out); // the welcome that is on its way covers it
    if (from->epoch != epoch() || from->first != version() + 1)
      return resync(out);
    if (!member_.stays([&] { return apply(from, out); }))
      return;
    if (acknowledged_.is_due(amount_of(*from)))
      out.send_acknowledgement(version());
    pump(out);
  }

  /// What a viewer is shown; it acknowledges each.
  template <class Out>
  requires is_viewer void receive(const snapshot<Data>& from, Out& out) {
    if (!joined() || from.epoch != epoch())
      return member_.overhear(out); // the welcome that is on its way covers it
    if (from.version > version() && !member_.stays([&] {
          copy_.take(from);
          return show(out);
        }))
      return;
    out.send_acknowledgement(version());
    pump(out);
  }

  template <class Out>
  void receive(const reply& from, Out& out) {
    if (!joined() || from.epoch != epoch() || from.to != *id())
      return member_.overhear(out);
    if (from.last() > version())
      return resync(out);
    due_.make_room(detail::due_receipts::most_of(from));
    due_.settle(outbox_, from);
    if (tell(out))
      pump(out);
  }

  template <class Out>
  void receive(const suspended& from, Out& out) {
    if (!joined() || from.epoch != epoch())
      return member_.overhear(out);
    ++counters_.suspensions;
    connect(out);
  }

private:
  template <class Out>
  result<submission_number, receipt> pump(result<submission_number, receipt> pushed, Out& out) {
    pump(out);
    return pushed;
  }

  template <class Submission>
  result<submission_number, receipt> take(Submission one) {
    if (closed())
      return result<submission_number, receipt>::failed(receipt::refused(reason()));
    if (auto why_not = outbox_.refuses(one)) {
      counters_.overloaded += why_not->what == receipt::kind::overloaded ? 1 : 0;
      return result<submission_number, receipt>::failed(std::move(*why_not));
    }
    typename decltype(copy_)::staged staged{copy_, one, next()};
    const auto number = outbox_.push(std::move(one));
    staged.keep();
    return number;
  }

  template <class Out>
  void request_welcome(std::optional<libsync::version> known, Out& out) {
    out.send(member_.ask(known, outbox_.unsettled(), is_viewer));
  }

  template <class Out>
  void resync(Out& out) {
    ++counters_.resyncs;
    connect(out);
  }

  // Applies a batch and tells of it. Returns whether this client is still a member that may go on.
  template <class Out>
  bool apply(const batch_ptr<Data>& from, Out& out) {
    // Those that stand behind a refused one wait for the reply, which speaks of all.
    const auto settle = [this](const detail::decision& accepted) noexcept {
      due_.settle(outbox_, accepted);
    };
    const auto attempt = member_.attempt();
    if (is_optimistic || !out.observes()) {
      const auto done = copy_.apply_all(from, *id(), due_, settle);
      return done.refused != nullptr ? diverge(*done.refused, done.why, out)
                                     : tell(out) && member_.is_still(attempt);
    }
    if constexpr (!is_optimistic) {
      const auto done = copy_.apply_each(*from, *id(), due_, settle, [&](const change<Data>& what) {
        show(what, out);
        return member_.is_still(attempt);
      });
      return done.refused != nullptr ? diverge(*done.refused, done.why, out) : done.whole;
    }
  }

  // detail/client/telling.hpp has these: what is told, and what a welcome leads to.
  template <class Out>
  bool catch_up(const welcome<Data>& from, Out& out);
  template <class Out>
  bool diverge(const operation& op, const outcome& why, Out& out);
  template <class Event, class Out>
  void show(const Event& what, Out& out);
  template <class Out>
  bool show(Out& out);
  template <class Out>
  bool tell(Out& out);
  template <class Out>
  void show_news(Out& out);
  template <class Out>
  void tell_news(Out& out);
  template <class Out>
  bool ask_anew(Out& out);

  detail::member_state member_;
  detail::confirmed_copy<Data, Mode> copy_;
  detail::acknowledgements acknowledged_;
  detail::outbox<Data> outbox_;
  detail::due_receipts due_;
  replica_counters counters_;
};

} // namespace libsync

#include "libsync/detail/client/telling.hpp"
