#pragma once

/// What is measured, and how.

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "libsync/limits.hpp"
#include "libsync/statebox/gossip.hpp"

namespace libsync {

/// What the clients are.
enum class client_kind {
  /// Sessions. Each submitter is a thread.
  sessions,
  /// Clients inside actors, which submit there. No more threads run than the actor system has.
  actors,
};

/// Which data a generator of operations is given.
enum class operation_source {
  /// The newest data of the submitter's client, read anew for each operation. In a flood these
  /// reads are a part of what is measured.
  newest_data,
  /// The data as they were before the first operation. Nothing is read.
  initial_data,
  /// The same, and all operations are made before the clock starts, for generators that take long.
  /// They all lie in memory then. This needs `operations`.
  beforehand,
};

/// What `measure_load` does. Exactly one of `operations` and `duration` is given.
struct load_options {
  /// Clients that each hold their own copy.
  std::size_t clients = 10;
  /// How many of them submit at once, each what it makes by a seed of its own. If these are more
  /// than the clients, they share them in turn.
  std::size_t submitters = 4;
  /// How many operations all submitters submit together.
  std::uint64_t operations = 0;
  /// For how long they submit instead.
  std::chrono::nanoseconds duration{0};
  /// How many operations they submit in a second, all together, evenly, whether or not those before
  /// are done. With 0 they submit as fast as their outboxes have room.
  double rate = 0;
  client_kind kind = client_kind::sessions;
  operation_source source = operation_source::newest_data;
  /// The latency of one operation in so many is measured, which costs some time; of none if it is
  /// 0. With a `rate` each is.
  std::uint64_t timed_one_in = 100;
  std::uint64_t seed = 1;
  /// The limits of the clients, and of the server, if it is made for the measurement.
  limits bounds = {};
  /// How long the clients may take to show the last operation.
  std::chrono::nanoseconds patience = std::chrono::minutes{10};
  /// Whether progress is shown, on stderr, if that is a terminal.
  bool progress = true;

  /// The most of some.
  static constexpr std::size_t most_clients = 100'000;
  static constexpr std::size_t most_submitters = 1000;
  static constexpr double most_rate = 1e9;

  /// Returns these options. Throws std::invalid_argument, naming the first that makes no sense.
  [[nodiscard]] const load_options& checked() const;
};

/// How peers are connected.
enum class peer_network {
  /// Each with each.
  all,
  /// Each with the one before and the one after, so that news go through others.
  ring,
};

/// What `measure_peers` does. Exactly one of `operations` and `duration` is given.
struct peers_options {
  std::size_t peers = 4;
  /// How many of them are changed at once, each by a thread.
  std::size_t submitters = 2;
  /// How many changes all submitters make together.
  std::uint64_t operations = 0;
  /// For how long they make changes instead.
  std::chrono::nanoseconds duration{0};
  /// How many changes they make in a second, all together, evenly. With 0 each makes one as soon as
  /// the one before is made.
  double rate = 0;
  peer_network network = peer_network::all;
  /// A peer whose newest data are read copies its box before its next change. To measure without
  /// that, choose another source.
  operation_source source = operation_source::newest_data;
  gossip_limits bounds = {};
  std::uint64_t seed = 1;
  /// How long the peers may take to become equal after the last change.
  std::chrono::nanoseconds patience = std::chrono::minutes{10};
  /// Whether progress is shown, on stderr, if that is a terminal.
  bool progress = true;

  /// The most peers, each of which may have as many neighbours.
  static constexpr std::size_t most_peers = 1000;

  /// Returns these options. Throws std::invalid_argument, naming the first that makes no sense.
  [[nodiscard]] const peers_options& checked() const;
};

} // namespace libsync
