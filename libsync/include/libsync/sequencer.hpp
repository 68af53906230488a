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
#include <utility>
#include <vector>

#include "libsync/answers.hpp"
#include "libsync/batch.hpp"
#include "libsync/change.hpp"
#include "libsync/copy_on_write.hpp"
#include "libsync/counters.hpp"
#include "libsync/effects.hpp"
#include "libsync/ids.hpp"
#include "libsync/limits.hpp"
#include "libsync/log.hpp"
#include "libsync/members.hpp"
#include "libsync/parcel.hpp"
#include "libsync/receipt.hpp"
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
///     out.ask_for_flush()                  // call flush() once all that waits now is handled
///     out.run(version, effect)             // a side effect, after commit, in order
///     out.observes() -> bool               // whether anybody wants to be told
///     out.changed(const change<Data>&)     // accepted
///     out.refused(client_id, submission_number, std::span<const operation>, reason)
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
      : limits_(bounds.checked()), epoch_(epoch), data_(std::move(initial)), log_(bounds.log),
        members_(bounds.absent), on_left_(std::move(on_left)) {}

  [[nodiscard]] epoch_id epoch() const noexcept { return epoch_; }
  [[nodiscard]] version at() const noexcept { return pending_.last; }
  [[nodiscard]] const Data& data() const noexcept { return data_.read(); }
  [[nodiscard]] const log<Data>& kept() const noexcept { return log_; }
  [[nodiscard]] std::size_t members() const noexcept { return members_.size(); }
  [[nodiscard]] bool has_member(const Route& route) { return members_.find(route) != nullptr; }
  [[nodiscard]] std::size_t absent() const noexcept { return members_.absent(); }
  [[nodiscard]] const sequencer_counters& counters() const noexcept { return counters_; }

  /// Returns the data with their version; needs no membership. While somebody holds them, the next
  /// submission copies the data once, even if it is then refused.
  [[nodiscard]] snapshot<Data> read() { return {epoch_, at(), data_.share()}; }

  /// Makes whoever is reached by `route` a member, in one step: it gets the data at version v, and
  /// from then on v + 1, v + 2, ... Joining again is harmless, whatever the reason.
  template <class Out>
  void join(const Route& route, const join_request& request, timestamp now, Out& out) {
    if (const auto* before = members_.find(route); before && !continues(*before, request))
      leave(route, now, out); // somebody else is there now
    flush(out);
    auto& joined = admit(route, request);
    joined.suspended = false;
    joined.reached = at();
    auto reply = std::make_shared<welcome<Data>>();
    reply->you = joined.id();
    reply->epoch = epoch_;
    reply->at = at();
    reply->attempt = request.attempt;
    reply->lag = limits_.lag;
    reply->answered = joined.window.last;
    if (auto missed = missed_since(request)) {
      reply->missed = std::move(*missed);
      ++counters_.catch_ups;
    } else {
      reply->snapshot = data_.share();
      ++counters_.snapshots;
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
    members_.remove(*leaving);
    if (auto last_word = on_left_ ? on_left_(id) : std::nullopt) {
      static_cast<void>(decide(client_id::server, ++own_number_, *last_word, now, out));
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
    if (by == nullptr || by->route != route || submitted.epoch != epoch_)
      return turn_away(route, submitted, out);
    auto& window = by->window;
    if (submitted.first < window.next) {
      counters_.repeated += std::min(window.next, submitted.end()) - submitted.first;
      answer_later(route, answer_again(window, submitted.first, submitted.end()));
    }
    if (submitted.end() > window.next)
      decide_all(*by, submitted, now, out);
    ask_for_flush(out);
  }

  /// Sends the pending batch to all members, then the answers that wait behind it, then runs
  /// effects.
  template <class Out>
  void flush(Out& out) {
    flush_asked_ = false;
    if (has_pending())
      send_batch(out);
    for (auto& [route, told] : std::exchange(pending_answers_, {}))
      out.send(route, told);
    for (auto& [at, what] : std::exchange(pending_effects_, {}))
      out.run(at, what);
  }

  /// Calls `visit(route)` for each member.
  template <class Visit>
  void for_each_member(Visit visit) {
    for (const auto& one : members_)
      visit(one.route);
  }

  /// A member says which version it reached.
  void reached(const Route& route, version latest) {
    auto* who = members_.find(route);
    if (who != nullptr && latest > who->reached && latest < pending_.first)
      who->reached = latest;
  }

private:
  // Whether a request comes from the very client that is a member at its route already.
  [[nodiscard]] bool continues(const member<Route>& present, const join_request& request) const {
    if (request.known == present.id() && request.epoch == epoch_)
      return true;
    // It may not have heard its name yet; then it has submitted nothing under it.
    return present.window.last.count == 0 && present.window.next == request.first_unanswered;
  }

  member<Route>& admit(const Route& route, const join_request& request) {
    if (auto* present = members_.find(route))
      return *present;
    submission_window window;
    if (request.known && request.epoch == epoch_) {
      if (auto* moved = members_.find(*request.known)) {
        members_.move(*moved, route);
        return *moved;
      }
      if (members_.recall(*request.known, window))
        return members_.add(route, std::move(window));
    }
    window.by = client_id{++last_id_};
    window.next = request.first_unanswered;
    window.last.to = window.by;
    window.last.epoch = epoch_;
    window.last.before = at();
    window.last.first = window.next;
    return members_.add(route, std::move(window));
  }

  [[nodiscard]] std::optional<std::vector<batch_ptr<Data>>>
  missed_since(const join_request& request) const {
    if (!request.at || request.epoch != epoch_ || *request.at > at())
      return std::nullopt;
    if (*request.at == at())
      return std::vector<batch_ptr<Data>>{};
    return log_.since(*request.at);
  }

  template <class Out>
  void decide_all(member<Route>& by, const parcel<Data>& submitted, timestamp now, Out& out) {
    const submission_number first = std::max(submitted.first, by.window.next);
    answers told{by.id(), epoch_, at(), first, submitted.end() - first, {}};
    for_each_entry(submitted, first, [&](const parcel_entry<Data>& next) {
      auto verdict = next.how == nullptr ? decide_plain(by.id(), next, now, out)
                                         : decide_special(by.id(), next, now, out);
      if (verdict)
        told.exceptions.push_back({next.number, std::move(*verdict)});
    });
    by.window.next = submitted.end();
    by.window.last = told;
    // The batch alone would not do where a part was answered again: that answer comes after it.
    if (!told.exceptions.empty() || submitted.first < first)
      answer_later(by.route, std::move(told));
  }

  // What decides a submission returns its receipt, or nothing where it was accepted as the next
  // version, which needs no words.
  using verdict = std::optional<receipt>;

  template <class Out>
  verdict decide_plain(client_id by, const parcel_entry<Data>& next, timestamp now, Out& out) {
    if (auto result = decide(by, next.number, next.operations.front(), now, out); !result)
      return receipt::refused(result.reason());
    return std::nullopt;
  }

  template <class Out>
  verdict decide_special(client_id by, const parcel_entry<Data>& next, timestamp now, Out& out) {
    const auto& since = next.how->unchanged_since;
    if (since && latest_not_by(by) > *since)
      return conflict(*since, by, next, out);
    if (next.operations.empty())
      return receipt::accepted(at());
    if (next.operations.size() == 1)
      return decide_plain(by, next, now, out);
    if (auto result = decide_wholly(by, next, now, out); !result)
      return receipt::refused(result.reason());
    return std::nullopt;
  }

  template <class Out>
  receipt conflict(version since, client_id by, const parcel_entry<Data>& next, Out& out) {
    auto answer = receipt::refused("the data have changed since version " + std::to_string(since) +
                                   ": they are at version " + std::to_string(at()));
    answer.at = at();
    ++counters_.conflicts;
    refuse(by, next.number, next.operations, answer.reason, out);
    return answer;
  }

  // The last version that somebody else than `by` has made.
  [[nodiscard]] version latest_not_by(client_id by) const noexcept {
    return by == latest_by_ ? latest_by_since_ - 1 : at();
  }

  template <class Out>
  outcome decide(client_id by, submission_number number, const operation& op, timestamp now,
                 Out& out) {
    const std::size_t effects_before = effects_.size();
    auto result = reducer<Data>::step(data_.write(), op, effects_);
    if (result)
      accept(by, number, {&op, 1}, effects_before, now, out);
    else
      refuse(by, number, {&op, 1}, result.reason(), out);
    return result;
  }

  template <class Out>
  outcome decide_wholly(client_id by, const parcel_entry<Data>& next, timestamp now, Out& out) {
    if (pending_.operations.size() + next.operations.size() > limits_.batch && has_pending())
      send_batch(out); // so that a batch is larger than its limit only if one transaction is
    const std::size_t effects_before = effects_.size();
    auto result = apply_wholly(data_, next.operations, effects_);
    if (result)
      accept(by, next.number, next.operations, effects_before, now, out);
    else
      refuse(by, next.number, next.operations, result.reason(), out);
    return result;
  }

  template <class Out>
  void accept(client_id by, submission_number number, std::span<const operation> operations,
              std::size_t effects_before, timestamp now, Out& out) {
    ++counters_.accepted;
    append(by, number, operations, now);
    if (effects_.size() != effects_before)
      collect_effects();
    if (out.observes())
      out.changed(change<Data>{at(), by, number, now, operations, data()});
    if (pending_.operations.size() >= limits_.batch) {
      ++counters_.full_batches;
      send_batch(out);
    }
  }

  template <class Out>
  void refuse(client_id by, submission_number number, std::span<const operation> operations,
              const std::string& why, Out& out) {
    ++counters_.refused;
    out.refused(by, number, operations, why);
  }

  void append(client_id by, submission_number number, std::span<const operation> operations,
              timestamp now) {
    pending_.operations.insert(pending_.operations.end(), operations.begin(), operations.end());
    ++pending_.last;
    if (by != latest_by_) {
      latest_by_ = by;
      latest_by_since_ = at();
    }
    const bool whole = operations.size() > 1;
    if (!whole && !pending_.runs.empty()) {
      auto& latest = pending_.runs.back();
      if (!latest.transaction && latest.by == by && latest.at == now &&
          latest.number + latest.operations == number) {
        ++latest.operations;
        return;
      }
    }
    pending_.runs.push_back(
        run{by, number, static_cast<std::uint32_t>(operations.size()), whole, now});
  }

  [[nodiscard]] bool has_pending() const noexcept { return !pending_.runs.empty(); }

  void collect_effects() {
    for (const auto& what : effects_)
      pending_effects_.emplace_back(at(), what);
    effects_.clear();
  }

  template <class Out>
  void send_batch(Out& out) {
    ++counters_.batches;
    const version next = at() + 1;
    pending_.epoch = epoch_;
    auto sent = std::make_shared<const batch<Data>>(std::move(pending_));
    pending_ = {};
    pending_.first = next;
    pending_.last = next - 1;
    log_.append(sent);
    for (auto& receiver : members_)
      send_to(receiver, sent, out);
  }

  template <class Out>
  void send_to(member<Route>& receiver, const batch_ptr<Data>& sent, Out& out) {
    if (receiver.suspended)
      return;
    if (sent->first - 1 - receiver.reached > limits_.lag) {
      receiver.suspended = true;
      ++counters_.suspended;
      out.send(receiver.route, suspended{epoch_});
    } else {
      out.send(receiver.route, sent);
    }
  }

  // Answers wait for the flush, because they speak of versions that the batch before them carries.
  void answer_later(const Route& route, answers told) {
    pending_answers_.emplace_back(route, std::make_shared<const answers>(std::move(told)));
  }

  // Asks once for as long as something waits. Where nothing is to be broadcast there is nothing to
  // gather either, so answers alone go out at once.
  template <class Out>
  void ask_for_flush(Out& out) {
    if (!has_pending())
      flush(out);
    else if (!std::exchange(flush_asked_, true))
      out.ask_for_flush();
  }

  template <class Out>
  void turn_away(const Route& route, const parcel<Data>& submitted, Out& out) {
    const bool was_member = submitted.epoch == epoch_ && submitted.by != client_id::server &&
                            submitted.by <= client_id{last_id_};
    const auto verdict = was_member ? receipt::unknown(no_longer_member)
                                    : receipt::refused("not a member of this server: join first");
    auto told = std::make_shared<answers>();
    told->to = submitted.by;
    told->epoch = submitted.epoch;
    told->first = submitted.first;
    told->count = submitted.count;
    for (submission_number number = submitted.first; number != submitted.end(); ++number)
      told->exceptions.push_back({number, verdict});
    out.send(route, answers_ptr{std::move(told)});
  }

  static constexpr const char* no_longer_member = "no longer a member of this server: join again";

  limits limits_;
  epoch_id epoch_;
  copy_on_write<Data> data_;
  log<Data> log_;
  member_list<Route> members_;
  on_left_function on_left_;
  std::uint64_t last_id_ = 0;
  submission_number own_number_ = 0;
  // Who made the latest version, and the version since which nobody else has made one.
  client_id latest_by_ = client_id::server;
  version latest_by_since_ = 1;
  batch<Data> pending_;
  bool flush_asked_ = false;
  std::vector<std::pair<Route, answers_ptr>> pending_answers_;
  effects<Data> effects_;
  std::vector<std::pair<version, typename effects<Data>::effect>> pending_effects_;
  sequencer_counters counters_;
};

} // namespace libsync
