#pragma once

/// What was measured.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <ostream>
#include <string>

#include "libsync/actors/load/histogram.hpp"

#include "libsync/ids.hpp"

namespace libsync {

/// What `measure_load` has measured. It is true if all copies agree in the end.
struct load_result {
  std::size_t clients = 0;
  std::size_t submitters = 0;
  /// Operations that were submitted: each was accepted or refused, or nobody knows.
  std::uint64_t submitted = 0;
  std::uint64_t accepted = 0;
  std::uint64_t refused = 0;
  std::uint64_t unknown = 0;
  /// The first reason for which one was not accepted.
  std::string first_reason;
  /// From the first submission until the last client shows the last operation.
  double seconds = 0;
  /// Nanoseconds from submitting until the submitter's own copy shows the change, of accepted
  /// operations. With a rate they count from the time at which the operation was due. The first
  /// tenth warms up, and is left out.
  histogram latencies;
  /// By how much the memory of this process has grown for each client, with its copy, and with what
  /// was on its way; nothing where the system does not tell.
  std::optional<double> bytes_a_client;
  /// How often the server suspended a client because it was too far behind, and how often a client
  /// joined again. Both should be 0.
  std::uint64_t suspensions = 0;
  std::uint64_t resyncs = 0;
  /// The version that all copies have reached, and how many were compared with the server's data.
  /// None is compared if others use the server too, because the data may change meanwhile.
  libsync::version version = 0;
  std::size_t compared = 0;
  /// Which copy differs from the server's data, and how; empty if none does.
  std::string disagreement;

  [[nodiscard]] explicit operator bool() const noexcept { return disagreement.empty(); }

  /// Accepted operations in a second, and that times the number of clients.
  [[nodiscard]] double operations_a_second() const noexcept {
    return seconds > 0 ? static_cast<double>(accepted) / seconds : 0;
  }
  [[nodiscard]] double deliveries_a_second() const noexcept {
    return operations_a_second() * static_cast<double>(clients);
  }

  /// Prints a table, and the latencies, in lines of at most 80 characters.
  friend std::ostream& operator<<(std::ostream& out, const load_result& one);
};

/// What `measure_peers` has measured. It is true if all peers are equal in the end.
struct peers_result {
  std::size_t peers = 0;
  std::size_t submitters = 0;
  /// Changes that were made, and those that were refused.
  std::uint64_t changed = 0;
  std::uint64_t refused = 0;
  /// The first reason for which one was refused.
  std::string first_reason;
  /// From the first change until all peers are equal, and the part of it after the last change.
  double seconds = 0;
  double settling_seconds = 0;
  /// Boxes that brought something new, that brought nothing new, and that could not be merged, of
  /// all peers.
  std::uint64_t merged = 0;
  std::uint64_t repeated = 0;
  std::uint64_t failed = 0;
  /// Nanoseconds that a change took until its peer had made it; with a rate, from the time at which
  /// it was due. The first tenth is left out.
  histogram latencies;
  /// Whether a merge may have lost something, since a peer has dropped events that another had not
  /// seen (`gossip_limits`).
  bool may_have_lost = false;
  /// Which peer differs from the first one; empty if none does.
  std::string disagreement;

  [[nodiscard]] explicit operator bool() const noexcept { return disagreement.empty(); }

  [[nodiscard]] double changes_a_second() const noexcept {
    return seconds > 0 ? static_cast<double>(changed) / seconds : 0;
  }
  [[nodiscard]] double merges_a_second() const noexcept {
    return seconds > 0 ? static_cast<double>(merged) / seconds : 0;
  }

  /// Prints a table, and the latencies, in lines of at most 80 characters.
  friend std::ostream& operator<<(std::ostream& out, const peers_result& one);
};

/// Prints percentiles of nanoseconds, and how many lie between one power of two and the next, in
/// lines of at most 80 characters.
void print_latencies(std::ostream& out, const histogram& nanoseconds);

} // namespace libsync
