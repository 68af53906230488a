#pragma once

/// A server, its clients and what lies between them, for one seed of `simulate`.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "libsync/protocol/audit.hpp"
#include "libsync/submission.hpp"

#include "libsync/testing/detail/made_operations.hpp"
#include "libsync/testing/detail/network/links.hpp"
#include "libsync/testing/detail/network/simulated_replica.hpp"
#include "libsync/testing/detail/network/simulated_server.hpp"
#include "libsync/testing/detail/run_record.hpp"
#include "libsync/testing/detail/simulation_events.hpp"
#include "libsync/testing/detail/tiny_limits.hpp"
#include "libsync/testing/random.hpp"
#include "libsync/testing/simulation.hpp"

namespace libsync::testing::detail {

template <class Data>
class network final : public surroundings<Data>, private run_record {
  using client = simulated_replica<Data>;
  using operation = typename Data::operation;

  friend class run_record;

public:
  using generator = std::function<operation(const Data&, random&)>;
  using invariant = std::function<bool(const Data&)>;

  network(const simulation_options<Data>& how, std::uint64_t seed, generator make, invariant holds,
          const network_hook& hook, bool tells)
      : run_record(tells), how_(how), seed_(seed), make_(std::move(make)), holds_(std::move(holds)),
        hook_(hook), bounds_(how.bounds ? *how.bounds : tiny_limits<operation>(seed)),
        server_(how, bounds_, seed, links_, hook) {
    for (std::size_t i = 0; i < how.clients; ++i)
      add_client();
  }

  /// Returns whether all is well.
  bool play(const simulated_event& next) {
    attempt([&] {
      random choices{next.seed ^ 0x57E9};
      for (auto left = next.steps; left > 0 && step(choices); --left) {
      }
      act(next);
      if (hook_.audited && !is_server_frozen_)
        server_.audit();
    });
    return is_sound();
  }

  void finish() {
    if (is_sound())
      attempt([&] { end(); });
    if (is_sound() && hook_.ended)
      hook_.ended(server_.decisions().counters(), count_resyncs(), count_unknown(),
                  server_.epochs());
  }

  [[nodiscard]] played result() const { return told(clients_.size(), server_.versions()); }

  // What clients ask of it.

  link<Data>& at(std::size_t route) override { return links_.at(route); }

  void check_data(std::size_t who, version shown, const Data& data) override {
    const auto digest = digest_of(data);
    note(1 + who, shown, digest);
    require(server_.expected().has(shown, digest), "client ", who, " shows data at version ", shown,
            " that the operations do not lead to");
    check_invariant(shown, data);
  }

  void check_shown(std::size_t who) override {
    auto& client = *clients_[who];
    const auto wrong =
        client.shown.check(client.replica, who, server_.expected(), server_.receipts());
    require(wrong.empty(), "client ", who, " ", wrong);
    check_invariant(client.replica.version(), client.replica.shown());
    note(1 + who, digest_of(client.replica.shown()));
  }

  void check_receipt(std::size_t who, submission_number number, const receipt& what) override {
    note(1 + who, number, static_cast<std::uint64_t>(what.what), what.version);
    const auto* const expected = server_.receipts().find(who, number);
    if (what.what == receipt::kind::unknown) {
      check_unknown(who, number);
      return check_undo(who, number, what);
    }
    require(expected != nullptr, "client ", who, " has a receipt (", what, ") of submission ",
            number, ", which nobody has decided");
    const auto& told = expected->told;
    require(told.what == what.what && told.version == what.version &&
                (told.is_accepted() || is_reason(what.reason, *expected)),
            "client ", who, ": submission ", number, " is ", what, "; expected was: ", told);
    check_undo(who, number, what);
  }

  void check_not_undone(std::size_t who, const receipt& why) override {
    auto& client = *clients_[who];
    note(1 + who, static_cast<std::uint64_t>(why.what));
    if constexpr (invertible<Data>) {
      const auto wrong = client.undo.tell_first(why, server_.expected(), client.replica.since());
      require(wrong.empty(), "client ", who, " ", wrong);
    }
  }

  void within(std::size_t which) override {
    auto& who = *clients_[which];
    if (calls_back_.empty() || !who.lives())
      return;
    const auto armed = std::find_if(calls_back_.begin(), calls_back_.end(),
                                    [which](const auto& one) { return one.who == which; });
    if (armed == calls_back_.end() || --armed->in != 0)
      return;
    random choices{armed->seed};
    calls_back_.erase(armed);
    call_back(who, choices);
  }

private:
  struct due_call {
    std::size_t who = 0;
    std::size_t in = 0;
    std::uint64_t seed = 0;
  };

  void check_invariant(version shown, const Data& data) {
    require(holds_(data), "the invariant does not hold at version ", shown);
  }

  void check_undo(std::size_t who, submission_number number, const receipt& what) {
    auto& client = *clients_[who];
    const auto wrong = client.undo.tell(number, what, server_.expected(), client.knows_server(),
                                        client.replica.since());
    require(wrong.empty(), "client ", who, " ", wrong);
  }

  void check_unknown(std::size_t who, submission_number number) {
    const auto& client = *clients_[who];
    if (client.replica.closed() || client.has_forged)
      return server_.receipts().give_up(who, number);
    require(server_.epochs() != 0 || server_.decisions().counters().forgotten != 0, "client ", who,
            ": submission ", number, " is `unknown`, although its server remembers it");
    server_.receipts().give_up(who, number);
  }

  // Reasons that are too long are cut, or left out.
  bool is_reason(const reason& told, const typename expected_receipts<Data>::verdict& expected) {
    const auto text = told.text();
    const auto whole = expected.told.reason.text();
    if (text == whole)
      return true;
    if (text.ends_with("..."))
      return whole.size() > bounds_.reasons / 64 &&
             whole.starts_with(text.substr(0, text.size() - 3));
    return expected.may_lack_reason && text.starts_with("the reason is left out");
  }

  void add_client() {
    random habits{seed_ ^ (clients_.size() + 1) << 32U};
    auto own = bounds_;
    if (habits.chance(20) && own.parcel < 1000) // what is more than the server takes
      own.parcel *= 2;
    const bool observes = habits.chance(50);
    auto kind = kind_of(habits.chance(30));
    if (kind == replica_kind::own_copy && habits.chance(50))
      kind = replica_kind::optimistic;
    clients_.push_back(std::make_unique<client>(*this, clients_.size(), own, observes, kind,
                                                server_.identity_of_client(clients_.size()),
                                                static_cast<bool>(how_.undo)));
    connect_anew(*clients_.back());
  }

  // Over a new link. The server hears of the end of the old one at some time.
  void connect_anew(client& who) {
    if (who.route != links<Data>::none)
      links_.cut(who.route);
    who.route = links_.open(who.index);
    if (!who.replica.away() || who.replica.next() == 0)
      who.replica.connect(who);
  }

  // network_steps.hpp has these.
  bool step(random& choices);
  void list_ready(random& choices);
  void take(std::size_t which, random& choices);
  void deliver_up(client& who, random& choices);
  void forge(client& who, join_request& asks, random& choices);
  void deliver_down(client& who);
  template <class Message>
  void hear(client& who, const std::shared_ptr<Message>& what);
  void hear(client& who, const batch_ptr<Data>& what);
  void hear(client& who, const reply_ptr& what);
  void hear(client& who, const digest_wanted_ptr<Data>& what) { who.answer(*what); }
  template <class Message>
  void hear(client& who, const Message& what);
  void hear(client& who, const ended&);
  void hear(client& who, const cut_off&);
  void end();
  void heal();
  std::string what_is_missing() const;
  void check_end();
  std::uint64_t count_resyncs() const;
  std::uint64_t count_unknown() const;

  // network_events.hpp has these.
  void act(const simulated_event& next);
  void submit(const simulated_event& next);
  void submit_by(client& who, const simulated_event& next);
  bool undo_by(client& who, const simulated_event& next);
  void check_inverses(const client& who, const Data& seen, const std::vector<operation>& all);
  void set_timer(const simulated_event& next);
  void disturb(const simulated_event& next);
  void disturb(const simulated_event& next, client& who);
  void call_back(client& who, random& choices);
  client* any_client(std::uint64_t who);

  const simulation_options<Data>& how_;
  const std::uint64_t seed_;
  const generator make_;
  const invariant holds_;
  const network_hook& hook_;
  const limits bounds_;
  links<Data> links_;
  std::vector<std::unique_ptr<client>> clients_;
  std::vector<due_call> calls_back_;
  std::vector<std::size_t> ready_;
  std::uint64_t order_ = 0;
  bool is_server_frozen_ = false;
  simulated_server<Data> server_;
};

} // namespace libsync::testing::detail

#include "libsync/testing/detail/network/network_events.hpp"
#include "libsync/testing/detail/network/network_steps.hpp"
