#pragma once

/// Timestamps that are unique: a time, and who acted.

#include <compare>
#include <cstdint>
#include <limits>
#include <ostream>
#include <random>

#include "libsync/ids.hpp"

namespace libsync {

/// Names one lineage of changes: a device, a process, a person's window. Whoever acts under an
/// origin always goes on from the box that its latest change made. A copy that is restored from a
/// backup, or that goes on beside another, takes a new origin.
enum class origin : std::uint64_t { none = 0 };

/// Returns an origin that nobody else has: 64 random bits of the system's source. Among a million
/// origins two are equal with a probability of 3 in 10^8.
inline origin random_origin() {
  std::random_device source;
  static_assert(std::random_device::max() >= 0xffff'ffff);
  std::uint64_t bits = 0;
  while (bits == 0) // which is nobody's
    bits = std::uint64_t{source()} << 32 | (source() & 0xffff'ffff);
  return origin{bits};
}

/// The latest time that is believed: the year 287,396, and the last up to which every double counts
/// the milliseconds. Nothing happens before the last change of a box, so one event at the end of
/// all times, from a clock that is wrong, would leave no time for any other, for ever, and in all
/// siblings. So a box takes later times only one by one: as the very next after its last change.
inline constexpr timestamp horizon = (timestamp{1} << 53) - 1;

namespace detail {

/// The latest time in a box that is read: for as many changes beyond the horizon nobody lives.
inline constexpr timestamp farthest = 2 * horizon;

} // namespace detail

/// When something happened, and where; ordered by time, then by origin. Since the changes of one
/// origin follow each other, no two events have the same stamp.
struct stamp {
  /// The time that comes before all events: none happens at it.
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
