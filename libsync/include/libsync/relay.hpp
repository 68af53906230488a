#pragma once

/// A relay's decisions as a value.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "libsync/counters.hpp"
#include "libsync/detail/refusals.hpp"
#include "libsync/detail/server/delivery.hpp"
#include "libsync/detail/server/ledger.hpp"
#include "libsync/detail/server/relay_clients.hpp"
#include "libsync/detail/server/rest_of_batch.hpp"
#include "libsync/detail/server/submission_window.hpp"
#include "libsync/detail/shared.hpp"
#include "libsync/ids.hpp"
#include "libsync/limits.hpp"
#include "libsync/outcome.hpp"
#include "libsync/protocol/batch.hpp"
#include "libsync/protocol/log.hpp"
#include "libsync/protocol/membership.hpp"
#include "libsync/protocol/parcel.hpp"
#include "libsync/protocol/relayed.hpp"
#include "libsync/protocol/reply.hpp"
#include "libsync/snapshot.hpp"

namespace libsync {

/// To its clients a relay is a server; to its server it is one reader of the log, and one channel
/// for each of its clients. It decides nothing. The server gives its clients their names, decides
/// their submissions, and remembers them. The relay has a copy of the data and a log of its own, so
/// each batch comes to it once, however many clients it has, and a client that joins, or joins
/// again, gets what it lacks from the relay. A relay may follow another relay.
///
/// What a client is told never runs ahead of the relay's copy: welcomes and replies wait until the
/// batches have come that they speak of.
///
/// Everything that must be sent is handed to `out`, in order:
///     out.send(route, ...)                 // to clients: as a `sequencer_sink`
///     out.logged(const batch_ptr<Data>&)   // if there is one: it is in the log, and sent to all
///     out.pass(follow_request)             // to the server
///     out.pass(channel_id, const join_request&), out.pass(channel_id, parcel_ptr<Data>)
///     out.pass_leave(channel_id)
///
/// While there is no connection, nothing is passed. The clients are suspended when it breaks, join
/// again, and wait for the next one. Their submissions wait with them, since a client sends what
/// has no receipt again.
///
/// If a call throws, nobody knows what it has done: then call `reset`, and connect anew.
/// Deterministic; reads no clock; one thread at a time. `Route` is as in `sequencer`.
template <class Data, class Route>
class relay {
public:
  /// Throws std::invalid_argument if a limit is 0. It uses those of the log, and of how far a
  /// client may be behind.
  explicit relay(const limits& bounds = {})
      : limits_(detail::limits_of_relay(bounds.checked())), delivery_(limits_) {}

  /// Whether it has data: from the first snapshot on, also while there is no connection.
  [[nodiscard]] bool has_data() const noexcept { return ledger_ && !ledger_->is_torn(); }
  /// There must be data.
  [[nodiscard]] const Data& data() const noexcept { return ledger_->data(); }
  [[nodiscard]] snapshot<Data> read() { return ledger_->read(); }

  [[nodiscard]] epoch_id epoch() const noexcept {
    return ledger_ ? ledger_->accepted().epoch() : epoch_id::none;
  }
  [[nodiscard]] libsync::version version() const noexcept {
    return ledger_ ? ledger_->accepted().version() : 0;
  }
  /// How many clients get what the server accepts, and how many wait to be welcomed.
  [[nodiscard]] std::size_t members() const noexcept { return delivery_.members().size(); }
  [[nodiscard]] std::size_t waiting() const noexcept { return clients_.size() - members(); }
  [[nodiscard]] const sequencer_counters& deliveries() const noexcept { return deliveries_; }
  [[nodiscard]] const relay_counters& counters() const noexcept { return counters_; }

  [[nodiscard]] log_part<Data> read_log(const log_request& what) const {
    return ledger_->accepted().part_after(what);
  }

  template <class Visit>
  void for_each_client(Visit visit) const { // calls `visit(route)`
    clients_.for_each([&](const auto& one) { visit(one.route); });
  }
  template <class Key> // a route or a channel
  [[nodiscard]] const detail::relay_client<Data, Route>* find_client(const Key& key) const {
    return clients_.find(key); // null if there is none
  }
  // From its clients.

  /// Asks the server to welcome a client. Joining again is harmless.
  template <class Out>
  void join(const Route& route, const join_request& request, Out& out) {
    remove(route);
    auto& one = clients_.open(route);
    one.request = request;
    one.now = client::stage::asks;
    one.forget_what_came();
    ask(one, out);
  }

  /// Forgets a client, if there is one, because it left or died.
  template <class Out>
  void leave(const Route& route, Out& out) {
    remove(route);
    const auto* leaving = clients_.find(route);
    if (leaving == nullptr)
      return;
    const auto channel = leaving->channel;
    clients_.forget(*leaving);
    if (is_connected_)
      out.pass_leave(channel);
  }

  /// Passes a parcel on. A sender that is no member is told so, and will send it again.
  template <class Out>
  void submit(const Route& route, const parcel_ptr<Data>& submitted, Out& out) {
    const auto* by = clients_.find(route);
    if (by != nullptr && by->is_member())
      return out.pass(by->channel, submitted);
    if (submitted->count == 0)
      return;
    out.send(route, suspended{submitted->epoch}); // first: whoever hears it takes the other for old
    const auto told = detail::reply_to_stranger(*submitted, false, true);
    out.send(route, detail::shared<const reply>(told));
  }

  /// Notes that a client has reached a version.
  template <class Out>
  void acknowledge(const Route& route, libsync::version latest, Out& out) {
    if (has_data())
      delivery_.acknowledge(route, latest, *ledger_, deliveries_, out);
  }

  // From its server.

  /// There is a connection, and the server knows nothing yet of what is at this end.
  template <class Out>
  void connect(Out& out) {
    disconnect(out);
    is_connected_ = true;
    ++counters_.connections;
    follow(out);
    clients_.for_each([&](const client& one) {
      if (one.asks())
        ask(one, out);
    });
  }

  /// The connection has broken.
  template <class Out>
  void disconnect(Out& out) {
    is_connected_ = false;
    clients_.for_each([](client& one) { one.forget_what_came(); });
    suspend_all(epoch(), out);
  }

  /// Forgets the data, the connection and all clients. These must hear that what they were members
  /// of has ended.
  void reset() noexcept {
    is_connected_ = false;
    delivery_ = detail::delivery<Data, Route>{limits_};
    clients_.clear();
    ledger_.reset();
  }

  /// The answer to a request to follow: all data.
  template <class Out>
  void receive(std::uint64_t attempt, const snapshot<Data>& from, Out& out) {
    if (attempt != attempt_ || !is_connected_)
      return;
    ++counters_.snapshots;
    const auto ended = epoch();
    ledger_.emplace(from, limits_);
    delivery_.forget_what_was_sent();
    wants_snapshot_ = false;
    suspend_all(ended, out);
    catch_up(out);
  }

  /// The answer to a request to follow: what has been accepted next.
  template <class Out>
  void receive(std::uint64_t attempt, const std::vector<batch_ptr<Data>>& next, Out& out) {
    if (attempt != attempt_ || !is_connected_)
      return;
    for (const auto& one : next)
      if (attempt != attempt_ || !take(one, out))
        return;
  }

  /// The server has welcomed a client, or does not admit it.
  template <class Out>
  void receive(channel_id from, const welcome_ptr<Data>& what, Out& out) {
    auto* one = clients_.find(from);
    if (one == nullptr || !one->asks() || one->request.attempt != what->attempt)
      return; // the answer to an earlier request
    if (!what->refused.empty()) {
      const auto route = one->route;
      clients_.forget(*one);
      return out.send(route, what);
    }
    one->welcome = what;
    clients_.note_waiting(*one);
    bring_in(*one, out);
  }

  template <class Out>
  void receive(channel_id from, const reply_ptr& what, Out& out) {
    auto* one = clients_.find(from);
    if (one == nullptr || !one->is_member())
      return; // it will learn the same from its welcome
    one->replies.push_back(what);
    if (one->has_too_many())
      return suspend(*one, epoch(), out);
    clients_.note_waiting(*one);
    tell(*one, out);
  }

  /// The membership of a client has ended.
  template <class Out>
  void receive(channel_id from, const suspended& what, Out& out) {
    auto* one = clients_.find(from);
    if (one == nullptr)
      return;
    if (one->is_member())
      return suspend(*one, what.epoch, out);
    if (one->welcome && one->welcome->epoch == what.epoch) {
      one->forget_what_came();
      ask(*one, out);
    }
  }

private:
  using client = detail::relay_client<Data, Route>;

  // It gets from here what it lacks.
  template <class Out>
  void ask(const client& from, Out& out) {
    if (!is_connected_)
      return;
    auto request = from.request;
    request.version.reset();
    request.is_relayed = true;
    out.pass(from.channel, request);
  }

  template <class Out>
  void follow(Out& out) {
    ++attempt_;
    wants_snapshot_ = !has_data();
    out.pass(follow_request{attempt_, epoch(),
                            wants_snapshot_ ? std::nullopt : std::optional{version()}});
  }

  // Returns whether to go on with what came.
  template <class Out>
  bool take(const batch_ptr<Data>& sent, Out& out) {
    if (wants_snapshot_)
      return false;
    if (sent->epoch != epoch() || sent->first > version() + 1) {
      ++counters_.resyncs;
      follow(out);
      return false;
    }
    if (sent->last <= version())
      return true;
    const auto news = sent->first == version() + 1 ? sent : detail::rest_of_batch(*sent, version());
    if (!ledger_->follow(news)) {
      ++counters_.diverged;
      follow(out);
      return false;
    }
    delivery_.send(news, *ledger_, deliveries_, out);
    catch_up(out);
    return true;
  }

  // The copy has reached another version.
  template <class Out>
  void catch_up(Out& out) {
    clients_.for_each_waiting(
        [&](client& one) { one.welcome ? bring_in(one, out) : tell(one, out); });
  }

  template <class Out>
  void bring_in(client& who, Out& out) {
    const auto& from = *who.welcome;
    if (!has_data() || from.epoch != epoch() || from.version > version())
      return;
    detail::submission_window window{from.you, from.last_reply.end(), from.last_reply};
    auto twin = delivery_.members().find(from.you);
    if (twin != nullptr) // the same client comes by another route now
      suspend(*clients_.find(twin->route), epoch(), out);
    who.now = client::stage::belongs;
    who.welcome = nullptr;
    delivery_.welcome(who.route, who.request, std::move(window), *ledger_, limits_, deliveries_,
                      out);
  }

  template <class Out>
  void tell(client& who, Out& out) {
    auto& waiting = who.replies;
    std::size_t told = 0;
    for (; told < waiting.size(); ++told) {
      const auto& next = *waiting[told];
      if (next.epoch == epoch() && next.last() > version())
        break;
      delivery_.reply_later(who.route, next);
    }
    waiting.erase(waiting.begin(), waiting.begin() + static_cast<std::ptrdiff_t>(told));
    delivery_.send_pending(*ledger_, deliveries_, out);
  }

  template <class Out>
  void suspend(client& who, epoch_id ended, Out& out) {
    who.now = client::stage::is_away;
    who.forget_what_came();
    remove(who.route);
    out.send(who.route, suspended{ended});
  }

  void remove(const Route& route) {
    if (const auto* member = delivery_.members().find(route))
      delivery_.remove(*member, *ledger_, deliveries_);
  }

  template <class Out>
  void suspend_all(epoch_id ended, Out& out) {
    clients_.for_each([&](client& one) {
      if (one.is_member())
        suspend(one, ended, out);
    });
  }

  limits limits_;
  std::optional<detail::ledger<Data>> ledger_; // from the first snapshot on
  detail::delivery<Data, Route> delivery_;
  detail::relay_clients<Data, Route> clients_;
  std::uint64_t attempt_ = 0;
  bool is_connected_ = false;
  bool wants_snapshot_ = false;
  sequencer_counters deliveries_;
  relay_counters counters_;
};

} // namespace libsync
