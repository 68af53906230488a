#pragma once

/// The status of servers, supervisors and clients.

#include <cstddef>
#include <cstdint>
#include <optional>

#include "libsync/counters.hpp"
#include "libsync/ids.hpp"
#include "libsync/reason.hpp"

namespace libsync {

/// The status of a server.
struct server_status {
  epoch_id epoch{};
  libsync::version version = 0;
  std::size_t members = 0;
  /// Clients that left and that the server remembers.
  std::size_t absent = 0;
  sequencer_counters counters;
  /// Effects that are not done.
  std::size_t waiting_effects = 0;
  /// How often a server was started for these data: 1, and once more for each restart.
  std::uint64_t lives = 0;
  /// Exceptions of the functions in the server's options.
  std::size_t thrown = 0;
  /// Why nothing may be submitted now: the journal cannot be written. Empty if it may.
  libsync::reason why_closed = {};
  /// What the journal dropped when it was opened: the end of a file that a process or machine has
  /// left unfinished. Empty if nothing was.
  libsync::reason dropped = {};
};

/// The status of a client.
struct client_status {
  std::optional<client_id> id;
  epoch_id epoch{};
  libsync::version version = 0;
  bool joined = false;
  /// Submissions without a receipt.
  std::size_t undecided = 0;
  /// Submissions among these that were not sent yet.
  std::size_t waiting = 0;
  replica_counters counters;
  /// Submissions that found a session's buffer full.
  std::size_t buffer_overloaded = 0;
  /// Exceptions of observers and handlers of receipts.
  std::size_t thrown = 0;
};

/// The status of a supervisor.
struct supervisor_status {
  /// How often it has started the server again.
  std::uint64_t restarts = 0;
  /// The reason of the server's latest death; empty if it never died.
  libsync::reason reason;
  /// It does not start the server any more.
  bool gave_up = false;
};

} // namespace libsync
