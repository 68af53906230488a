#pragma once

/// A simulated network between a sequencer and replicas, driven by one seed: random orders, delays,
/// duplicates, drops, cut links, deaths, failures within the sequencer. Every step is checked
/// against a model that is written apart from the library: one list of numbers, one list of
/// verdicts.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "libsync/sequencer.hpp"
#include "libsync/submission.hpp"
#include "support/dice.hpp"
#include "support/effect_ledger.hpp"
#include "support/failing.hpp"
#include "support/failures.hpp"
#include "support/links.hpp"
#include "support/model.hpp"
#include "support/simulated_client.hpp"
#include "support/tape.hpp"

namespace simulation {

template <class Data>
class network final : public surroundings<Data> {
  using client = simulation::client<Data>;
  using link = simulation::link<Data>;

public:
  network(std::uint64_t seed, const options& chosen)
      : options_(chosen), observes_(seed % 2 == 0), dice_(seed), model_(is_brittle),
        server_(Data{}, libsync::epoch_id{7}, chosen.limits, [this](libsync::client_id) {
          ++left_;
          return std::optional<operation>{tape::append{-1}};
        }) {
    for (int i = 0; i < chosen.clients; ++i)
      add_client();
  }

  /// Takes all steps, heals everything, and checks the end. Throws `broken`.
  void run() {
    for (int i = 0; i < options_.steps; ++i)
      step();
    heal();
    check_end();
  }

  libsync::epoch_id epoch() const { return server_.epoch(); }
  /// How often an operation that threw half-way began an epoch.
  std::uint64_t torn() const { return torn_; }
  const libsync::sequencer_counters& counters() const { return server_.counters(); }
  std::uint64_t unknown() const {
    return sum([](const client& one) { return one.dead ? 0 : one.unknown; });
  }
  std::uint64_t resyncs() const {
    return sum([](const client& one) { return one.replica.counters().resyncs; });
  }

  // -- the sink of the sequencer ------------------------------------------------------------------

  template <class Message>
  void send(int route, const Message& what) {
    const failing::paused fed{failing::allocations()};
    failures_.maybe_interrupt();
    if (auto& to = at(route); !to.cut)
      to.down.push_back(what);
  }
  void ask_for_flush() {
    ++flushes_;
    failures_.maybe_interrupt();
  }
  bool run(const libsync::effect_key& key, const typename libsync::effects<Data>::effect& what) {
    const failing::paused fed{failing::allocations()};
    if constexpr (has_effects)
      return effects_.hand(key, what, chance(70));
    else
      return true;
  }
  bool observes() const { return observes_; }
  void changed(const libsync::change<Data>& what) {
    ++seen_;
    require(what.version == seen_, "the server told of version ", what.version, " after ",
            seen_ - 1);
    failures_.maybe_interrupt();
  }
  void refused(libsync::client_id by, libsync::submission_number number, std::span<const operation>,
               const libsync::reason& why) {
    const failing::paused fed{failing::allocations()};
    require(!why.empty(), "a refusal without a reason");
    failures_.refused(by, number, why);
    failures_.maybe_interrupt();
  }

  link& at(int route) override { return links_.at(route); }
  const model& expected() const override { return model_; }

  /// Calls the replica back from within one of its calls, now and then.
  void within(int client) override {
    auto& who = *clients_[static_cast<std::size_t>(client)];
    if (options_.calls_back == 0 || who.dead || who.replica.closed() || calling_back_ > 3 ||
        !chance(options_.calls_back))
      return;
    ++calling_back_;
    switch (below(20)) {
    case 0:
      who.replica.close("closed from within", who);
      who.dead = who.silent = true;
      links_.cut(who.route);
      break;
    case 1:
    case 2:
      who.replica.leave(who);
      break;
    case 3:
    case 4:
    case 5:
      who.replica.connect(who);
      break;
    default:
      submit(who);
    }
    --calling_back_;
  }

private:
  template <class Count>
  std::uint64_t sum(Count count) const {
    std::uint64_t all = 0;
    for (const auto& one : clients_)
      all += count(*one);
    return all;
  }

  std::size_t below(std::size_t bound) { return dice_.below(bound); }
  bool chance(int percent) { return dice_.chance(percent); }

  void add_client() {
    const int index = static_cast<int>(clients_.size());
    const bool is_viewer = chance(options_.viewers);
    clients_.push_back(
        std::make_unique<client>(*this, index, options_.limits, chance(50), is_viewer));
    reconnect(*clients_.back());
  }

  // A new link; the messages on the old one are lost. The server hears of the cut at some time.
  void reconnect(client& who) {
    if (who.route >= 0)
      links_.cut(who.route);
    who.route = links_.open(who.index);
    who.replica.connect(who);
  }

  client* any_client() {
    auto& one = *clients_[below(clients_.size())];
    return one.dead ? nullptr : &one;
  }

  void step() {
    const auto what = below(100);
    if (what < 30) {
      if (auto* who = any_client())
        submit(*who);
    } else if (what < 80) {
      deliver(any_link(), chance(3), chance(3));
    } else if (what < 90) {
      flush();
    } else if (what < 93) {
      notice_death();
    } else if (what < 94) {
      if (const auto done = effects_.report())
        server_.done(*done);
    } else {
      disturb();
    }
    require(server_.data().values == model_.now(), "the server's data differ from the model's");
    require(server_.version() == model_.version(), "the server is at version ", server_.version(),
            ", the model at ", model_.version());
  }

  void disturb() {
    auto* who = any_client();
    if (who == nullptr)
      return;
    switch (below(6)) {
    case 0:
      who->dead = true;
      links_.cut(who->route);
      who->replica.close("dead", *who);
      break;
    case 1:
      add_client();
      break;
    case 2:
      who->replica.leave(*who);
      break;
    case 3:
      who->replica.connect(*who);
      break;
    default:
      reconnect(*who);
    }
  }

  void submit(client& who) {
    for (std::size_t i = 0, count = 1 + below(4); i < count && !who.dead; ++i) {
      const auto expected = who.replica.next();
      if (const auto result = submit_any(who)) {
        require(*result == expected, "numbers have a gap");
        who.submitted = who.replica.next() - 1;
      } else if (result.failure().what == libsync::receipt::kind::refused) {
        require(result.failure().reason.text().starts_with("a submission of"),
                "not taken: ", result.failure().reason);
      } else {
        require(result.failure().what == libsync::receipt::kind::overloaded &&
                    who.replica.room() == 0,
                "not taken although there is room");
      }
    }
  }

  libsync::result<libsync::submission_number, libsync::receipt> submit_any(client& who) {
    if (chance(60))
      return who.replica.submit(dice_.operation(), who);
    return who.replica.submit(dice_.submission<Data>(who.replica.version()), who);
  }

  int any_link() { return static_cast<int>(below(static_cast<std::size_t>(links_.size()))); }

  // network_delivery.hpp has these.
  void deliver(int route, bool twice, bool lost);
  void to_server_side(int route, const libsync::join_request& request);
  void to_server_side(int route, const libsync::parcel_ptr<Data>& parcel);
  void to_server_side(int route, libsync::version reached);
  void to_server_side(int route, leave_message);
  template <class Message>
  void to_client_side(client& who, const std::shared_ptr<Message>& what);
  void to_client_side(client& who, const libsync::batch_ptr<Data>& what);
  template <class Message>
  void to_client_side(client& who, const Message& what);
  void to_client_side(client& who, const ended&);

  // An epoch has begun, in place: everybody has to join again.
  void tear() {
    ++torn_;
    links_.end_membership();
  }

  // Every call of the server that something may fail within. Then it dies, and the next one begins
  // an epoch; `decide` tells the model before that. A member that is forgotten has a last word.
  template <class Call, class Decide>
  void call_server(Call call, Decide decide) {
    const auto before = left_;
    const bool whole = failures_.survives(call);
    decide();
    if (left_ != before && !failures_.starved_anything())
      model_.apply({tape::append{-1}}, libsync::client_id::server);
    if (!whole)
      begin_epoch();
  }
  template <class Call>
  void call_server(Call call) {
    call_server(call, [] {});
  }

  void die() {
    flushes_ = 0;
    effects_.begin_life();
    links_.end_server();
  }

  void begin_epoch() {
    require(server_.data().values == model_.at(server_.version()),
            "an interrupted server has other data than those of its version");
    model_.begin_epoch(server_.version());
    die();
    links_.end_membership();
    const auto before = left_;
    const auto members = server_.members();
    const auto next = static_cast<std::uint64_t>(server_.epoch()) + 1;
    server_.begin_epoch(libsync::epoch_id{next}, ++time_, *this);
    effects_.check_life();
    require(left_ - before == members, "on_left was not called for everybody who was a member");
    for (auto left = before; left != left_; ++left)
      model_.apply({tape::append{-1}}, libsync::client_id::server);
  }

  void forget(int route) {
    const auto before = left_;
    const auto members = server_.members();
    const auto epoch = server_.epoch();
    call_server([&] { server_.leave(route, ++time_, *this); });
    require(left_ - before == members - server_.members() || server_.epoch() != epoch,
            "on_left was not called once");
    at(route).member = false;
  }

  void flush() {
    if (flushes_ == 0)
      return;
    --flushes_;
    call_server([&] { server_.flush(*this); });
  }

  void notice_death() {
    if (links_.unnoticed() > 0)
      forget(links_.notice(below(links_.unnoticed())));
  }

  // network_end.hpp has these.
  void drain();
  void heal();
  void check_end();

  static constexpr bool has_effects = libsync::detail::ledger<Data>::has_effects;
  static constexpr bool is_brittle = std::is_same_v<Data, tape::brittle_data>;

  options options_;
  bool observes_;
  dice dice_;
  failures failures_{options_, dice_};
  model model_;
  libsync::sequencer<Data, int> server_;
  std::vector<std::unique_ptr<client>> clients_;
  links<Data> links_;
  effect_ledger effects_;
  int flushes_ = 0;
  int calling_back_ = 0;
  std::uint64_t left_ = 0;
  std::uint64_t torn_ = 0;
  libsync::version seen_ = 0;
  libsync::timestamp time_ = 0;
};

} // namespace simulation

#include "support/network_delivery.hpp"
#include "support/network_end.hpp"
