#pragma once

/// CAF's handles to servers, supervisors, clients and peers, for a user's own actors that talk with
/// them.

#include "libsync/actors/client.hpp"
#include "libsync/actors/detail/caf/typed.hpp"
#include "libsync/actors/messages.hpp"
#include "libsync/actors/peer.hpp"
#include "libsync/actors/server.hpp"
#include "libsync/actors/supervisor.hpp"

#include "libsync/ids.hpp"

namespace libsync {

/// Any server. It answers requests with envelopes of the types that are named here.
using server_actor = caf::typed_actor<
    // From clients. A join is a request, so that a join to a dead server is answered too.
    detail::compat::reacts<join_atom, envelope>, detail::compat::reacts<leave_atom>,
    detail::compat::reacts<submit_atom, envelope>,
    detail::compat::reacts<acknowledge_atom, version>, detail::compat::reacts<told_atom, envelope>,
    detail::compat::reacts<present_atom, envelope>,
    // From itself, and from its alarm.
    detail::compat::reacts<flush_atom>, detail::compat::reacts<fire_atom>,
    // From an `effect_token`.
    detail::compat::reacts<done_atom>,
    // From anybody: a `snapshot<Data>`, without joining; a `server_status`; what an audit was told;
    // an `outcome`; a `log_part<Data>`, at once or later.
    detail::compat::replies<envelope, read_atom>, detail::compat::replies<envelope, status_atom>,
    detail::compat::replies<envelope, audit_atom, envelope>,
    detail::compat::replies<envelope, later_atom, envelope>,
    detail::compat::replies<envelope, log_atom, envelope>>;

/// Any supervisor.
using supervisor_actor = caf::typed_actor<
    // Where the server is, if not the named one: answered once there is another.
    detail::compat::replies<envelope, locate_atom, caf::actor_addr>,
    // Where the server is; a `supervisor_status`.
    detail::compat::replies<envelope, locate_atom>, detail::compat::replies<envelope, status_atom>>;

/// The messages of a server, which an actor with an embedded client handles.
using client_messages = caf::typed_actor<
    detail::compat::reacts<batch_atom, envelope>, detail::compat::reacts<shown_atom, envelope>,
    detail::compat::reacts<reply_atom, envelope>, detail::compat::reacts<welcome_atom, envelope>,
    detail::compat::reacts<suspended_atom, envelope>, detail::compat::reacts<digest_atom, envelope>,
    detail::compat::reacts<round_atom, envelope>,
    detail::compat::reacts<ended_atom, caf::actor_addr>>;

/// Any stock client.
using client_actor = client_messages::extend<
    // From users: a `submission<Data>`, or an `undo_request`. Sent as a request it is answered by a
    // `receipt`.
    detail::compat::replies<envelope, submit_atom, envelope>,
    // Join is answered with the version with which it became a member, leave with the version that
    // stays.
    detail::compat::replies<version, join_atom>, detail::compat::replies<version, leave_atom>,
    // A `snapshot<Data>`; a `client_status`.
    detail::compat::replies<envelope, read_atom>, detail::compat::replies<envelope, status_atom>,
    // An `observer_of<Data, Mode>`.
    detail::compat::reacts<observe_atom, envelope>, detail::compat::reacts<close_atom>,
    detail::compat::reacts<drain_atom>>;

/// Any peer.
using peer_actor = caf::typed_actor<
    // From neighbours: a `statebox<Data, stamp>`.
    detail::compat::reacts<box_atom, envelope>, detail::compat::reacts<merged_atom>,
    // From itself.
    detail::compat::reacts<share_atom>,
    // From users: a `composite<operation>`, answered by a `result<stamp>`.
    detail::compat::replies<envelope, change_atom, envelope>,
    // Begin and end an exchange of boxes. Each side is told separately (`introduce` tells both).
    detail::compat::reacts<meet_atom, caf::actor_addr>,
    detail::compat::reacts<part_atom, caf::actor_addr>,
    // A `statebox<Data, stamp>`; an `outcome`; a `peer_status`.
    detail::compat::replies<envelope, read_atom>, detail::compat::replies<envelope, accept_atom>,
    detail::compat::replies<envelope, status_atom>>;

/// Returns CAF's handle to the same actor; null for null.
template <class Data>
[[nodiscard]] server_actor to_caf(const server<Data>& whom) {
  return detail::compat::handle_to<server_actor>(whom.ref());
}
template <class Data>
[[nodiscard]] supervisor_actor to_caf(const supervisor<Data>& whom) {
  return detail::compat::handle_to<supervisor_actor>(whom.ref());
}
template <class Data, replica_mode Mode>
[[nodiscard]] client_actor to_caf(const client<Data, Mode>& whom) {
  return detail::compat::handle_to<client_actor>(whom.ref());
}
template <class Data>
[[nodiscard]] peer_actor to_caf(const peer<Data>& whom) {
  return detail::compat::handle_to<peer_actor>(whom.ref());
}

} // namespace libsync
