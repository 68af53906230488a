#pragma once

/// Counters of events that a user may want to know about, such as a limit that was met.

#include <cstdint>

namespace libsync {

/// The counters of a server.
struct sequencer_counters {
  std::uint64_t accepted = 0;
  std::uint64_t refused = 0;
  /// Refused submissions whose condition did not hold.
  std::uint64_t conflicts = 0;
  /// Submissions that came again after a break and were answered as before.
  std::uint64_t repeated = 0;
  /// Members that fell too far behind.
  std::uint64_t suspended = 0;
  std::uint64_t batches = 0;
  /// Batches that were sent early because the next operations would not fit.
  std::uint64_t full_batches = 0;
  /// Refused submissions that came while too many effects were not done.
  std::uint64_t full_effects = 0;
  /// Joins that were answered with a snapshot, and with the missed batches.
  std::uint64_t snapshots = 0;
  std::uint64_t catch_ups = 0;
  /// Snapshots for a client that had missed more than the log keeps.
  std::uint64_t past_log = 0;
  /// Clients that left and were forgotten, because others left after them.
  std::uint64_t forgotten = 0;
  /// Epochs that began in place, because a reducer threw and may have changed the data.
  std::uint64_t new_epochs = 0;
  /// Broken promises of a reducer that checked mode has found.
  std::uint64_t violations = 0;
  /// Snapshots that viewers were shown.
  std::uint64_t shown = 0;
  /// Joins that `rules::admit` has refused, and submissions that `rules::authorize` has.
  std::uint64_t not_admitted = 0;
  std::uint64_t not_authorized = 0;

  /// Grows with each decision.
  [[nodiscard]] std::uint64_t decided() const noexcept { return accepted + refused + new_epochs; }
};

/// The counters of a client.
struct replica_counters {
  /// Times that it joined again because versions were missing, repeated or foreign.
  std::uint64_t resyncs = 0;
  /// Times that the server suspended it because it was too far behind.
  std::uint64_t suspensions = 0;
  /// Accepted operations that its own reducer refused: a bug of the reducer.
  std::uint64_t diverged = 0;
  /// Times that it joined again because a call had thrown, for instance for lack of memory.
  std::uint64_t recovered = 0;
  /// Submissions that found the outbox full.
  std::uint64_t overloaded = 0;
  /// Parcels that were sent full.
  std::uint64_t full_parcels = 0;
};

/// The counters of a relay.
struct relay_counters {
  /// Connections to its server.
  std::uint64_t connections = 0;
  /// Snapshots that it took, because it had no data, or had missed more than the server's log has.
  std::uint64_t snapshots = 0;
  /// Times that it asked for a snapshot because its own reducer refused what the server has
  /// accepted: a bug of the reducer.
  std::uint64_t diverged = 0;
  /// Times that it asked again because versions were missing.
  std::uint64_t resyncs = 0;
};

} // namespace libsync
