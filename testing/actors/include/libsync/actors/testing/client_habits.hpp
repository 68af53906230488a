#pragma once

/// How simulated clients behave.

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "libsync/limits.hpp"

namespace libsync::testing {

/// What a simulated client does by itself.
struct client_habits {
  std::uint64_t seed = 1;
  /// How many operations it submits.
  std::size_t submissions = 0;
  /// The mean of its pauses between two of them.
  std::chrono::nanoseconds think_time{0};
  /// How long each message of the server's waits before the client reads it.
  std::chrono::nanoseconds reading_time{0};
  /// How often it leaves instead of submitting, and comes back after a pause.
  unsigned leaves_in_100 = 0;
  /// How often it dies instead, and starts anew after a pause.
  unsigned dies_in_100 = 0;
  /// How often it undoes or redoes instead, if it is optimistic and its data have an `inverse`.
  unsigned undoes_in_100 = 0;
  limits bounds = {};
  /// Whether a proxy lies between it and its server. Without one, nothing disturbs its connection.
  bool has_proxy = true;
  /// Whether its server may lose versions that it has seen, as one with a relaxed journal does if
  /// its process does not end as it should.
  bool may_lose_versions = false;
};

} // namespace libsync::testing
