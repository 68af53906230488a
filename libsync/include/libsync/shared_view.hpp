#pragma once

/// The two kinds of copies that a client may hold.

#include <concepts>
#include <functional>

#include "libsync/change.hpp"
#include "libsync/protocol/membership.hpp"
#include "libsync/snapshot.hpp"

namespace libsync {

/// A copy of its own, to which the client applies every operation: it goes through every version.
struct own_copy {};

/// The server's newest snapshot, shared with all other viewers: a thousand of them cost one state
/// and one reduction. A viewer goes from the end of a batch to that of a later one, so there is no
/// operation that it could apply, undo or tell of.
///
/// The server shows a viewer the next snapshot once it has acknowledged the one before. While
/// viewers hold the newest one, the next operation copies the data, so once a batch at most; and
/// while there are viewers, the server keeps up to two older copies, whose memory it uses again.
/// A viewer that stands still keeps alive the snapshot that it shows.
struct shared_view {};

template <class Mode>
concept replica_mode = std::same_as<Mode, own_copy> || std::same_as<Mode, shared_view>;

/// What an observer of such a client is told: each change, or each snapshot.
template <class Data, replica_mode Mode>
struct observed {
  using type = change<Data>;
};

template <class Data>
struct observed<Data, shared_view> {
  using type = snapshot<Data>;
};

/// A function that is told of what a client shows, in order, in the client's actor.
template <class Data, replica_mode Mode = own_copy>
using observer_of = std::function<void(const typename observed<Data, Mode>::type&)>;

} // namespace libsync
