#pragma once

/// The server of a simulated network: a sequencer, its deaths, and what it must decide.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "libsync/sequencer.hpp"

#include "libsync/testing/detail/broken.hpp"
#include "libsync/testing/detail/expected_data.hpp"
#include "libsync/testing/detail/expected_receipts.hpp"
#include "libsync/testing/detail/network/absent_clients.hpp"
#include "libsync/testing/detail/network/effect_ledger.hpp"
#include "libsync/testing/detail/network/expected_members.hpp"
#include "libsync/testing/detail/network/expected_timers.hpp"
#include "libsync/testing/detail/network/hook.hpp"
#include "libsync/testing/detail/network/links.hpp"
#include "libsync/testing/detail/network/own_words.hpp"
#include "libsync/testing/detail/network/sent_batch.hpp"
#include "libsync/testing/detail/network/server_limits.hpp"
#include "libsync/testing/detail/network/simulated_audit.hpp"
#include "libsync/testing/digest.hpp"
#include "libsync/testing/random.hpp"
#include "libsync/testing/simulation.hpp"

namespace libsync::testing::detail {

/// Every call is checked against what is expected. A call within which something fails ends the
/// server, and the next one begins an epoch.
template <class Data>
class simulated_server {
public:
  using operation = typename Data::operation;
  using effect = typename effects<Data>::effect;
  static constexpr epoch_id first_epoch{7};

  simulated_server(const simulation_options<Data>& how, const limits& bounds, std::uint64_t seed,
                   links<Data>& between, const network_hook& hook)
      : how_(how), bounds_(bounds), hook_(hook), seed_(seed), choices_(seed ^ 0xF1A5),
        links_(between), observes_(seed % 2 == 0), data_(how.initial),
        receipts_(data_, bounds_, how.authorize), expected_members_(how),
        own_words_(how, hook, expected_members_),
        server_(how.initial, first_epoch, bounds_, own_words_.rules()), audit_(server_, hook) {}

  simulated_server(const simulated_server&) = delete;
  simulated_server& operator=(const simulated_server&) = delete;

  [[nodiscard]] const expected_data<Data>& expected() const noexcept { return data_; }
  [[nodiscard]] expected_receipts<Data>& receipts() noexcept { return receipts_; }
  [[nodiscard]] identity_ptr<Data> identity_of_client(std::size_t client) const {
    return expected_members_.identity_of_client(client);
  }
  [[nodiscard]] const sequencer<Data, std::size_t>& decisions() const noexcept { return server_; }
  [[nodiscard]] std::uint64_t epochs() const noexcept { return epochs_; }
  /// How many versions there were, with those of servers that were replaced.
  [[nodiscard]] std::uint64_t versions() const { return versions_before_ + data_.last(); }
  [[nodiscard]] bool wants_flush() const noexcept { return flushes_ > 0; }
  [[nodiscard]] bool has_undone() const noexcept { return effects_.has_undone(); }

  /// A message arrives over a link.
  template <class Message>
  void hear(std::size_t route, const Message& what) {
    sender_ = route;
    receive(route, what);
    sender_ = links<Data>::none;
  }

  void receive(std::size_t route, const join_request& request) {
    ++time_;
    links_.join(route, request.known.has_value());
    const auto client = links_.at(route).client;
    expected_members_.ask(client, request, time_);
    links_.at(route).is_member = expected_members_.is_admitted();
    auto honest = request;
    if (expected_members_.is_forger())
      honest.known.reset();
    absent_.ask(honest);
    call([&] { server_.join(route, request, time_, *this); });
    absent_.check(server_.absent());
    if (now_.is_whole)
      expected_members_.check(absent_.is_new());
  }
  void receive(std::size_t route, const parcel_ptr<Data>& what) {
    const auto& from = links_.at(route);
    const bool is_taken = from.is_member && what->epoch == server_.epoch();
    call([&] { server_.submit(route, *what, ++time_, *this); },
         [&] {
           const auto client = links_.at(route).client;
           return !is_taken ||
                  receipts_.decide(client, identity_of_client(client), *what, time_, now_);
         });
  }
  void receive(std::size_t route, version latest) {
    call([&] { server_.acknowledge(route, latest, *this); });
  }
  void receive(std::size_t route, leave_message) {
    const auto before = server_.members();
    const auto epochs = epochs_;
    call([&] { server_.leave(route, ++time_, *this); });
    absent_.leave(route);
    absent_.check(server_.absent());
    require(epochs_ != epochs || !own_words_.on_left ||
                own_words_.size() == before - server_.members(),
            "on_left was not called once for a client that left");
    links_.at(route).is_member = false;
  }
  void receive(std::size_t route, const digest_told& what) {
    call([&] { audit_.receive(route, what); });
  }
  void audit() {
    call([&] { audit_.begin(*this); }); // if there is none
  }
  [[nodiscard]] bool is_audited() const noexcept { return !audit_.is_under_way(); }
  void set_timer(random& choices, operation op) {
    timers_.set_any(server_.timers(), std::move(op), time_, bounds_.timers, choices);
  }
  [[nodiscard]] bool has_timers() const { return timers_.next().has_value(); }
  /// Time passes until some are due.
  void fire(random& choices) {
    time_ = std::max(time_ + 1, *timers_.next() + choices.between(0, 5));
    call([&] { server_.fire(time_, *this); },
         [&] {
           return timers_.decide_due(time_, own_words_.number(), data_, receipts_, now_, server_);
         });
    timers_.check(server_.timers());
  }
  void flush() {
    --flushes_;
    call([&] { server_.flush(*this); });
  }
  /// Tells what became of an effect that is not done, if there is any.
  void report_effect();

  /// It dies between two calls. Another goes on.
  void die() {
    end_life();
    links_.end_server();
    call([&] { server_.resume(*this); });
    effects_.check_life();
  }

  /// It ends, and another begins with its data, which knows nothing else. Everybody hears that.
  void replace();

  /// Within which of its next calls to the outside it dies.
  void die_within(std::size_t count) { dies_in_ = count; }

  void check_end() {
    check_limits(server_, bounds_);
    check_data();
    if constexpr (expected_data<Data>::has_effects)
      effects_.check_end(data_);
  }

  // What the sequencer calls.

  template <class Message>
  void send(std::size_t route, const Message& what) {
    const own_code now{hook_};
    maybe_die();
    auto& to = links_.at(route);
    if constexpr (std::is_same_v<Message, batch_ptr<Data>>) {
      check_size(*what, bounds_);
      check_mailbox(to, bounds_);
      times_.check(*what, time_);
    }
    if constexpr (std::is_same_v<Message, welcome_ptr<Data>>) {
      expected_members_.welcome(*what);
      if (what->refused.empty())
        absent_.welcome(route, *what);
    }
    if (!to.is_cut)
      to.down.all.push_back(what);
  }
  void ask_for_flush() {
    ++flushes_;
    maybe_die();
  }
  bool run(const effect_key& key, const effect& what) {
    const own_code now{hook_};
    return effects_.hand(key, what, choices_.chance(70));
  }
  [[nodiscard]] bool observes() const { return observes_; }
  void changed(const change<Data>& what) {
    const own_code now{hook_};
    require(what.version == seen_ + 1, "the server told of version ", what.version, " after ",
            seen_);
    seen_ = what.version;
    told_.emplace_back(what.version, digest_of(what.data));
    maybe_die();
  }
  void refused(client_id by, submission_number number, std::span<const operation>,
               const reason& why) {
    const own_code now{hook_};
    require(!why.empty(), "submission ", number, " was refused without a reason");
    now_.refused.insert_or_assign(std::pair{by, number},
                                  call_record::refusal{why, effects_.done()});
    maybe_die();
  }

private:
  struct dies {};

  void maybe_die() {
    if (dies_in_ != 0 && --dies_in_ == 0)
      throw dies{};
  }

  template <class Call>
  bool survives(Call what) {
    now_ = {};
    now_.may_starve = static_cast<bool>(hook_.call);
    told_.clear();
    own_words_.clear();
    try {
      if (hook_.call)
        hook_.call(choices_, what);
      else
        what();
      return true;
    } catch (const dies&) {
      return false;
    } catch (const std::bad_alloc&) {
      return false;
    }
  }

  // `decide` returns whether no submission threw half-way.
  template <class Call, class Decide>
  void call(Call what, Decide decide) {
    const auto epoch = server_.epoch();
    now_.is_whole = survives(what);
    now_.has_torn = server_.epoch() != epoch;
    const bool has_torn = own_words_.decide(receipts_, time_, now_, !decide());
    if (!now_.is_whole)
      begin_epoch(has_torn);
    else if (has_torn || now_.has_torn)
      follow_epoch(has_torn);
    times_.note(server_.version(), time_);
    check_told();
    effects_.check(data_);
    check_limits(server_, bounds_);
    audit_.check();
  }
  template <class Call>
  void call(Call what) {
    call(what, [] { return true; });
  }

  void end_life() {
    audit_.abandon();
    flushes_ = 0;
    effects_.begin_life();
  }

  // An epoch has begun, in place: everybody has to join again.
  void follow_epoch(bool is_expected);

  void begin_epoch(bool has_torn);

  // Epochs have no order.
  [[nodiscard]] epoch_id next_epoch() { return epoch_id{mix(seed_, ++epochs_) | 1}; }

  void check_told() {
    for (const auto& [shown, digest] : told_)
      require(data_.has(shown, digest), "the server's data at version ", shown,
              " are not what the operations lead to");
    check_data();
  }

  void check_data() {
    require(server_.version() == data_.last(), "the server is at version ", server_.version(),
            ", expected was ", data_.last());
    if (std::exchange(checked_, server_.version()) != server_.version() || !now_.refused.empty())
      require(digest_of(server_.data()) == data_.digest(), "the server's data at version ",
              server_.version(), " are not what the operations lead to");
  }

  const simulation_options<Data>& how_;
  const limits bounds_;
  const network_hook& hook_;
  const std::uint64_t seed_;
  random choices_;
  links<Data>& links_;
  const bool observes_;
  expected_data<Data> data_;
  expected_receipts<Data> receipts_;
  effect_ledger<Data> effects_;
  absent_clients absent_;
  expected_members<Data> expected_members_;
  expected_timers<Data> timers_;
  own_words<Data> own_words_;
  accepted_times times_;
  call_record now_;
  std::vector<std::pair<version, std::uint64_t>> told_;
  std::size_t flushes_ = 0;
  std::size_t dies_in_ = 0;
  std::size_t sender_ = links<Data>::none; // whose message it is handling
  std::uint64_t epochs_ = 0;
  std::uint64_t versions_before_ = 0;
  version seen_ = 0;
  version checked_ = 0;
  timestamp time_ = 0;
  sequencer<Data, std::size_t> server_;
  simulated_audit<Data> audit_;
};

} // namespace libsync::testing::detail

#include "libsync/testing/detail/network/server_lives.hpp"
