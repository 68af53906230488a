#pragma once

/// An update: the events that one sibling sends to another instead of itself.

#include <cstddef>
#include <span>
#include <string>
#include <utility>

#include "libsync/result.hpp"
#include "libsync/statebox/detail/merge.hpp"
#include "libsync/statebox/knowledge.hpp"
#include "libsync/statebox/stamp.hpp"
#include "libsync/statebox/statebox.hpp"

namespace libsync {

/// The events of a box with stamps that another has not seen, and all that the box knows, without
/// its value. All members are public for programs that send it. `apply_update` checks what arrives.
template <class Data, std::size_t Origins = 1024>
struct update {
  using box = statebox<Data, stamp, Origins>;

  stamp last_modified;
  typename box::queue_type queue;
  knowledge known;
};

/// Returns the update of `from` for a sibling that knows `known_there`, or has known it at some
/// time.
template <class Data, std::size_t Origins>
[[nodiscard]] update<Data, Origins> update_for(const statebox<Data, stamp, Origins>& from,
                                               const knowledge& known_there) {
  update<Data, Origins> told{from.last_modified(), {}, from.known()};
  for (const auto& next : from.queue())
    if (const auto* known = known_there.find(next.time.by);
        known == nullptr || known->seen < next.time.time)
      told.queue.push_back(next);
  return told;
}

/// Returns the box with an update that was made for what it knows, or knew. The value is the same
/// as after a merge with the sender. Refused if the sender's value is needed, that is, if a merge
/// whose base is this box would lose something, or if an event cannot be replayed. The caller then
/// has to ask for the whole box.
///
/// It is right for the reason that merge.hpp gives. The events that were left out were seen here,
/// so they are in the queue or were dropped here. The sender's knowledge is complete, so this box
/// notices each event that the sender has dropped and this box has not seen.
template <class Data, std::size_t Origins>
[[nodiscard]] result<statebox<Data, stamp, Origins>>
apply_update(const statebox<Data, stamp, Origins>& box, update<Data, Origins> told) {
  using box_type = statebox<Data, stamp, Origins>;
  const auto sender =
      box_type::from({Data{}, told.last_modified, std::move(told.queue), std::move(told.known)});
  if (!sender)
    return result<box_type>::failed("the update is damaged: " + sender.reason());
  const box_type* const both[] = {&box, &*sender};
  return detail::merging<box_type>{both, Origins}.run_on_first();
}

} // namespace libsync
