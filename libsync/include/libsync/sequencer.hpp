#pragma once

/// The server's decisions as a value.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "libsync/answers.hpp"
#include "libsync/batch.hpp"
#include "libsync/change.hpp"
#include "libsync/copy_on_write.hpp"
#include "libsync/counters.hpp"
#include "libsync/effect_queue.hpp"
#include "libsync/effects.hpp"
#include "libsync/ids.hpp"
#include "libsync/journal.hpp"
#include "libsync/limits.hpp"
#include "libsync/log.hpp"
#include "libsync/members.hpp"
#include "libsync/parcel.hpp"
#include "libsync/receipt.hpp"
#include "libsync/refusals.hpp"
#include "libsync/size_of.hpp"
#include "libsync/traffic.hpp"
#include "libsync/transaction.hpp"
#include "libsync/welcome.hpp"
#include "libsync/window.hpp"

namespace libsync {

/// Puts all operations into one order. Every accepted submission gets the next version; every
/// member gets exactly that sequence, from the version on at which it joined. Operations of one
/// client keep their order; between clients the order of the calls decides.
///
/// What is to be sent is handed to `out`, in sending order, by these calls:
///
///     out.send(route, welcome_ptr<Data>), out.send(route, batch_ptr<Data>),
///     out.send(route, answers_ptr), out.send(route, suspended{})
///     out.send(route, const snapshot<Data>&)   // to a viewer
///     out.ask_for_flush()                  // call flush() once all that waits now is handled
///     out.run(effect_key, effect) -> bool  // a side effect, after commit; whether it is done
///     out.observes() -> bool               // whether anybody wants to be told
///     out.changed(const change<Data>&)     // accepted
///     out.refused(client_id, submission_number, std::span<const operation>, reason)
///
/// It is changed before anything is handed to `out`, so it may outlive the server that drives it:
/// `resume` lets another one go on where that one stopped between two calls, and `begin_epoch`
/// where it stopped within one.
///
/// Deterministic; reads no clock; one thread at a time. `Route` is a totally ordered value by which
/// the caller reaches a client.
template <class Data, class Route>
class sequencer {
public:
  using operation = typename Data::operation;

  /// What the server itself submits when it forgets a member; nothing where there is nothing to
  /// say.
  using on_left_function = std::function<std::optional<operation>(client_id)>;

  /// Throws std::invalid_argument if a limit is 0.
  sequencer(Data initial, epoch_id epoch, const limits& bounds = {}, on_left_function on_left = {})
      : limits_(bounds.checked()), journal_(epoch, bounds.of_log()), data_(std::move(initial)),
        members_(bounds.absent, bounds.absent_bytes), traffic_(bounds.of_lag()),
        on_left_(std::move(on_left)), waiting_effects_(bounds.effects) {}

  [[nodiscard]] epoch_id epoch() const noexcept { return journal_.epoch(); }
  [[nodiscard]] version at() const noexcept { return journal_.at(); }
  [[nodiscard]] const Data& data() const noexcept { return data_.read(); }
  [[nodiscard]] const log<Data>& kept() const noexcept { return journal_.kept(); }
  [[nodiscard]] std::size_t members() const noexcept { return members_.size(); }
  [[nodiscard]] bool has_member(const Route& route) { return members_.find(route) != nullptr; }
  [[nodiscard]] std::size_t absent() const noexcept { return members_.absent(); }
  [[nodiscard]] std::uint64_t absent_bytes() const noexcept { return members_.absent_bytes(); }
  [[nodiscard]] std::size_t waiting_effects() const noexcept { return waiting_effects_.size(); }
  [[nodiscard]] const sequencer_counters& counters() const noexcept { return counters_; }

  /// Returns the data with their version; needs no membership. While somebody holds them, the next
  /// submission copies the data once, even if it is then refused.
  [[nodiscard]] snapshot<Data> read() { return {epoch(), at(), data_.share()}; }

  /// Makes whoever is reached by `route` a member, in one step: it gets the data at version v, and
  /// from then on v + 1, v + 2, ... Joining again is harmless, whatever the reason.
  template <class Out>
  void join(const Route& route, const join_request& request, timestamp now, Out& out) {
    if (const auto* before = members_.find(route); before && !before->asks(request, epoch()))
      leave(route, now, out); // somebody else is there now
    flush(out);
    auto& joined = members_.admit(route, request, epoch(), at());
    joined.begin(at(), traffic_.sent(), request.is_viewer);
    if (request.is_viewer)
      data_.keep_spares(2); // viewers look at one snapshot while the next one is made
    auto reply = make_welcome<Data>(joined.window, request, epoch(), at(), limits_);
    if (auto missed = request.at ? journal_.since(request.epoch, *request.at) : std::nullopt) {
      reply->missed = std::move(*missed);
      ++counters_.catch_ups;
    } else {
      reply->snapshot = data_.share();
      ++counters_.snapshots;
      counters_.past_log += request.at && request.epoch == epoch() && *request.at < at() ? 1 : 0;
    }
    out.send(route, welcome_ptr<Data>{std::move(reply)});
  }

  /// Forgets the member that is reached by `route`, if there is one: it left, or died.
  template <class Out>
  void leave(const Route& route, timestamp now, Out& out) {
    const auto* leaving = members_.find(route);
    if (leaving == nullptr)
      return;
    const client_id id = leaving->id();
    const bool was_viewer = leaving->is_viewer;
    counters_.forgotten += members_.remove(*leaving);
    if (was_viewer && !members_.has_viewers())
      data_.keep_spares(0);
    if (auto last_word = on_left_ ? on_left_(id) : std::nullopt) {
      answers_in_progress unheard{{}, limits_.reasons};
      decide_plain(client_id::server, ++own_number_, {&*last_word, 1}, now, unheard, out);
      ask_for_flush(out);
    }
  }

  /// Decides a parcel: each submission is applied or refused, once. What was decided before is
  /// answered as before; who is no member is told so.
  template <class Out>
  void submit(const Route& route, const parcel<Data>& submitted, timestamp now, Out& out) {
    if (submitted.count == 0)
      return;
    auto* by = members_.find(submitted.by);
    if (by == nullptr || by->route != route || submitted.epoch != epoch()) {
      const bool was_one = submitted.epoch == epoch() && members_.has_named(submitted.by);
      return out.send(route, std::make_shared<const answers>(answer_stranger(submitted, was_one)));
    }
    auto& window = by->window;
    if (submitted.first < window.next) {
      counters_.repeated += std::min(window.next, submitted.end()) - submitted.first;
      answer_later(route, answer_again(window, submitted.first, submitted.end()));
    }
    if (submitted.end() > window.next)
      decide_all(*by, submitted, now, out);
    ask_for_flush(out);
  }

  /// Sends the pending batch to all members, then the answers that wait behind it, and runs
  /// effects.
  template <class Out>
  void flush(Out& out) {
    flush_asked_ = false;
    send_pending(out);
  }

  /// An effect that `out.run` said was not done is done now. Harmless if it was reported before.
  void finish(const effect_key& key) { waiting_effects_.finish(key); }

  /// Goes on where a server stopped between two calls: nothing is missing, so the epoch goes on.
  /// What waited for a flush is sent, and effects that are not reported done are run again.
  template <class Out>
  void resume(Out& out) {
    waiting_effects_.begin_life();
    flush(out);
  }

  /// Goes on where a server stopped within a call, so that nobody knows what became of the
  /// submission at hand: `next` begins with the data as they are, at a version of its own, which is
  /// the next one. Nobody is a member, and nothing that was submitted before is remembered. So
  /// conditions that name a version before it do not hold, and no version ever goes back.
  template <class Out>
  void begin_epoch(epoch_id next, timestamp now, Out& out) {
    journal_.begin(next);
    pending_answers_.clear();
    waiting_effects_.begin_life();
    if (!effects_.empty()) // the data hold what asked for them
      waiting_effects_.take(epoch(), at(), effects_);
    if (out.observes())
      out.changed(change<Data>{at(), client_id::server, 0, now, {}, data()});
    while (members_.size() != 0)
      leave(members_.begin()->route, now, out);
    members_.clear();
    flush(out);
  }

  /// Calls `visit(route)` for each member.
  template <class Visit>
  void for_each_member(Visit visit) {
    for (const auto& one : members_)
      visit(one.route);
  }

  /// A member says which version it reached. A viewer may be shown a newer one then.
  template <class Out>
  void reached(const Route& route, version latest, Out& out) {
    auto* who = members_.find(route);
    if (who == nullptr || latest <= who->reached || latest > journal_.cut_at())
      return;
    who->reached = latest;
    who->acknowledged = traffic_.sent_by(latest, who->acknowledged);
    if (who->is_viewer && who->is_up_to_date() && latest < at() && !journal_.has_pending())
      show(*who, out); // else the flush that is due does so
  }

private:
  template <class Out>
  void decide_all(member<Route>& by, const parcel<Data>& submitted, timestamp now, Out& out) {
    const submission_number first = std::max(submitted.first, by.window.next);
    answers_in_progress progress{{by.id(), epoch(), at(), first, submitted.end() - first, {}},
                                 limits_.reasons};
    const auto end = submitted.first + leading(submitted, limits_.of_parcel());
    for_each_part(submitted, first, end, [&](const parcel_part<Data>& next) {
      if (next.how == nullptr)
        decide_plain(by.id(), next.first, next.operations, now, progress, out);
      else
        decide_special(by.id(), next, now, progress, out);
    });
    if (const auto beyond = std::max(first, end); beyond != submitted.end())
      progress.except(beyond, beyond_parcel(), submitted.end() - beyond);
    auto& told = progress.told();
    by.window.next = submitted.end();
    by.window.last = told;
    // The batch alone would not do where a part was answered again: that answer comes after it.
    if (!told.exceptions.empty() || submitted.first < first || by.is_viewer)
      answer_later(by.route, std::move(told));
  }

  // Single operations without a condition, as many at a time as can be accepted in one go.
  template <class Out>
  void decide_plain(client_id by, submission_number number, std::span<const operation> left,
                    timestamp now, answers_in_progress& told, Out& out) {
    const auto largest = by == client_id::server ? detail::most_bytes : limits_.submission_bytes;
    make_room(left.first(leading(left, limits_.of_batch(), largest)), out);
    while (!left.empty()) {
      outcome why;
      std::size_t accepted = 0;
      make_room(left.first(1), out);
      if (operation_size(left.front()) > largest) {
        why = libsync::refused(*too_large(amount_of(left.first(1)), limits_.of_submission()));
      } else if (!takes_effects(out)) {
        why = too_many_effects(waiting_effects_.size());
      } else if (has_effects || out.observes()) {
        why = reducer<Data>::step(data_.write(), left.front(), effects_);
        accepted = why ? 1 : 0;
      } else {
        const auto room = journal_.pending().left_of(limits_.of_batch());
        const auto due = std::max<std::size_t>(1, leading(left, room, largest));
        accepted = reducer<Data>::apply(data_.write(), left.first(due), why);
      }
      if (accepted != 0)
        accept(by, number, left.first(accepted), false, now, out);
      number += accepted;
      left = left.subspan(accepted);
      if (!why) {
        refuse(by, number, left.first(1), why.reason(), out);
        told.except(number++, receipt::refused(why.reason()));
        left = left.subspan(1);
      }
    }
  }

  template <class Out>
  void decide_special(client_id by, const parcel_part<Data>& next, timestamp now,
                      answers_in_progress& told, Out& out) {
    const auto answer = decide_wholly(by, next, now, out);
    if (answer && !answer->is_accepted())
      refuse(by, next.first, next.operations, answer->reason, out);
    if (answer)
      told.except(next.first, *answer);
  }

  // Returns the receipt, or nothing where it was simply accepted as the next version.
  template <class Out>
  std::optional<receipt> decide_wholly(client_id by, const parcel_part<Data>& next, timestamp now,
                                       Out& out) {
    if (auto why = too_large(amount_of(next.operations), limits_.of_submission()))
      return receipt::refused(std::move(*why));
    if (const auto& since = next.how->unchanged_since;
        since && journal_.latest_not_by(by) > *since) {
      ++counters_.conflicts;
      return changed_since(*since, at());
    }
    if (next.operations.empty())
      return receipt::accepted(at());
    if (!takes_effects(out))
      return receipt::refused(too_many_effects(waiting_effects_.size()).reason());
    make_room(next.operations, out);
    const bool whole = next.operations.size() > 1;
    const auto result = whole ? apply_wholly(data_, next.operations, effects_)
                              : reducer<Data>::step(data_.write(), next.operations[0], effects_);
    if (!result)
      return receipt::refused(result.reason());
    accept(by, next.first, next.operations, whole, now, out);
    return std::nullopt;
  }

  // Sends the pending batch if these operations would not fit: before they are decided, not after
  // the one before, so that members have something to do meanwhile.
  template <class Out>
  void make_room(std::span<const operation> more, Out& out) {
    if (!journal_.has_pending() ||
        (journal_.pending() + amount_of(more)).within(limits_.of_batch()))
      return;
    ++counters_.full_batches;
    send_pending(out);
  }

  // Whether there is room for more effects, once those that wait for a flush have had their turn.
  template <class Out>
  bool takes_effects(Out& out) {
    if (waiting_effects_.full() && journal_.has_pending())
      send_pending(out);
    counters_.full_effects += waiting_effects_.full() ? 1 : 0;
    return !waiting_effects_.full();
  }

  // Where somebody observes, or there are effects, it is told of one submission at a time.
  template <class Out>
  void accept(client_id by, submission_number number, std::span<const operation> operations,
              bool transaction, timestamp now, Out& out) {
    journal_.append(by, number, operations, transaction, now);
    counters_.accepted += transaction ? 1 : operations.size();
    if (!effects_.empty())
      waiting_effects_.take(epoch(), at(), effects_);
    if (out.observes())
      out.changed(change<Data>{at(), by, number, now, operations, data()});
  }

  template <class Out>
  void refuse(client_id by, submission_number number, std::span<const operation> operations,
              const reason& why, Out& out) {
    ++counters_.refused;
    out.refused(by, number, operations, why);
  }

  template <class Out>
  void send_pending(Out& out) {
    if (journal_.has_pending())
      send_batch(out);
    for (auto& [route, told] : std::exchange(pending_answers_, {})) {
      if (auto* to = members_.find(route); to && to->is_viewer && to->shown < at())
        show(*to, out);
      out.send(route, told);
    }
    waiting_effects_.hand_over(out);
  }

  template <class Out>
  void send_batch(Out& out) {
    ++counters_.batches;
    const auto sent = journal_.cut();
    // To the first author before all others, since that is where somebody waits for it.
    members_.for_each_beginning_with(sent->runs.front().by,
                                     [&](auto& receiver) { send_to(receiver, sent, out); });
    traffic_.add(sent->last, amount_of(*sent));
    journal_.trim(); // not before, since members wait
  }

  template <class Out>
  void send_to(member<Route>& receiver, const batch_ptr<Data>& sent, Out& out) {
    if (receiver.suspended)
      return;
    if (receiver.is_viewer) {
      if (receiver.is_up_to_date())
        show(receiver, out);
    } else if (traffic_.is_behind(receiver.acknowledged)) {
      receiver.suspended = true;
      ++counters_.suspended;
      out.send(receiver.route, suspended{epoch()});
    } else {
      out.send(receiver.route, sent);
    }
  }

  // Snapshots are taken at the end of a batch only, and only where a viewer waits for one: so the
  // next operation copies the data at most once a batch, and not at all while all are busy.
  template <class Out>
  void show(member<Route>& viewer, Out& out) {
    ++counters_.shown;
    viewer.shown = at();
    out.send(viewer.route, read());
  }

  // Answers wait for the flush, because they speak of versions that the batch before them carries.
  void answer_later(const Route& route, answers told) {
    pending_answers_.emplace_back(route, std::make_shared<const answers>(std::move(told)));
  }

  // Asks once for as long as something waits. Where nothing is to be broadcast there is nothing to
  // gather either, so answers alone go out at once.
  template <class Out>
  void ask_for_flush(Out& out) {
    if (!journal_.has_pending())
      flush(out);
    else if (!std::exchange(flush_asked_, true))
      out.ask_for_flush();
  }

  static constexpr bool has_effects = !std::is_same_v<typename effects<Data>::effect, no_effect>;

  limits limits_;
  journal<Data> journal_;
  copy_on_write<Data> data_;
  member_list<Route> members_;
  traffic traffic_;
  on_left_function on_left_;
  submission_number own_number_ = 0;
  bool flush_asked_ = false;
  std::vector<std::pair<Route, answers_ptr>> pending_answers_;
  effects<Data> effects_;
  effect_queue<Data> waiting_effects_;
  sequencer_counters counters_;
};

} // namespace libsync
