#pragma once

/// Checks whether some parts may be a statebox.

#include <concepts>
#include <cstddef>
#include <string>
#include <utility>

#include "libsync/outcome.hpp"
#include "libsync/statebox/detail/merge.hpp"
#include "libsync/statebox/detail/sound.hpp"
#include "libsync/statebox/stamp.hpp"

namespace libsync::detail {

[[nodiscard]] inline timestamp time_of(const stamp& at) {
  return at.time;
}

[[nodiscard]] timestamp time_of(std::integral auto at) {
  return static_cast<timestamp>(at);
}

/// Timestamps that are no numbers have no horizon.
template <class Timestamp>
[[nodiscard]] constexpr bool is_beyond(const Timestamp& at, timestamp limit) {
  if constexpr (std::same_as<Timestamp, stamp>)
    return at.time > limit;
  else if constexpr (std::integral<Timestamp>)
    return std::cmp_greater(at, limit);
  else
    return false;
}

template <class Timestamp>
[[nodiscard]] outcome beyond_horizon(const Timestamp& at) {
  return refused("the time " + text_of(at) + " lies beyond the horizon, " +
                 std::to_string(horizon));
}

// The queue is in order, and nothing in it is unknown.
template <class Parts>
[[nodiscard]] outcome check_event(const Parts& all, std::size_t i) {
  const auto& at = all.queue[i].at;
  constexpr bool stamped = std::same_as<decltype(all.last_modified), stamp>;
  if (i > 0 && (stamped ? !(all.queue[i - 1].at < at) : at < all.queue[i - 1].at))
    return refused("its time " + text_of(at) + " does not come after the one before it");
  if (all.last_modified < at)
    return refused("its time " + text_of(at) + " is after `last_modified`");
  if constexpr (stamped) {
    const auto* known = all.known.find(at.by);
    const bool in_group = !all.known.groups.empty() && at.time <= all.known.folded_until;
    if (at.time == stamp::none || ((known == nullptr || known->seen < at.time) && !in_group))
      return refused("is not among what is known to be seen");
  }
  return check_sound(all.queue[i].what, most_nested_changes);
}

/// Accepted, or refused with what is wrong. n events cost n searches among the known origins.
template <class Parts>
[[nodiscard]] outcome check_parts(const Parts& all, std::size_t origins) {
  if (is_beyond(all.last_modified, farthest))
    return refused("last_modified: " + beyond_horizon(all.last_modified).reason());
  for (std::size_t i = 0; i < all.queue.size(); ++i)
    if (auto checked = check_event(all, i); !checked)
      return refused("queue[" + std::to_string(i) + "]: " + checked.reason());
  if constexpr (requires { all.known.check(origins, stamp::none); })
    if (auto checked = all.known.check(origins, all.last_modified.time); !checked)
      return refused("known: " + checked.reason());
  return accepted();
}

} // namespace libsync::detail
