#pragma once

/// Unique timestamps: a time and an origin.

#include <compare>
#include <cstdint>
#include <limits>
#include <ostream>
#include <random>

#include "libsync/ids.hpp"

namespace libsync {

/// Names one lineage of changes: a device, a process, a person's window. A change under an origin
/// always starts from the box that the origin's latest change made. A copy that is restored from a
/// backup, or that goes on beside another, takes a new origin.
enum class origin : std::uint64_t { none = 0 };

/// Returns a new origin: 64 random bits of the system's source. Among a million origins two are
/// equal with a probability of 3 in 10^8.
inline origin random_origin() {
  std::random_device source;
  static_assert(std::random_device::max() >= 0xffff'ffff);
  std::uint64_t bits = 0;
  while (bits == 0) // which is nobody's
    bits = std::uint64_t{source()} << 32 | (source() & 0xffff'ffff);
  return origin{bits};
}

/// The latest time that a box believes. It lies in the year 287,396, and is the last up to which a
/// double counts every millisecond. A box takes no event before its last change. So one event at
/// the end of all times, from a wrong clock, would leave no time for any other, for ever, and in
/// all siblings. So a box takes a later time only as the very next after its last change.
inline constexpr timestamp horizon = (timestamp{1} << 53) - 1;

namespace detail {

/// The latest time in a box that is read. Nobody lives long enough for as many changes beyond the
/// horizon.
inline constexpr timestamp farthest = 2 * horizon;

} // namespace detail

/// A time and an origin, ordered by time, then by origin. The changes of one origin follow each
/// other, so no two events have the same stamp.
struct stamp {
  /// The time before all events. No event has it.
  static constexpr timestamp none = std::numeric_limits<timestamp>::min();

  /// Milliseconds since 1970-01-01 00:00 UTC.
  timestamp time = none;
  origin by{};

  friend constexpr auto operator<=>(const stamp&, const stamp&) = default;
};

inline std::ostream& operator<<(std::ostream& out, origin by) {
  return out << "origin " << static_cast<std::uint64_t>(by);
}

inline std::ostream& operator<<(std::ostream& out, const stamp& when) {
  return out << when.time << " of " << when.by;
}

} // namespace libsync
