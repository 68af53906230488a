#pragma once

/// The kinds of copies that a client may hold.

#include <concepts>
#include <functional>

#include "libsync/change.hpp"
#include "libsync/protocol/membership.hpp"
#include "libsync/snapshot.hpp"

namespace libsync {

/// The client has a copy of its own, and applies every operation to it. So it goes through every
/// version.
struct own_copy {};

/// The client shows the server's newest snapshot, which it shares with all other viewers. A
/// thousand viewers cost one state and one reduction. A viewer goes from the end of a batch to the
/// end of a later one, so it has no operations to apply, undo or tell of.
///
/// The server shows a viewer the next snapshot once the viewer has acknowledged the one before.
/// While viewers hold the newest snapshot, the next operation copies the data, once a batch at
/// most. While there are viewers, the server keeps up to two older copies, and uses their memory
/// again. A stalled viewer keeps one snapshot alive.
struct shared_view {};

/// The client has a copy of its own, and shows its own submissions at once, on what is confirmed:
/// see libsync/optimistic.hpp.
struct optimistic;

template <class Mode>
concept replica_mode = std::same_as<Mode, own_copy> || std::same_as<Mode, shared_view> ||
    std::same_as<Mode, optimistic>;

/// The argument of an observer of such a client: each change, or each snapshot.
template <class Data, replica_mode Mode>
struct observed {
  using type = change<Data>;
};

template <class Data>
struct observed<Data, shared_view> {
  using type = snapshot<Data>;
};

/// A function that is called with each change or snapshot that a client shows, in order, in the
/// client's actor.
template <class Data, replica_mode Mode = own_copy>
using observer_of = std::function<void(const typename observed<Data, Mode>::type&)>;

} // namespace libsync
