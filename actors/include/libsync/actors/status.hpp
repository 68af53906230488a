#pragma once

/// What servers, supervisors and clients tell of themselves.

#include <cstddef>
#include <cstdint>
#include <optional>

#include "libsync/counters.hpp"
#include "libsync/ids.hpp"
#include "libsync/reason.hpp"

namespace libsync {

/// What a server tells of itself.
struct server_status {
  epoch_id epoch{};
  libsync::version version = 0;
  std::size_t members = 0;
  /// Clients that left and are remembered.
  std::size_t absent = 0;
  sequencer_counters counters;
  /// Effects that are not done.
  std::size_t waiting_effects = 0;
  /// How often a server was started for these data: 1, and once more for each restart.
  std::uint64_t lives = 0;
  /// Exceptions out of the functions that the server was given.
  std::size_t thrown = 0;
};

/// What a client tells of itself.
struct client_status {
  std::optional<client_id> id;
  epoch_id epoch{};
  libsync::version version = 0;
  bool joined = false;
  /// Submissions without a receipt.
  std::size_t undecided = 0;
  /// Submissions that were not even sent yet.
  std::size_t waiting = 0;
  replica_counters counters;
  /// Submissions that found a session's buffer full.
  std::size_t buffer_overloaded = 0;
  /// Exceptions out of observers and handlers of receipts.
  std::size_t thrown = 0;
};

/// What a supervisor tells of itself.
struct supervisor_status {
  /// How often it has started the server again.
  std::uint64_t restarts = 0;
  /// Why the server died the last time; empty if it never did.
  libsync::reason reason;
  /// It starts the server no more.
  bool gave_up = false;
};

} // namespace libsync
