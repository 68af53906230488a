#pragma once

/// Limits that are met often.

#include <cstddef>
#include <cstdint>

#include "libsync/limits.hpp"

#include "libsync/testing/random.hpp"

namespace libsync::testing::detail {

/// Returns the limits of a seed. Most are tiny; some are what they usually are.
template <class Operation>
limits tiny_limits(std::uint64_t seed) {
  random choices{seed ^ 0x71717};
  const auto few = [&](std::uint64_t least, std::uint64_t most) {
    return static_cast<std::size_t>(least + choices.below(most - least + 1));
  };
  limits made{.batch = few(1, 8),
              .parcel = few(1, 8),
              .outbox = few(4, 63),
              .log = few(1, 64),
              .lag = few(4, 67),
              .absent = few(1, 8)};
  // In bytes, of which a message takes a hundred or so beside its operations.
  const auto bytes = [&](std::size_t limits::*which, std::size_t operations) {
    if (choices.chance(25))
      made.*which = few(1, 100 + operations * sizeof(Operation));
  };
  bytes(&limits::batch_bytes, 8);
  bytes(&limits::parcel_bytes, 8);
  bytes(&limits::outbox_bytes, 32);
  bytes(&limits::log_bytes, 64);
  bytes(&limits::lag_bytes, 64);
  bytes(&limits::absent_bytes, 64);
  if (choices.chance(25))
    made.reasons = few(1, 8192);
  if (choices.chance(50))
    made.effects = few(1, 8);
  if (choices.chance(10))
    made.submission = few(1, 3);
  if (choices.chance(5)) // much is refused
    made.submission_bytes = few(sizeof(Operation), 3 * sizeof(Operation));
  made.timers = few(1, 8);
  return made;
}

} // namespace libsync::testing::detail
