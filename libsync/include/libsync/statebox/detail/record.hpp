#pragma once

/// Puts events into the parts of a statebox, and drops them.

#include <cstddef>
#include <utility>

#include "libsync/outcome.hpp"
#include "libsync/statebox/composite.hpp"
#include "libsync/statebox/detail/sound.hpp"
#include "libsync/statebox/detail/times.hpp"
#include "libsync/statebox/detail/vectors.hpp"
#include "libsync/statebox/event.hpp"

namespace libsync::detail {

// Changes the value and the queue; nothing if that is refused or throws.
template <class Parts, class Timestamp, class Operation>
outcome append_event(Parts& to, const Timestamp& when, composite<Operation>&& change) {
  to.queue.emplace_back(when, std::move(change));
  struct taking_back {
    decltype(to.queue)* from;
    ~taking_back() {
      if (from != nullptr)
        from->pop_back();
    }
  } unless_done{&to.queue};
  auto done = step_wholly(to.value, to.queue.back().what);
  if (done)
    unless_done.from = nullptr;
  return done;
}

// What is known then takes memory, so that is made first.
template <class Parts, class Operation>
outcome record_of_new_origin(Parts& to, const stamp& when, composite<Operation>&& change,
                             std::size_t origins) {
  auto known = to.known;
  known.see(when, origins);
  auto done = append_event(to, when, std::move(change));
  if (done) {
    to.known = std::move(known);
    to.last_modified = when;
  }
  return done;
}

/// Applies a change and appends it to the queue, or is refused and changes nothing. At most
/// `origins` origins are known one by one.
template <class Parts, class Timestamp, class Operation>
outcome record(Parts& to, const Timestamp& when, composite<Operation>&& change,
               std::size_t origins) {
  if (auto late = check_time(when, to.last_modified); !late)
    return late;
  if (auto sound = check_sound(change, most_nested_changes); !sound)
    return sound;
  if constexpr (is_stamp<Timestamp>) {
    auto* known = to.known.find(when.by);
    if (known == nullptr) [[unlikely]]
      return record_of_new_origin(to, when, std::move(change), origins);
    auto done = append_event(to, when, std::move(change));
    if (done) {
      known->seen = when.time; // which is later than all that was seen
      to.last_modified = when;
    }
    return done;
  } else {
    auto done = append_event(to, when, std::move(change));
    if (done)
      to.last_modified = when;
    return done;
  }
}

/// Drops the oldest events. With stamps it stays known that they were seen.
template <class Parts>
void drop_oldest(Parts& from, std::size_t count) {
  if (count == 0)
    return;
  auto known = from.known;
  if constexpr (is_stamp<decltype(from.last_modified)>)
    for (std::size_t i = 0; i < count; ++i)
      known.drop(from.queue[i].time);
  erase_front(from.queue, count);
  from.known = std::move(known);
}

} // namespace libsync::detail
