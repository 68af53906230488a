#pragma once

/// The options of a peer, and what it tells of itself.

#include <cstddef>
#include <functional>
#include <string>

#include "libsync/statebox/gossip.hpp"
#include "libsync/statebox/stamp.hpp"
#include "libsync/statebox/statebox.hpp"

namespace libsync {

/// What a peer tells of itself.
struct peer_status {
  origin by{};
  std::size_t neighbours = 0;
  /// Events in its queue.
  std::size_t events = 0;
  /// Something may be lost, and nobody has accepted that yet.
  bool may_have_lost = false;
  gossip_counters counters;
  /// Why the latest box could not be merged, or what ran out; empty if nothing did.
  std::string reason;
  /// Exceptions out of the functions that the peer was given.
  std::size_t thrown = 0;
};

/// How a peer is made. Its functions are called in its actor, once all that it tells of is done;
/// one that throws is isolated and counted.
template <class Data>
struct peer_options {
  using box_type = statebox<Data, stamp>;

  /// What it begins with. If it is not empty, siblings must descend from one such box.
  box_type initial = {};
  /// `origin::none` stands for a fresh one.
  origin by = origin::none;
  gossip_limits bounds = {};
  /// Told of the box after each change and each merge that brought something new.
  std::function<void(const box_type&)> on_change = {};
  /// Told why a box that came cannot be merged. The two then go apart for good; but where memory
  /// ran out the box is asked for again.
  std::function<void(const std::string&)> on_failure = {};
};

} // namespace libsync
