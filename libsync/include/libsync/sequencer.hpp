#pragma once

/// The server's decisions as a value.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <utility>

#include "libsync/change.hpp"
#include "libsync/context.hpp"
#include "libsync/counters.hpp"
#include "libsync/detail/refusals.hpp"
#include "libsync/detail/server/batch_log.hpp"
#include "libsync/detail/server/decider.hpp"
#include "libsync/detail/server/delivery.hpp"
#include "libsync/detail/server/effect_queue.hpp"
#include "libsync/detail/server/judge.hpp"
#include "libsync/detail/server/ledger.hpp"
#include "libsync/detail/server/members.hpp"
#include "libsync/detail/server/reply_in_progress.hpp"
#include "libsync/detail/server/submission_window.hpp"
#include "libsync/detail/shared.hpp"
#include "libsync/effects.hpp"
#include "libsync/ids.hpp"
#include "libsync/limits.hpp"
#include "libsync/protocol/batch.hpp"
#include "libsync/protocol/log.hpp"
#include "libsync/protocol/membership.hpp"
#include "libsync/protocol/parcel.hpp"
#include "libsync/protocol/reply.hpp"
#include "libsync/rules.hpp"
#include "libsync/sinks.hpp"
#include "libsync/size_of.hpp"
#include "libsync/snapshot.hpp"
#include "libsync/timers.hpp"

namespace libsync {

namespace detail {
struct insides; // for values that ask its members, or tell a journal
}

/// Puts all operations into one order. Every accepted submission gets the next version. Every
/// member receives exactly that sequence, from the version on with which it joined. Operations of
/// one client keep their order. Between clients the order of the calls decides.
///
/// Everything that must be sent is handed to `out`, a `sequencer_sink`, in sending order.
///
/// The sequencer changes before it hands anything to `out`, so it may outlive the server that
/// drives it. If that server stopped between two calls, another one goes on by `resume`. If it
/// stopped within a call, because memory ran out or `out` threw, another one goes on by
/// `begin_epoch`.
///
/// If a reducer throws and the data are as they were, the operation is refused. If the data may
/// have changed, a new epoch begins at once, in place. The submitter is answered "unknown", with
/// the reason. Every member is suspended, so that it joins again and takes a snapshot.
///
/// The `rules` say who may join and submit. An identity belongs to the id of its client, and
/// whoever claims the id of another identity gets a new one.
///
/// Deterministic; reads no clock; one thread at a time. `Route` is a totally ordered value by which
/// the caller reaches a client.
template <class Data, class Route>
class sequencer {
public:
  using operation = typename Data::operation;

  /// Throws std::invalid_argument if a limit is 0. `check` turns on checked mode, if the data are
  /// `checkable` (see `checker`).
  sequencer(Data initial, epoch_id epoch, const limits& bounds = {}, rules<Data> by = {},
            bool check = false)
      : limits_(bounds.checked()), ledger_(std::move(initial), epoch, bounds, check),
        delivery_(bounds), judge_(std::move(by)), timers_(bounds.timers) {}

  [[nodiscard]] epoch_id epoch() const noexcept { return accepted().epoch(); }
  [[nodiscard]] libsync::version version() const noexcept { return accepted().version(); }
  [[nodiscard]] const Data& data() const noexcept { return ledger_.data(); }
  [[nodiscard]] const detail::batch_log<Data>& kept() const noexcept { return accepted().kept(); }
  /// Returns the part of the log that is asked for, of what has been sent.
  [[nodiscard]] log_part<Data> read_log(const log_request& what) const {
    return accepted().part_after(what);
  }
  [[nodiscard]] std::size_t members() const noexcept { return delivery_.members().size(); }
  /// Returns who is reached by a route; nobody, if that is no member or is suspended.
  [[nodiscard]] auto who(const Route& route) { return judge_.who(member_at(route)); }
  [[nodiscard]] std::size_t absent() const noexcept { return delivery_.members().absent(); }
  [[nodiscard]] std::uint64_t absent_bytes() const noexcept {
    return delivery_.members().absent_bytes();
  }
  [[nodiscard]] std::size_t waiting_effects() const noexcept {
    return ledger_.waiting_effects().size();
  }
  /// An effect that is not done; null if it is, or was never asked for.
  [[nodiscard]] const typename effects<Data>::effect*
  waiting_effect(const effect_key& key) const noexcept {
    return ledger_.waiting_effects().find(key);
  }
  [[nodiscard]] submission_number own_submissions() const noexcept { return own_number_; }
  [[nodiscard]] const sequencer_counters& counters() const noexcept { return counters_; }

  /// Returns the data with their version. While somebody holds them, the next submission copies
  /// them.
  [[nodiscard]] snapshot<Data> read() { return ledger_.read(); }

  /// Keeps the data from which the log leads on, so that an audit can name the first version that
  /// differs: one copy, to which each operation is applied once more when the log lets it go.
  void keep_checkpoint() { ledger_.keep_checkpoint(); }

  /// Makes the client that is reached by `route` a member, in one step. The client receives the
  /// data of version v, and then versions v + 1, v + 2, ... Joining again is harmless.
  template <class Out>
  void join(const Route& route, const join_request& request, timestamp now, Out& out) {
    detail::check_sequencer_sink<Out, Data, Route>();
    const auto identity = request.identity.template as<Data>();
    const auto admitted = judge_.admit(identity);
    if (const auto* before = member_at(route);
        before &&
        !(admitted && before->asks(request, epoch()) && judge_.known().is(before->id(), identity)))
      leave(route, now, out); // somebody else is there now, or is not admitted any more
    if (!admitted) {
      ++counters_.not_admitted;
      return delivery_.turn_away(route, request, admitted.reason(), out);
    }
    flush(out);
    auto asked = request;
    if (asked.known && !judge_.known().is(*asked.known, identity))
      asked.known.reset(); // that is somebody else
    const auto before = members();
    const auto id = delivery_.welcome(route, asked, ledger_, limits_, counters_, out);
    judge_.known().note(id, identity);
    if (members() != before)
      submit_own(judge_.joined({id, now, version(), false, identity}), now, out);
  }

  /// Forgets the member that is reached by `route`, if there is one, because it left or died.
  template <class Out>
  void leave(const Route& route, timestamp now, Out& out) {
    if (const auto* leaving = member_at(route))
      forget(*leaving, now, out);
  }

  /// Decides a parcel. Each submission is applied or refused, once. Submissions that were decided
  /// before get the same answer again. A sender that is no member is told so.
  template <class Out>
  void submit(const Route& route, const parcel<Data>& submitted, timestamp now, Out& out) {
    if (submitted.count == 0)
      return;
    auto* by = delivery_.members().find(submitted.by);
    if (by == nullptr || by->route != route || submitted.epoch != epoch())
      return delivery_.turn_away(route, submitted, epoch(), out);
    auto& window = by->window;
    if (submitted.first < window.next) {
      counters_.repeated += std::min(window.next, submitted.end()) - submitted.first;
      delivery_.reply_later(route, detail::reply_again(window, submitted.first, submitted.end()));
    }
    if (submitted.end() > window.next)
      decide_all(*by, submitted, now, out);
    settle(now, out);
  }

  /// Sends the pending batch to all members, then the replies behind it, and runs effects.
  template <class Out>
  void flush(Out& out) {
    flush_asked_ = false;
    send_pending(out);
  }

  /// Notes that an effect is done now, or given up, after `out.run` said that it was not. Harmless
  /// if it was done before.
  void done(const effect_key& key) noexcept { ledger_.waiting_effects().done(key); }

  /// Hands an effect over again, unless it is done, or is yet to be handed over.
  template <class Out>
  void run_again(const effect_key& key, Out& out) {
    ledger_.waiting_effects().hand_over_again(key, out);
  }

  /// Decides an operation of the server's own, if there is one. Nobody gets its receipt.
  template <class Out>
  void submit_own(const std::optional<operation>& one, timestamp now, Out& out) {
    if (!one)
      return;
    detail::reply_in_progress unheard{{}, limits_.reasons};
    decide({client_id::server, now}, unheard, out)({++own_number_, 1, {&*one, 1}, nullptr});
    settle(now, out);
  }

  /// Operations that it submits itself at their time. They outlive servers and epochs.
  [[nodiscard]] libsync::timers<Data>& timers() noexcept { return timers_; }

  /// Submits what is due, each once. To be called by `timers().next()`. If an epoch begins within,
  /// the rest is due when it is called again.
  template <class Out>
  void fire(timestamp now, Out& out) {
    const auto decided = [this] { return counters_.decided() + ledger_.is_torn(); };
    timers_.fire(now, decided, [&, here = epoch()](const operation& op) {
      submit_own(op, now, out);
      return epoch() == here;
    });
  }

  /// Goes on after a server stopped between two calls. Nothing is missing, so the epoch goes on.
  /// Sends what waited for a flush, and runs effects again that are not done.
  template <class Out>
  void resume(Out& out) {
    ledger_.waiting_effects().begin_life();
    flush(out);
  }

  /// Goes on after a server stopped within a call, so that the fate of the current submission is
  /// unknown. The epoch `next` begins with the data as they are, and its beginning takes the next
  /// version. The epoch has no members, and earlier submissions are not remembered. So conditions
  /// that name an earlier version do not hold, and versions never go back. If this throws, it may
  /// be called again, with another epoch.
  template <class Out>
  void begin_epoch(epoch_id next, timestamp now, Out& out) {
    ledger_.begin(next);
    ledger_.waiting_effects().begin_life();
    delivery_.suspend_all();
    tell_of_epoch(now, out);
    while (members() != 0)
      forget(*delivery_.members().begin(), now, out);
    delivery_.members().clear();
    judge_.known().clear();
    flush(out);
  }

  /// Calls `visit(route)` for each member.
  template <class Visit>
  void for_each_member(Visit visit) {
    for (const auto& one : delivery_.members())
      visit(one.route);
  }

  /// Notes that a member has reached a version. A viewer may be shown a newer one then.
  template <class Out>
  void acknowledge(const Route& route, libsync::version latest, Out& out) {
    delivery_.acknowledge(route, latest, ledger_, counters_, out);
  }

private:
  friend detail::insides;

  [[nodiscard]] const detail::accepted_log<Data>& accepted() const noexcept {
    return ledger_.accepted();
  }

  [[nodiscard]] detail::member<Route>* member_at(const Route& route) {
    return delivery_.members().find(route);
  }

  // `on_left` is asked first, so that it is asked again where it throws.
  template <class Out>
  void forget(const detail::member<Route>& leaving, timestamp now, Out& out) {
    const auto last_word = judge_.left(leaving.id());
    delivery_.remove(leaving, ledger_, counters_);
    judge_.known().follow(delivery_.members());
    submit_own(last_word, now, out);
  }

  template <class Out>
  void decide_all(detail::member<Route>& by, const parcel<Data>& submitted, timestamp now,
                  Out& out) {
    const submission_number first = std::max(submitted.first, by.window.next);
    detail::reply_in_progress progress{
        {by.id(), epoch(), version(), first, submitted.end() - first, {}}, limits_.reasons};
    decide({by.id(), now, 0, false, judge_.known().of(by.id())}, progress, out)
        .decide(submitted, first);
    delivery_.settle(by, submitted, first, progress.told());
  }

  template <class Out>
  auto decide(context<Data> how, detail::reply_in_progress& told, Out& out) {
    const auto room = [this, &out](std::span<const operation> more) { make_room(more, out); };
    return detail::decider{ledger_, judge_, limits_, counters_, std::move(how), told, out, room};
  }

  // Sends the pending batch if these operations would not fit: before they are decided, not after
  // the one before, so that members have something to do meanwhile. So it is where the limit
  // of effects is met, since those that wait for a flush may be done once they have had their turn.
  template <class Out>
  void make_room(std::span<const operation> more, Out& out) {
    if (!accepted().has_pending())
      return;
    const bool is_full = !(accepted().pending() + amount_of(more)).within(limits_.of_batch());
    counters_.full_batches += is_full ? 1 : 0;
    if (is_full || ledger_.waiting_effects().full())
      send_pending(out);
  }

  template <class Out>
  void send_pending(Out& out) {
    delivery_.send_pending(ledger_, counters_, out);
    ledger_.waiting_effects().hand_over(out);
  }

  // Asks once for as long as something waits. Where nothing is to be broadcast there is nothing to
  // gather either, so replies alone go out at once.
  template <class Out>
  void ask_for_flush(Out& out) {
    if (!accepted().has_pending())
      flush(out);
    else if (!std::exchange(flush_asked_, true))
      out.ask_for_flush();
  }

  // Ends each call that decides something.
  template <class Out>
  void settle(timestamp now, Out& out) {
    if (ledger_.is_torn())
      begin_anew(now, out);
    else
      ask_for_flush(out);
  }

  // The data may be neither what they were nor what they should be. In a new epoch every client
  // gets them as they are. Its members are those of the old one, who come by the same routes.
  template <class Out>
  void begin_anew(timestamp now, Out& out) {
    flush(out);
    const auto ended = epoch();
    ledger_.begin(epoch_after(epoch(), version()));
    ++counters_.new_epochs;
    tell_of_epoch(now, out);
    delivery_.tell_all_suspended(ended, out);
  }

  template <class Out>
  void tell_of_epoch(timestamp now, Out& out) {
    if (out.observes())
      out.changed(change<Data>{{version(), client_id::server, 0, now, {}}, data()});
  }

  limits limits_;
  detail::ledger<Data> ledger_;
  detail::delivery<Data, Route> delivery_;
  detail::judge<Data> judge_;
  libsync::timers<Data> timers_;
  submission_number own_number_ = 0;
  bool flush_asked_ = false;
  sequencer_counters counters_;
};

} // namespace libsync
