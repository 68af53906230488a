#pragma once

/// A server, its clients and their faults, for one seed of `simulate_actors`.

#include <algorithm>
#include <chrono>
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
#include "libsync/actors/testing/expected_journal.hpp"
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
        expected_(how.initial), journal_(how, seed, expected_), shown_(how),
        bounds_(how.bounds ? *how.bounds : tiny_limits<typename Data::operation>(seed)),
        runtime_({.seed = seed,
                  .policy = seed % 2 == 0 ? scheduling::priorities : scheduling::uniform,
                  .most_steps = how.steps_to_converge}),
        server_(start_server()) {
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
    tend_journal(next);
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

  supervisor<Data> start_server() {
    server_options<Data> options;
    shown_.set(options, seed_);
    journal_.give_to(options);
    options.bounds = bounds_;
    options.epoch = epoch_id{1};
    options.admit = how_.admit;
    options.authorize = how_.authorize;
    options.on_joined = how_.on_joined;
    options.on_left = how_.on_left;
    options.on_change = [this, process = journal_.process()](const change<Data>& what) {
      if (process != journal_.process())
        return; // it has ended
      check_rules(what);
      journal_.decide(what);
      if (auto wrong = expected_.accept(what); !wrong.empty())
        break_promise(wrong);
      note(0, what.version, static_cast<std::uint64_t>(what.by));
    };
    options.inject_fault = [this](fault_point where) {
      if (server_fails_ != where)
        return;
      server_fails_.reset();
      journal_.expect_epoch();
      throw std::runtime_error("the simulation lets the server fail");
    };
    return spawn_supervisor(runtime_, how_.initial, std::move(options),
                            {.restarts = supervisor_options::without_end,
                             .on_death = [this](const server_death&) { journal_.begin_life(); }});
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

  // Only a proxy leads from one process of the server to the next.
  [[nodiscard]] client_habits habits_of(std::size_t number) const {
    return {.seed = number + 1,
            .undoes_in_100 = how_.undo ? 1U : 0U,
            .bounds = bounds_,
            .has_proxy = journal_ || number % 4 != 3,
            .may_lose_versions = journal_.is_relaxed()};
  }

  void add_client() {
    const auto number = clients_.size();
    const bool is_optimistic = mix(seed_, number) % 3 == 0;
    clients_.push_back(std::make_unique<client>(server_, make_, habits_of(number), is_optimistic,
                                                identity_of_client(number), is_admitted(number),
                                                expected_));
    clients_.back()->on_seen(
        [this, number, is_optimistic](const seen_version& seen, const Data& data) {
          note(1 + number, seen.version, seen.digest);
          journal_.hear(seen.version, "client " + std::to_string(number));
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
    journal_.hear(accepted, "client " + std::to_string(number));
    if (journal_.has_lost())
      return; // which may be one that never happened
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
  void disturb_journal(const simulated_event& next);
  void end_process(const simulated_event& next);
  void tend_journal(const simulated_event& next);
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
    if (journal_)
      journal_.disk().heal();
    for (auto& one : clients_)
      one->connection().heal();
  }

  // It asks the supervisor, so actors run.
  [[nodiscard]] server<Data> current_server() {
    const auto found = server_.server();
    return found ? *found : server<Data>{};
  }

  // actor_checks.hpp has these.
  void converge();
  void wait_for_journal();
  void check_members();
  void check_counts();
  [[nodiscard]] std::string what_is_missing() const;

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

  const simulation_options<Data>& how_;
  const std::uint64_t seed_;
  generator make_;
  std::function<bool(const Data&)> holds_;
  expected_data<Data> expected_;
  expected_journal<Data> journal_;
  expected_presence<Data> shown_;
  limits bounds_;
  std::vector<bool> taken_; // versions that receipts have named
  std::optional<fault_point> server_fails_;
  runtime runtime_;
  supervisor<Data> server_;
  std::vector<std::unique_ptr<client>> clients_;
};

} // namespace libsync::testing::detail

#include "libsync/actors/testing/actor_checks.hpp"
#include "libsync/actors/testing/actor_events.hpp"
