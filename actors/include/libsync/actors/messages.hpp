#pragma once

/// The messages between actors, for a user's own actors that send or handle them. Contents of all
/// types are an `envelope`. A message `join` is sent as `join_atom_v`, and handled by a function
/// whose first parameter is a `join_atom`.

#include <type_traits>

#include "libsync/actors/detail/caf/typed.hpp"
#include "libsync/actors/envelope.hpp"

#include <caf/all.hpp>

LIBSYNC_BEGIN_MESSAGES;

// Messages that clients send to a server.
LIBSYNC_ATOM(join, "join");       // envelope of a join_request
LIBSYNC_ATOM(leave, "leave");     // nothing
LIBSYNC_ATOM(submit, "submit");   // envelope of a parcel
LIBSYNC_ATOM(acknowledge, "ack"); // version
LIBSYNC_ATOM(told, "told");       // envelope of a digest_told
LIBSYNC_ATOM(present, "present"); // envelope of a presence_update

// Messages that a server sends to its clients.
LIBSYNC_ATOM(welcome, "welcome");     // envelope of a welcome
LIBSYNC_ATOM(batch, "batch");         // envelope of a batch
LIBSYNC_ATOM(shown, "shown");         // there is a new snapshot
LIBSYNC_ATOM(reply, "reply");         // envelope of a reply
LIBSYNC_ATOM(suspended, "suspended"); // envelope of a suspended
LIBSYNC_ATOM(digest, "digest");       // envelope of a digest_wanted
LIBSYNC_ATOM(round, "round");         // envelope of a presence_round
LIBSYNC_ATOM(ended, "ended");         // the server's address

// A server's message to itself; and what its alarm is told, and tells itself and the server.
LIBSYNC_ATOM(flush, "flush");
LIBSYNC_ATOM(fire, "fire");

// A message of an effect_token to a server: there are reports on effects.
LIBSYNC_ATOM(done, "done");

// A client's message to a supervisor: where is the server? The address of one that has ended.
LIBSYNC_ATOM(locate, "locate");

// Messages between peers, and that of a peer to itself.
LIBSYNC_ATOM(box, "box");
LIBSYNC_ATOM(merged, "merged");
LIBSYNC_ATOM(share, "share");

// Messages that users send to peers.
LIBSYNC_ATOM(change, "change");
LIBSYNC_ATOM(meet, "meet");
LIBSYNC_ATOM(part, "part");
LIBSYNC_ATOM(accept, "accept");

// Messages that users send to servers and clients; some also to peers. To a client `submit_atom`
// comes with the envelope of a submission, and `observe_atom` with that of an observer_of. To a
// server `audit_atom` comes with the envelope of a digest_function, `log_atom` with that of a
// log_request, and `later_atom` with that of a timer_request.
LIBSYNC_ATOM(read, "read");
LIBSYNC_ATOM(status, "status");
LIBSYNC_ATOM(audit, "audit");
LIBSYNC_ATOM(log, "log");
LIBSYNC_ATOM(later, "later");
LIBSYNC_ATOM(observe, "observe");
LIBSYNC_ATOM(close, "close");

// A session's message to its client: there is something in the buffer.
LIBSYNC_ATOM(drain, "drain");

// Messages to the server's side of a relay's connection: bytes that have come from the relay, and
// what the server tells one of the relay's clients.
LIBSYNC_ATOM(frame, "frame"); // envelope, of the library's own
LIBSYNC_ATOM(via, "via");     // envelope, of the library's own

LIBSYNC_END_MESSAGES;

#undef LIBSYNC_BEGIN_MESSAGES
#undef LIBSYNC_ATOM
#undef LIBSYNC_END_MESSAGES

template <>
struct caf::allowed_unsafe_message_type<libsync::envelope> : std::true_type {};
