#pragma once

/// What is checked of simulated peers, and how their simulation ends.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "libsync/statebox/composite.hpp"
#include "libsync/statebox/independent.hpp"

#include "libsync/testing/detail/peers/peer_world.hpp"

namespace libsync::testing::detail {

template <class Data>
void peer_world<Data>::check_shown(peer& self, const box& what) {
  require(what.queue().size() <= bounds_.events, "peer ", self.index, " keeps ",
          what.queue().size(), " events, and the limit is ", bounds_.events);
  const auto digest = digest_of(what.value());
  note(self.index, digest, what.last_modified().time);
  if (what.may_have_lost())
    require(may_lose(), "peer ", self.index, " may have lost something, although no limit was met");
  else if (!has_accepted_loss_)
    require(digest == self.expected.digest(), "peer ", self.index,
            " shows data that its events do not lead to");
  require(holds_(what.value()), "the invariant does not hold for what peer ", self.index, " shows");
}

template <class Data>
void peer_world<Data>::end() {
  heal();
  this->converge(*this, seed_, how_.steps_to_converge);
  accept_loss();
  const auto missing = what_is_missing();
  require(missing.empty(), missing, ", although no message is left");
}

template <class Data>
void peer_world<Data>::heal() {
  calls_back_.clear();
  for (auto& [ends, over] : links_)
    over.is_held = over.loses_next = over.repeats_next = false;
  for (auto& one : peers_) {
    one->is_frozen = false;
    if (!one->lives())
      come_back(*one, false);
  }
  // Each meets the next one, so that all are connected, directly or through others.
  for (std::size_t i = 0; i + 1 < peers_.size(); ++i)
    meet(*peers_[i], *peers_[i + 1]);
  for (auto& [ends, over] : links_)
    if (over.is_open && over.has_lost)
      meet(*peers_[ends.first], *peers_[ends.second]);
}

// Boxes that may have lost something may differ, until somebody accepts the loss.
template <class Data>
void peer_world<Data>::accept_loss() {
  const auto lost = std::find_if(peers_.begin(), peers_.end(), [](const auto& one) {
    return one->itself->box().may_have_lost();
  });
  if (lost == peers_.end())
    return;
  accept_loss(**lost);
  this->converge(*this, seed_, how_.steps_to_converge);
}

template <class Data>
void peer_world<Data>::accept_loss(peer& self) {
  has_accepted_loss_ = true;
  const auto when = self.itself->box().next(now_, self.by);
  self.expected.append(history_, history_.add_acceptance(when));
  sink out{*this, self};
  const auto done = self.itself->accept_loss(now_, out);
  require(done.accepted(), "peer ", self.index, " does not accept a loss: ", done.reason());
}

// What a peer must show once it has merged a box, if one of the two has accepted losses that the
// other has not heard of: the accepted value, with what it had not seen. Nothing is known if
// another is replayed on what it has made already.
template <class Data>
std::optional<Data> peer_world<Data>::prevailing(const peer& self, const sent_box& other) const {
  const auto has = [&](std::size_t number) {
    return number < other.seen.size() && other.seen[number];
  };
  bool is_here = false;
  bool is_there = false;
  for (const auto number : history_.acceptances()) {
    is_here = is_here || (self.expected.has(number) && !has(number));
    is_there = is_there || (!self.expected.has(number) && has(number));
  }
  if (is_here == is_there)
    return std::nullopt;
  auto value = is_here ? self.itself->box().value() : other.what->value();
  bool is_later = false;
  for (const auto number : history_.order()) {
    const bool was_seen = is_here ? self.expected.has(number) : has(number);
    is_later = is_later || (!was_seen && (self.expected.has(number) || has(number)));
    if (!is_later || (!was_seen && !self.expected.has(number) && !has(number)))
      continue;
    if (!is_independent(history_[number].what) || !step_wholly(value, history_[number].what))
      return std::nullopt;
  }
  return value;
}

template <class Data>
std::string peer_world<Data>::what_is_missing() const {
  if (peers_.empty())
    return {};
  const auto& first = peers_.front()->itself->box();
  for (const auto& one : peers_) {
    const auto name = "peer " + std::to_string(one->index);
    const auto& its = one->itself->box();
    if (its.may_have_lost())
      return name + " may have lost something, although that was accepted";
    // What is dropped for a limit, each drops for itself.
    const bool is_same =
        may_lose() || (its.known() == first.known() && its.queue() == first.queue());
    if (!is_same || digest_of(its.value()) != digest_of(first.value()))
      return name + " has another box than peer 0";
    for (std::size_t number = 0; number < history_.size(); ++number)
      if (one->expected.has(number) != peers_.front()->expected.has(number))
        return name + " has not seen the same events as peer 0";
  }
  return {};
}

} // namespace libsync::testing::detail
