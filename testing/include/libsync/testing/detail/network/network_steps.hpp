#pragma once

/// How a simulated network moves: one message at a time, by chance; and how it ends.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <type_traits>
#include <variant>

#include "libsync/testing/detail/network/network.hpp"

namespace libsync::testing::detail {

// What a step may do, as numbers. The others are, for each client, to handle what it sent, and what
// it was sent.
inline constexpr std::size_t flush_step = 0;
inline constexpr std::size_t notice_step = 1;
inline constexpr std::size_t effect_step = 2;
inline constexpr std::size_t first_client_step = 3;
inline constexpr auto timer_step = static_cast<std::size_t>(-1);

template <class Data>
void network<Data>::list_ready(random& choices) {
  ready_.clear();
  if (!is_server_frozen_) {
    if (server_.wants_flush())
      ready_.push_back(flush_step);
    if (links_.unnoticed() != 0)
      ready_.push_back(notice_step);
  }
  for (const auto& one : clients_) {
    if (one->route == links<Data>::none)
      continue;
    const auto& over = links_.at(one->route);
    if (!over.up.all.empty() && !over.up.held && !is_server_frozen_)
      ready_.push_back(first_client_step + 2 * one->index);
    if (!over.down.all.empty() && !over.down.held && !one->is_frozen && !one->is_dead)
      ready_.push_back(first_client_step + 2 * one->index + 1);
  }
  if (server_.has_undone() && !is_server_frozen_ && (ready_.empty() || choices.chance(10)))
    ready_.push_back(effect_step);
  if (how_.timers && server_.has_timers() && !is_server_frozen_ &&
      (ready_.empty() || choices.chance(10)))
    ready_.push_back(timer_step);
}

// Some seeds choose uniformly. Others keep priorities for a while, by which some are long overtaken
// by others.
template <class Data>
bool network<Data>::step(random& choices) {
  list_ready(choices);
  if (ready_.empty())
    return false;
  ++totals().steps;
  auto which = ready_[choices.below(ready_.size())];
  if (seed_ % 4 >= 2) {
    if (choices.chance(5))
      order_ = choices();
    which = *std::max_element(ready_.begin(), ready_.end(), [this](auto left, auto right) {
      return mix(order_, left) < mix(order_, right);
    });
  }
  take(which, choices);
  return true;
}

template <class Data>
void network<Data>::take(std::size_t which, random& choices) {
  switch (which) {
  case flush_step:
    return server_.flush();
  case notice_step:
    return server_.receive(links_.notice(choices.below(links_.unnoticed())), leave_message{});
  case effect_step:
    return server_.report_effect();
  case timer_step:
    return server_.fire(choices);
  default:
    auto& who = *clients_[(which - first_client_step) / 2];
    return (which - first_client_step) % 2 == 0 ? deliver_up(who, choices) : deliver_down(who);
  }
}

template <class Data>
void network<Data>::deliver_up(client& who, random& choices) {
  const auto route = who.route;
  auto& half = at(route).up;
  auto message = half.all.front();
  if (std::exchange(half.loses_next, false)) {
    half.all.pop_front();
    at(route).has_lost = true;
    return;
  }
  if (!std::exchange(half.repeats_next, false))
    half.all.pop_front();
  if (auto* asks = std::get_if<join_request>(&message); asks != nullptr && names_identity<Data>)
    forge(who, *asks, choices);
  std::visit([&](const auto& what) { server_.hear(route, what); }, message);
}

// It may claim the id of another client, to be told what that one is told.
template <class Data>
void network<Data>::forge(client& who, join_request& asks, random& choices) {
  if (!choices.chance(5))
    return;
  const auto& other = *clients_[choices.below(clients_.size())];
  if (&other == &who || !other.replica.id())
    return;
  who.has_forged = true;
  asks.known = other.replica.id();
  if (std::exchange(asks.epoch, other.replica.epoch()) != asks.epoch)
    asks.version.reset();
}

template <class Data>
void network<Data>::deliver_down(client& who) {
  auto& over = at(who.route);
  const auto message = over.down.all.front();
  const bool is_notice =
      std::holds_alternative<ended>(message) || std::holds_alternative<cut_off>(message);
  if (!is_notice && std::exchange(over.down.loses_next, false)) {
    over.down.all.pop_front();
    over.down.has_repeated = false;
    over.has_lost = over.is_disturbed = true;
    return;
  }
  over.down.has_repeated = !is_notice && std::exchange(over.down.repeats_next, false);
  if (over.down.has_repeated)
    over.is_disturbed = true;
  else
    over.down.all.pop_front();
  const auto resyncs = who.replica.counters().resyncs;
  // An optimistic client also asks for a snapshot where what it shows has been torn.
  const bool has_cause = over.is_disturbed || who.replica.is_optimistic() ||
                         who.replica.epoch() != server_.decisions().epoch();
  std::visit([&](const auto& what) { hear(who, what); }, message);
  who.go_on();
  require(has_cause || who.replica.counters().resyncs == resyncs, "client ", who.index,
          " joins again, although each message came once and its epoch goes on");
  who.check_copy();
}

template <class Data>
template <class Message>
void network<Data>::hear(client& who, const std::shared_ptr<Message>& what) {
  who.replica.receive(*what, who);
}

template <class Data>
void network<Data>::hear(client& who, const batch_ptr<Data>& what) {
  who.receive(what);
}

// A reply that says `unknown` comes from a server of which the client is no member any more, and
// which tells it so.
template <class Data>
void network<Data>::hear(client& who, const reply_ptr& what) {
  const auto& told = what->verdicts;
  if (!told.empty() && told.front().what.what == receipt::kind::unknown &&
      what->epoch == who.replica.epoch())
    at(who.route).is_unaware = false;
  who.replica.receive(*what, who);
}

template <class Data>
template <class Message>
void network<Data>::hear(client& who, const Message& what) {
  who.replica.receive(what, who);
}

template <class Data>
void network<Data>::hear(client& who, const ended&) {
  links_.find_next_server(who.index);
  who.replica.reconnect(who);
}

template <class Data>
void network<Data>::hear(client& who, const cut_off&) {
  connect_anew(who);
}

template <class Data>
void network<Data>::end() {
  if (how_.mode == mode::liveness) {
    heal();
    this->converge(*this, seed_, how_.steps_to_converge);
    check_end();
  }
}

template <class Data>
void network<Data>::heal() {
  is_server_frozen_ = false;
  calls_back_.clear();
  server_.die_within(0);
  for (auto& one : clients_) {
    one->is_frozen = false;
    if (!one->lives())
      continue;
    auto& over = at(one->route);
    over.up.held = over.up.loses_next = over.up.repeats_next = false;
    over.down.held = over.down.loses_next = over.down.repeats_next = false;
    if (one->replica.away())
      one->replica.connect(*one);
    if (over.has_lost)
      connect_anew(*one);
    else if (std::exchange(over.is_unaware, false))
      one->replica.reconnect(*one);
  }
}

template <class Data>
std::string network<Data>::what_is_missing() const {
  const auto latest = server_.decisions().version();
  std::size_t living = 0;
  for (const auto& one : clients_) {
    const auto name = "client " + std::to_string(one->index);
    if (one->lives()) {
      ++living;
      if (!one->replica.joined())
        return name + " is no member";
      if (one->replica.version() != latest)
        return name + " shows version " + std::to_string(one->replica.version()) +
               ", but the server has " + std::to_string(latest);
    }
    if constexpr (invertible<Data>)
      if (one->lives() && one->undo.waiting() != 0)
        return name + " waits for " + std::to_string(one->undo.waiting()) + " steps to be undone";
    if (one->counts.waiting() != 0)
      return name + " waits for " + std::to_string(one->counts.waiting()) + " receipts";
  }
  if (server_.decisions().members() != living)
    return "the server has " + std::to_string(server_.decisions().members()) + " members, but " +
           std::to_string(living) + " clients live";
  return {};
}

template <class Data>
void network<Data>::check_end() {
  const auto missing = what_is_missing();
  require(missing.empty(), missing, ", although no message is left");
  require(server_.is_audited(), "an audit has not come to its end, although no message is left");
  for (auto& one : clients_)
    one->check_copy();
  server_.check_end();
}

template <class Data>
std::uint64_t network<Data>::count_resyncs() const {
  std::uint64_t all = 0;
  for (const auto& one : clients_)
    all += one->replica.counters().resyncs;
  return all;
}

template <class Data>
std::uint64_t network<Data>::count_unknown() const {
  std::uint64_t all = 0;
  for (const auto& one : clients_)
    all += one->is_dead ? 0 : one->counts.unknown;
  return all;
}

} // namespace libsync::testing::detail
