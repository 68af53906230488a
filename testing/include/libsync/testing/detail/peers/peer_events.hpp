#pragma once

/// What happens to simulated peers.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <variant>
#include <vector>

#include "libsync/testing/detail/peers/peer_world.hpp"

namespace libsync::testing::detail {

template <class Data>
void peer_world<Data>::add_peer() {
  const auto index = peers_.size();
  random habits{seed_ ^ (index + 1) << 32U};
  peers_.push_back(std::make_unique<peer>(index, history_));
  auto& self = *peers_.back();
  self.skew = habits.between(-5, 5);
  self.by = origin{++last_origin_};
  self.stored.emplace(how_.initial, stamp{0, origin::none});
  self.backup = self.stored;
  come_back(self, false);
}

template <class Data>
bool peer_world<Data>::step(random& choices) {
  std::vector<std::pair<std::size_t, std::size_t>> ready; // (who, who) is to share
  for (const auto& one : peers_)
    if (one->lives() && one->wants_to_share && !one->is_frozen)
      ready.emplace_back(one->index, one->index);
  for (const auto& [ends, over] : links_)
    if (!over.all.empty() && !over.is_held && !peers_[ends.second]->is_frozen)
      ready.push_back(ends);
  if (ready.empty())
    return false;
  ++totals().steps;
  const auto [from, to] = choices.one_of(ready);
  if (from != to) {
    deliver(from, to);
  } else {
    auto& self = *peers_[from];
    self.wants_to_share = false;
    sink out{*this, self};
    self.itself->share(out);
  }
  return true;
}

template <class Data>
void peer_world<Data>::deliver(std::size_t from, std::size_t to) {
  auto& over = between(from, to);
  const auto next = over.all.front();
  if (std::exchange(over.loses_next, false)) {
    over.all.pop_front();
    over.has_lost = true;
    return;
  }
  if (!std::exchange(over.repeats_next, false))
    over.all.pop_front();
  std::visit([&](const auto& what) { hear(*peers_[to], from, what); }, next);
}

template <class Data>
void peer_world<Data>::hear(peer& self, std::size_t from, const sent_box& what) {
  const auto prevails = calls_back_.empty() ? prevailing(self, what) : std::nullopt;
  self.expected.merge(history_, what.seen);
  sink out{*this, self};
  const auto done = self.itself->receive(from, *what.what, out);
  require(done.accepted(), "peer ", self.index, " cannot merge the box of peer ", from, ": ",
          done.reason());
  const auto& made = self.itself->box();
  require(!prevails || made.may_have_lost() || digest_of(made.value()) == digest_of(*prevails),
          "peer ", self.index, " shows something else than the value that was accepted");
}

template <class Data>
void peer_world<Data>::hear(peer& self, std::size_t from, const acknowledgement&) {
  sink out{*this, self};
  self.itself->acknowledged(from, out);
}

template <class Data>
auto peer_world<Data>::any_peer(std::uint64_t which) -> peer* {
  for (std::size_t i = 0; i < peers_.size(); ++i)
    if (auto& one = *peers_[(which + i) % peers_.size()]; one.lives())
      return &one;
  return nullptr;
}

template <class Data>
void peer_world<Data>::act(const simulated_event& next) {
  note(static_cast<std::uint64_t>(next.what), static_cast<std::uint64_t>(next.fault));
  random choices{next.seed};
  now_ += choices.between(0, 1); // often at the same time
  auto* const self = any_peer(next.who);
  switch (next.what) {
  case event_kind::submit:
  case event_kind::submit_transaction:
    // Some accept a loss while others have not heard of it.
    if (self != nullptr && self->itself->box().may_have_lost() && next.seed % 8 == 0) {
      say(next, "peer ", self->index, " accepts its loss");
      accept_loss(*self);
    } else if (self != nullptr) {
      submit(*self, next);
    }
    return;
  case event_kind::cause_fault:
    ++totals().faults;
    if (next.fault == fault::late_join) {
      say(next, "peer ", peers_.size(), " joins late");
      return add_peer();
    }
    if (self != nullptr)
      disturb(next, *self, *peers_[choices.below(peers_.size())]);
    return;
  case event_kind::thaw:
    for (auto& one : peers_)
      one->is_frozen = false;
    return say(next, "all thaw");
  case event_kind::release:
    for (auto& [ends, over] : links_)
      over.is_held = false;
    return say(next, "all messages come through again");
  case event_kind::come_back:
    for (auto& one : peers_)
      if (!one->lives()) {
        const bool is_from_backup = choices.chance(30);
        say(next, "peer ", one->index, " comes back", is_from_backup ? " from a backup" : "");
        return come_back(*one, is_from_backup);
      }
    if (self != nullptr) {
      auto& other = *peers_[choices.below(peers_.size())];
      meet(*self, other);
      say(next, "peers ", self->index, " and ", other.index, " meet");
    }
  }
}

template <class Data>
void peer_world<Data>::disturb(const simulated_event& next, peer& self, peer& other) {
  auto& over = between(self.index, other.index);
  const auto way = [&](const char* what) {
    say(next, "peer ", self.index, " to peer ", other.index, ": ", what);
  };
  switch (next.fault) {
  case fault::cut:
    part(self.index, other.index);
    return way("both part");
  case fault::drop:
    over.loses_next = true;
    return way("the next message is lost");
  case fault::duplicate:
    over.repeats_next = true;
    return way("the next message comes twice");
  case fault::hold:
    over.is_held = true;
    return way("messages are held");
  case fault::freeze_client:
    self.is_frozen = true;
    return say(next, "peer ", self.index, " freezes");
  case fault::leave:
    for (const auto& one : peers_)
      part(self.index, one->index);
    return say(next, "peer ", self.index, " parts from all");
  case fault::die:
    die(self);
    return say(next, "peer ", self.index, " dies");
  case fault::call_back:
    calls_back_.emplace_back(self.index, next.seed);
    return say(next, "peer ", self.index, " calls back within its next callback");
  default:
    return;
  }
}

template <class Data>
void peer_world<Data>::submit(peer& self, const simulated_event& next) {
  random choices{next.seed};
  const auto count = next.what == event_kind::submit ? 1 : 2 + choices.below(2);
  auto all = make_operations(self.itself->box().value(), make_, choices.split(), count);
  ++totals().submissions;
  if (tells())
    say(next, "peer ", self.index, count == 1 ? " does " : " does at once ", in_words(all));
  if (choices.chance(10)) {
    self.backup = self.itself->box();
    self.expected_of_backup = self.expected;
  }
  change what = count == 1 ? change{std::move(all.front())}
                           : change{typename change::list(all.begin(), all.end())};
  const auto now = now_ + self.skew;
  const auto when = self.itself->box().next(now, self.by);
  auto trial = self.itself->box().value();
  const auto expected = step_wholly(trial, what);
  if (expected)
    self.expected.append(history_, history_.add({when, change{what}}));
  sink out{*this, self};
  const auto done = self.itself->change(std::move(what), now, out);
  require(bool(done) == bool(expected), "peer ", self.index, done ? " accepts" : " refuses",
          " a change, which its reducer does not");
  require(!done || *done == when, "a change has the time ", when, " and another one");
}

template <class Data>
void peer_world<Data>::meet(peer& one, peer& other) {
  if (&one == &other || !one.lives() || !other.lives())
    return;
  for (auto* const self : {&one, &other}) {
    auto& to = self == &one ? other : one;
    auto& over = between(self->index, to.index);
    over.all.clear(); // the exchange begins anew
    over.is_open = true;
    over.has_lost = false;
  }
  for (auto* const self : {&one, &other}) {
    sink out{*this, *self};
    self->itself->meet((self == &one ? other : one).index, out);
  }
}

template <class Data>
void peer_world<Data>::part(std::size_t one, std::size_t other) {
  for (const auto& [self, to] : {std::pair{one, other}, std::pair{other, one}}) {
    auto& over = between(self, to);
    over.all.clear();
    over.is_open = false;
    if (peers_[self]->lives())
      peers_[self]->itself->part(to);
  }
}

template <class Data>
void peer_world<Data>::die(peer& self) {
  for (const auto& one : peers_)
    part(self.index, one->index);
  self.stored = self.itself->box();
  self.itself.reset();
  self.wants_to_share = false;
}

// A copy that is restored from a backup takes a new origin.
template <class Data>
void peer_world<Data>::come_back(peer& self, bool is_from_backup) {
  if (is_from_backup) {
    self.by = origin{++last_origin_};
    self.stored = self.backup;
    self.expected = self.expected_of_backup;
  }
  self.itself.emplace(*self.stored, self.by, bounds_);
  for (const auto& one : peers_)
    if (random{seed_ ^ history_.size() ^ (self.index * 31 + one->index)}.chance(70))
      meet(self, *one);
}

template <class Data>
void peer_world<Data>::within(peer& self) {
  const auto armed = std::find_if(calls_back_.begin(), calls_back_.end(),
                                  [&](const auto& one) { return one.first == self.index; });
  if (armed == calls_back_.end() || !self.lives())
    return;
  random choices{armed->second};
  calls_back_.erase(armed);
  auto& other = *peers_[choices.below(peers_.size())];
  switch (choices.below(6)) {
  case 0:
    return meet(self, other);
  case 1:
    return part(self.index, other.index);
  case 2: {
    sink out{*this, self};
    return self.itself->share(out);
  }
  case 3:
    if (!between(other.index, self.index).all.empty())
      return deliver(other.index, self.index);
    [[fallthrough]];
  default:
    return submit(self, {0, event_kind::submit, {}, 0, choices()});
  }
}

} // namespace libsync::testing::detail
