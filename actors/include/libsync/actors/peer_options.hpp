#pragma once

/// The options and the status of a peer.

#include <cstddef>
#include <functional>
#include <string>

#include "libsync/statebox/gossip.hpp"
#include "libsync/statebox/stamp.hpp"
#include "libsync/statebox/statebox.hpp"

namespace libsync {

/// The status of a peer.
struct peer_status {
  origin by{};
  std::size_t neighbours = 0;
  /// Events in its queue.
  std::size_t events = 0;
  /// Something may be lost, and nobody has accepted that yet.
  bool may_have_lost = false;
  gossip_counters counters;
  /// Why the latest box could not be merged, or what ran out; empty if neither happened.
  std::string reason;
  /// Exceptions of the functions in the peer's options.
  std::size_t thrown = 0;
};

/// The options of a peer. The peer calls the functions in its actor, after everything that they are
/// told is done. An exception is counted, not propagated.
template <class Data>
struct peer_options {
  using box_type = statebox<Data, stamp>;

  /// The box that the peer begins with. If it is not empty, siblings must descend from one such
  /// box.
  box_type initial = {};
  /// `origin::none` stands for a random one.
  origin by = origin::none;
  gossip_limits bounds = {};
  /// Called with the box after each change, and after each merge that brought something new.
  std::function<void(const box_type&)> on_change = {};
  /// Called with the reason for which a received box cannot be merged. The two peers then stay
  /// apart for good. But if memory ran out, the peer asks for the box again.
  std::function<void(const std::string&)> on_failure = {};
};

} // namespace libsync
