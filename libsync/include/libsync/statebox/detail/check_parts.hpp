#pragma once

/// Checks whether some parts may be a statebox.

#include <cstddef>
#include <string>

#include "libsync/outcome.hpp"
#include "libsync/statebox/detail/sound.hpp"
#include "libsync/statebox/detail/times.hpp"
#include "libsync/statebox/stamp.hpp"

namespace libsync::detail {

// The queue is in order, and nothing in it is unknown.
template <class Parts>
[[nodiscard]] outcome check_event(const Parts& all, std::size_t i) {
  const auto& when = all.queue[i].time;
  constexpr bool stamped = is_stamp<decltype(all.last_modified)>;
  if (i > 0 && (stamped ? !(all.queue[i - 1].time < when) : when < all.queue[i - 1].time))
    return refused("its time " + text_of(when) + " does not come after the one before it");
  if (all.last_modified < when)
    return refused("its time " + text_of(when) + " is after `last_modified`");
  if constexpr (stamped) {
    const auto* known = all.known.find(when.by);
    const bool in_group = !all.known.groups.empty() && when.time <= all.known.folded_until;
    if (when.time == stamp::none || ((known == nullptr || known->seen < when.time) && !in_group))
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
