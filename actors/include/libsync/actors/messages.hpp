#pragma once

/// The messages between actors: their names, and the envelope that carries their content.

#include <memory>
#include <utility>

#include "libsync/receipt.hpp"
#include "libsync/snapshot.hpp"

#include <caf/all.hpp>

namespace libsync {

/// What a message carries: immutable, shared by all receivers, copied by none. Data and operations
/// never stand in a message by themselves.
template <class T>
struct envelope {
  std::shared_ptr<const T> content;

  const T& operator*() const noexcept { return *content; }
  const T* operator->() const noexcept { return content.get(); }
};

/// Puts `content` into an envelope.
template <class T>
envelope<T> enclose(T content) {
  return {std::make_shared<const T>(std::move(content))};
}

// Messages that clients send to a server.
using join_atom = caf::atom_constant<caf::atom("join")>;
using leave_atom = caf::atom_constant<caf::atom("leave")>;
using submit_atom = caf::atom_constant<caf::atom("submit")>;
using acknowledge_atom = caf::atom_constant<caf::atom("ack")>;

// Messages that a server sends to its clients.
using welcome_atom = caf::atom_constant<caf::atom("welcome")>;
using batch_atom = caf::atom_constant<caf::atom("batch")>;
using shown_atom = caf::atom_constant<caf::atom("shown")>;
using reply_atom = caf::atom_constant<caf::atom("reply")>;
using suspended_atom = caf::atom_constant<caf::atom("suspended")>;
using ended_atom = caf::atom_constant<caf::atom("ended")>;

// A server's message to itself.
using flush_atom = caf::atom_constant<caf::atom("flush")>;

// An effect handler's message to a server: an effect is done.
using done_atom = caf::atom_constant<caf::atom("done")>;

// A client's message to a supervisor: where is the server?
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

// Messages that users send to servers and clients; some also to peers.
using read_atom = caf::atom_constant<caf::atom("read")>;
using status_atom = caf::atom_constant<caf::atom("status")>;
using observe_atom = caf::atom_constant<caf::atom("observe")>;
using close_atom = caf::atom_constant<caf::atom("close")>;

// A session's message to its client: there is something in the buffer.
using drain_atom = caf::atom_constant<caf::atom("drain")>;

} // namespace libsync

namespace caf {

template <class T>
struct allowed_unsafe_message_type<libsync::envelope<T>> : std::true_type {};

template <class Data>
struct allowed_unsafe_message_type<libsync::snapshot<Data>> : std::true_type {};

template <>
struct allowed_unsafe_message_type<libsync::receipt> : std::true_type {};

} // namespace caf
