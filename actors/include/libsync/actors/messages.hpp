#pragma once

/// The messages between actors, for actors of a user's own that send or handle some. Their content
/// is an `envelope`, whatever it is of.

#include "libsync/actors/envelope.hpp"

#include <caf/all.hpp>

namespace libsync {

// Messages that clients send to a server.
using join_atom = caf::atom_constant<caf::atom("join")>;       // envelope of a join_request
using leave_atom = caf::atom_constant<caf::atom("leave")>;     // nothing
using submit_atom = caf::atom_constant<caf::atom("submit")>;   // envelope of a parcel
using acknowledge_atom = caf::atom_constant<caf::atom("ack")>; // version

// Messages that a server sends to its clients.
using welcome_atom = caf::atom_constant<caf::atom("welcome")>;     // envelope of a welcome
using batch_atom = caf::atom_constant<caf::atom("batch")>;         // envelope of a batch
using shown_atom = caf::atom_constant<caf::atom("shown")>;         // there is a new snapshot
using reply_atom = caf::atom_constant<caf::atom("reply")>;         // envelope of a reply
using suspended_atom = caf::atom_constant<caf::atom("suspended")>; // envelope of a suspended
using ended_atom = caf::atom_constant<caf::atom("ended")>;         // the server's address

// A server's message to itself.
using flush_atom = caf::atom_constant<caf::atom("flush")>;

// An effect handler's message to a server: an effect is done. Envelope of an effect_key.
using done_atom = caf::atom_constant<caf::atom("done")>;

// A client's message to a supervisor: where is the server? The address of one that has ended.
using locate_atom = caf::atom_constant<caf::atom("locate")>;

// Messages between peers, and that of a peer to itself.
using box_atom = caf::atom_constant<caf::atom("box")>;
using merged_atom = caf::atom_constant<caf::atom("merged")>;
using share_atom = caf::atom_constant<caf::atom("share")>;

// Messages that users send to peers.
using change_atom = caf::atom_constant<caf::atom("change")>;
using meet_atom = caf::atom_constant<caf::atom("meet")>;
using part_atom = caf::atom_constant<caf::atom("part")>;
using accept_atom = caf::atom_constant<caf::atom("accept")>;

// Messages that users send to servers and clients; some also to peers. To a client `submit_atom`
// comes with the envelope of a submission, and `observe_atom` with that of an observer_of.
using read_atom = caf::atom_constant<caf::atom("read")>;
using status_atom = caf::atom_constant<caf::atom("status")>;
using observe_atom = caf::atom_constant<caf::atom("observe")>;
using close_atom = caf::atom_constant<caf::atom("close")>;

// A session's message to its client: there is something in the buffer.
using drain_atom = caf::atom_constant<caf::atom("drain")>;

} // namespace libsync

template <>
struct caf::allowed_unsafe_message_type<libsync::envelope> : std::true_type {};
