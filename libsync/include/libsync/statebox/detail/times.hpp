#pragma once

/// The times of a statebox: numbers, stamps, or any values that are ordered.

#include <concepts>
#include <limits>
#include <sstream>
#include <string>
#include <utility>

#include "libsync/detail/can_be_printed.hpp"
#include "libsync/outcome.hpp"
#include "libsync/statebox/stamp.hpp"

namespace libsync::detail {

template <class Timestamp>
inline constexpr bool is_stamp = std::same_as<Timestamp, stamp>;

/// Timestamps of other types have no milliseconds, and so no age and no horizon.
template <class Timestamp>
inline constexpr bool has_time = is_stamp<Timestamp> || std::integral<Timestamp>;

[[nodiscard]] inline timestamp time_of(const stamp& when) {
  return when.time;
}

[[nodiscard]] timestamp time_of(std::integral auto time) {
  return static_cast<timestamp>(time);
}

template <class Timestamp>
std::string text_of(const Timestamp& when) {
  if constexpr (can_be_printed<Timestamp>) {
    std::ostringstream text;
    text << when;
    return text.str();
  } else {
    return "(of a type that is not printed)";
  }
}

/// Returns the time of a box that was never modified.
template <class Timestamp>
[[nodiscard]] constexpr Timestamp lowest_time() {
  if constexpr (std::integral<Timestamp>)
    return std::numeric_limits<Timestamp>::min();
  else
    return {};
}

/// Returns the very next time; after the last one there is none.
template <std::integral Time>
[[nodiscard]] constexpr Time time_after(Time time) {
  return time == std::numeric_limits<Time>::max() ? time : static_cast<Time>(time + 1);
}

template <class Timestamp>
[[nodiscard]] constexpr bool is_beyond(const Timestamp& when, timestamp limit) {
  if constexpr (is_stamp<Timestamp>)
    return when.time > limit;
  else if constexpr (std::integral<Timestamp>)
    return std::cmp_greater(when, limit);
  else
    return false;
}

template <class Timestamp>
[[nodiscard]] outcome beyond_horizon(const Timestamp& when) {
  return refused("the time " + text_of(when) + " lies beyond the horizon, " +
                 std::to_string(horizon));
}

/// Accepted if a box that was changed `last` may be changed `when`.
template <class Timestamp>
[[nodiscard]] outcome check_time(const Timestamp& when, const Timestamp& last) {
  bool right = !(when < last);
  if constexpr (is_stamp<Timestamp>)
    right = last < when && when.time != stamp::none;
  if (!right) [[unlikely]]
    return refused("the time " + text_of(when) +
                   (is_stamp<Timestamp> ? " is not newer" : " is older") +
                   " than the last change, at " + text_of(last));
  if constexpr (has_time<Timestamp>)
    if (is_beyond(when, horizon) && time_of(when) > time_after(time_of(last)))
      return beyond_horizon(when);
  return accepted();
}

} // namespace libsync::detail
