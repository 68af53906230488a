#pragma once

/// A server, its clients and their faults, for one seed of `simulate_actors`.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "libsync/actors/supervisor.hpp"
#include "libsync/actors/testing/actor_user.hpp"
#include "libsync/actors/testing/expected_presence.hpp"
#include "libsync/actors/testing/runtime.hpp"

#include "libsync/identity.hpp"

#include "libsync/testing/detail/expected_data.hpp"
#include "libsync/testing/detail/run_record.hpp"
#include "libsync/testing/detail/simulation_events.hpp"
#include "libsync/testing/detail/tiny_limits.hpp"

namespace libsync::testing::detail {

template <class Data>
class actor_world : private run_record {
public:
  using generator = std::function<typename Data::operation(const Data&, random&)>;

  template <class Invariant>
  actor_world(const simulation_options<Data>& how, std::uint64_t seed, generator make,
              const Invariant& invariant, bool tells)
      : run_record(tells), how_(how), seed_(seed), make_(std::move(make)),
        holds_([&invariant](const Data& data) { return static_cast<bool>(invariant(data)); }),
        expected_(how.initial), shown_(how),
        bounds_(how.bounds ? *how.bounds : tiny_limits<typename Data::operation>(seed)),
        runtime_({.seed = seed,
                  .policy = seed % 2 == 0 ? scheduling::priorities : scheduling::uniform,
                  .most_steps = how.steps_to_converge}),
        server_(start_server(seed)) {
    for (std::size_t i = 0; i < how.clients; ++i)
      add_client();
  }

  actor_world(const actor_world&) = delete;
  actor_world& operator=(const actor_world&) = delete;
  ~actor_world() { heal(); }

  /// Returns whether all is well.
  bool play(const simulated_event& next) {
    for (auto left = next.steps; left > 0 && is_sound() && runtime_.step(); --left) {
    }
    if (is_sound())
      act(next);
    if (const auto shows = shown_.act(next, clients_, runtime_); !shows.empty())
      say({}, shows);
    check_shown();
    return is_sound();
  }

  void finish() {
    if (is_sound() && how_.mode == mode::liveness)
      converge();
    for (std::size_t i = 0; i < clients_.size() && is_sound(); ++i)
      clients_[i]->look([&](const client_record& record) {
        if (!record.broken.empty())
          break_promise("client " + std::to_string(i) + ": " + record.broken.front());
      });
    if (is_sound() && how_.mode == mode::liveness)
      check_counts();
  }

  using run_record::attempt;

  [[nodiscard]] played result() const {
    auto run = told(clients_.size(), expected_.last());
    run.totals.steps = runtime_.steps_taken();
    return run;
  }

private:
  using client = actor_user<Data>;

  supervisor<Data> start_server(std::uint64_t seed) {
    server_options<Data> options;
    shown_.set(options, seed);
    options.bounds = bounds_;
    options.epoch = epoch_id{1};
    options.admit = how_.admit;
    options.authorize = how_.authorize;
    options.on_joined = how_.on_joined;
    options.on_left = how_.on_left;
    options.on_change = [this](const change<Data>& what) {
      check_rules(what);
      if (auto wrong = expected_.accept(what); !wrong.empty())
        break_promise(wrong);
      made_ += what.by == client_id::server ? 0 : 1;
      note(0, what.version, static_cast<std::uint64_t>(what.by));
    };
    options.inject_fault = [this](fault_point where) {
      if (server_fails_ == where && std::exchange(server_fails_, std::nullopt))
        throw std::runtime_error("the simulation lets the server fail");
    };
    return spawn_supervisor(runtime_, how_.initial, std::move(options),
                            {.restarts = supervisor_options::without_end});
  }

  [[nodiscard]] std::optional<identity_of<Data>> identity_of_client(std::size_t number) const {
    return how_.identify ? std::optional{how_.identify(number)} : std::nullopt;
  }

  [[nodiscard]] bool is_admitted(std::size_t number) const {
    if (!how_.admit)
      return true;
    const auto who = identity_of_client(number);
    return who ? static_cast<bool>(how_.admit(*who)) : !names_identity<Data>;
  }

  // What was accepted must have been authorized, for a client that was admitted.
  void check_rules(const change<Data>& what) {
    if (what.by == client_id::server)
      return;
    if constexpr (names_identity<Data>)
      if (how_.admit && !(what.identity && how_.admit(*what.identity)))
        break_promise("version " + std::to_string(what.version) +
                      " is by a client that is not admitted");
    const context<Data> how{what.by, what.time, what.version, false, what.identity};
    for (const auto& op : what.operations)
      if (how_.authorize && !how_.authorize(how, op, expected_.data()))
        break_promise("version " + std::to_string(what.version) + " is not authorized");
  }

  void add_client() {
    const auto number = clients_.size();
    const bool is_optimistic = mix(seed_, number) % 3 == 0;
    clients_.push_back(std::make_unique<client>(server_, make_,
                                                client_habits{.seed = number + 1,
                                                              .undoes_in_100 = how_.undo ? 1U : 0U,
                                                              .bounds = bounds_,
                                                              .has_proxy = number % 4 != 3},
                                                is_optimistic, identity_of_client(number),
                                                is_admitted(number), expected_));
    clients_.back()->on_seen(
        [this, number, is_optimistic](const seen_version& seen, const Data& data) {
          note(1 + number, seen.version, seen.digest);
          if (!is_admitted(number))
            break_promise("client " + std::to_string(number) + " is not admitted, but shows data");
          if (!is_optimistic && !expected_.has(seen.version, seen.digest))
            break_promise("client " + std::to_string(number) + " shows data at version " +
                          std::to_string(seen.version) + " that the operations do not lead to");
          if (!holds_(data))
            break_promise("the invariant does not hold at version " + std::to_string(seen.version));
        });
    clients_.back()->on_told([this, number](const told_receipt& told, const std::string& wrong) {
      note(1 + number, told.submission, static_cast<std::uint64_t>(told.receipt.what),
           told.receipt.version);
      if (!wrong.empty())
        break_promise("client " + std::to_string(number) + " " + wrong);
      if (told.receipt.is_accepted())
        take(number, told.receipt.version);
    });
  }

  // Two submissions are never accepted as one version.
  void take(std::size_t number, version accepted) {
    if (accepted > expected_.last())
      return break_promise("client " + std::to_string(number) + " was told of version " +
                           std::to_string(accepted) + ", which the server has not made");
    taken_.resize(std::max<std::size_t>(taken_.size(), accepted + 1));
    check_author(number, accepted);
    if (taken_[accepted])
      break_promise("version " + std::to_string(accepted) + " was told to two submissions");
    taken_[accepted] = true;
  }

  void check_author(std::size_t number, version accepted) {
    if constexpr (names_identity<Data>) {
      const auto& told = expected_.context_of(accepted).identity;
      const auto is = identity_of_client(number);
      if (is ? told == nullptr || *told != *is : told != nullptr)
        break_promise("client " + std::to_string(number) + " has made version " +
                      std::to_string(accepted) + " under another identity than its own");
    }
  }

  void check_shown() {
    for (std::size_t i = 0; i < clients_.size() && is_sound(); ++i)
      if (const auto wrong = clients_[i]->check_shown(); !wrong.empty())
        break_promise("client " + std::to_string(i) + " " + wrong);
  }

  // actor_events.hpp has these.
  void act(const simulated_event& next);
  void disturb(const simulated_event& next, client& whom, const std::string& name);
  void disturb_link(const simulated_event& next, client& whom, const std::string& name);

  // Waits for somebody who has data, if somebody can get some.
  void submit(const simulated_event& next, std::size_t first) {
    while (is_sound() && !submit_now(next, first) && runtime_.step()) {
    }
  }

  // Who is dead, or has no data yet, leaves it to the next one.
  bool submit_now(const simulated_event& next, std::size_t first) {
    const bool alone = next.what == event_kind::submit;
    for (std::size_t i = 0; i < clients_.size(); ++i) {
      const auto number = (first + i) % clients_.size();
      const auto what = clients_[number]->submit_by(next.seed, alone ? 1 : 2 + next.seed % 3);
      if (what.empty())
        continue;
      ++totals().submissions;
      say(next, "client " + std::to_string(number) + " " + what);
      return true;
    }
    return false;
  }

  void heal() {
    runtime_.thaw_all();
    server_fails_.reset();
    for (auto& one : clients_)
      one->connection().heal();
  }

  // It asks the supervisor, so actors run.
  [[nodiscard]] server<Data> current_server() {
    const auto found = server_.server();
    return found ? *found : server<Data>{};
  }

  void converge() {
    heal();
    try {
      runtime_.run();
      check_members();
      for (auto& one : clients_)
        one->come_back();
      const auto is_over = [&] {
        return !is_sound() || (has_converged() && shown_.what_is_missing(clients_).empty());
      };
      runtime_.run_until(is_over);
      shown_.take_one_away(clients_);
      runtime_.run_until(is_over);
      runtime_.run();
      check_members();
    } catch (const std::exception& what) {
      break_promise(what_is_missing() + "; " + what.what());
    }
  }

  // Once no message is left. Nothing disturbs a connection without a proxy.
  void check_members() {
    const auto status = current_server().status();
    if (!status)
      return break_promise("the server does not answer: " + status.reason());
    std::size_t joined = 0;
    for (std::size_t i = 0; i < clients_.size(); ++i) {
      if (clients_[i]->is_dead())
        continue;
      const auto told = clients_[i]->visit([](auto& it) { return it.session().status(); });
      joined += told && told->joined ? 1 : 0;
      if (told && !clients_[i]->has_proxy() && told->counters.resyncs != 0)
        break_promise("client " + std::to_string(i) +
                      " has joined again, although it got each message once");
    }
    if (status->members != joined)
      break_promise("the server has " + std::to_string(status->members) + " members, but " +
                    std::to_string(joined) + " clients have joined");
  }

  [[nodiscard]] bool is_done(std::size_t number, const client_record& record) const {
    const auto& whom = *clients_[number];
    if (whom.is_closed())
      return record.counts.waiting() == 0;
    return record.counts.waiting() == 0 && !record.seen.empty() &&
           record.version() == expected_.last() &&
           expected_.has(record.version(), record.seen.back().digest);
  }

  [[nodiscard]] bool has_converged() const {
    for (std::size_t i = 0; i < clients_.size(); ++i)
      if (!clients_[i]->look([&](const client_record& record) { return is_done(i, record); }))
        return false;
    return true;
  }

  // What keeps the first of the clients from being done; empty if all are.
  [[nodiscard]] std::string what_is_missing() const {
    for (std::size_t i = 0; i < clients_.size(); ++i) {
      const auto missing = clients_[i]->look([&](const client_record& record) -> std::string {
        if (is_done(i, record))
          return {};
        if (const auto waiting = record.counts.waiting(); waiting != 0)
          return " waits for " + std::to_string(waiting) + " receipts";
        if (record.seen.empty())
          return " has no data";
        return " shows version " + std::to_string(record.version()) + ", but the server has " +
               std::to_string(expected_.last());
      });
      if (!missing.empty())
        return "client " + std::to_string(i) + missing;
    }
    return shown_.what_is_missing(clients_);
  }

  void check_counts() {
    receipt_counts all;
    for (const auto& one : clients_)
      all += one->look([](const client_record& record) { return record.counts; });
    if (made_ < all.accepted || made_ > all.accepted + all.unknown)
      break_promise(std::to_string(all.accepted) + " submissions were accepted and " +
                    std::to_string(all.unknown) + " are unknown, but the server made " +
                    std::to_string(made_) + " versions of them");
  }

  const simulation_options<Data>& how_;
  const std::uint64_t seed_;
  generator make_;
  std::function<bool(const Data&)> holds_;
  expected_data<Data> expected_;
  expected_presence<Data> shown_;
  limits bounds_;
  std::vector<bool> taken_; // versions that receipts have named
  std::uint64_t made_ = 0;  // versions of clients
  std::optional<fault_point> server_fails_;
  runtime runtime_;
  supervisor<Data> server_;
  std::vector<std::unique_ptr<client>> clients_;
};

} // namespace libsync::testing::detail

#include "libsync/actors/testing/actor_events.hpp"
