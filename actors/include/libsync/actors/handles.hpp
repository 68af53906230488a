#pragma once

/// The typed interfaces of servers, supervisors and clients.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "libsync/actors/detail/compat.hpp"
#include "libsync/actors/detail/view_slot.hpp"
#include "libsync/actors/messages.hpp"

#include "libsync/change.hpp"
#include "libsync/counters.hpp"
#include "libsync/effects.hpp"
#include "libsync/ids.hpp"
#include "libsync/protocol/batch.hpp"
#include "libsync/protocol/membership.hpp"
#include "libsync/protocol/parcel.hpp"
#include "libsync/protocol/reply.hpp"
#include "libsync/shared_view.hpp"
#include "libsync/snapshot.hpp"
#include "libsync/submission.hpp"

namespace libsync {

/// What a server tells of itself.
struct server_status {
  epoch_id epoch{};
  libsync::version version = 0;
  std::size_t members = 0;
  /// Clients that left and are remembered.
  std::size_t absent = 0;
  sequencer_counters counters;
  /// Effects that are not done.
  std::size_t waiting_effects = 0;
  /// How often a server was started for these data: 1, and once more for each restart.
  std::uint64_t lives = 0;
  /// Exceptions out of the functions that the server was given.
  std::size_t thrown = 0;
};

/// What a client tells of itself.
struct client_status {
  std::optional<client_id> id;
  epoch_id epoch{};
  libsync::version version = 0;
  bool joined = false;
  /// Submissions without a receipt.
  std::size_t undecided = 0;
  /// Submissions that were not even sent yet.
  std::size_t waiting = 0;
  replica_counters counters;
  /// Submissions that found a session's buffer full.
  std::size_t buffer_overloaded = 0;
  /// Exceptions out of observers and handlers of receipts.
  std::size_t thrown = 0;
};

/// A handle to a server actor.
template <class Data>
using server = caf::typed_actor<
    // From clients. A join is a request, so that one which meets a dead server is answered.
    detail::compat::reacts<join_atom, envelope<join_request>>, detail::compat::reacts<leave_atom>,
    detail::compat::reacts<submit_atom, envelope<parcel<Data>>>,
    detail::compat::reacts<acknowledge_atom, version>,
    // From itself.
    detail::compat::reacts<flush_atom>,
    // From handlers of effects.
    detail::compat::reacts<done_atom, envelope<effect_key>>,
    // From anybody: the data with their version, without joining.
    detail::compat::replies<snapshot<Data>, read_atom>,
    detail::compat::replies<envelope<server_status>, status_atom>>;

/// What a supervisor answers: where the server is, or why there is none any more.
template <class Data>
struct location {
  libsync::server<Data> server;
  /// Why there is none.
  libsync::reason reason;
};

/// What a supervisor tells of itself.
struct supervisor_status {
  /// How often it has started the server again.
  std::uint64_t restarts = 0;
  /// Why the server died the last time; empty if it never did.
  libsync::reason reason;
  /// It starts the server no more.
  bool gave_up = false;
};

/// A handle to a supervisor actor.
template <class Data>
using supervisor = caf::typed_actor<
    // Where the server is, another one than that which is named: answered once there is one.
    detail::compat::replies<envelope<location<Data>>, locate_atom, caf::actor_addr>,
    detail::compat::replies<envelope<supervisor_status>, status_atom>>;

/// Where a client finds its server: it is told, or it asks a supervisor.
template <class Data>
struct server_address {
  server_address(libsync::server<Data> known) : server(std::move(known)) {}
  server_address(libsync::supervisor<Data> knows) : supervisor(std::move(knows)) {}

  [[nodiscard]] caf::actor_system& home_system() const {
    return supervisor ? supervisor.home_system() : server.home_system();
  }

  libsync::server<Data> server;
  libsync::supervisor<Data> supervisor;
};

/// What a server sends to all clients of a mode.
template <class Data, replica_mode Mode>
struct broadcast {
  using atom = batch_atom;
  using content = envelope<batch<Data>>;
};

template <class Data>
struct broadcast<Data, shared_view> {
  using atom = shown_atom;
  using content = envelope<detail::view_slot<Data>>;
};

/// What an observer of a client of a mode travels in.
template <class Data, replica_mode Mode>
using enclosed_observer = envelope<observer_of<Data, Mode>>;

/// A handle to a stock client actor.
template <class Data, replica_mode Mode = own_copy>
using client = caf::typed_actor<
    // From the server.
    detail::compat::reacts<welcome_atom, envelope<welcome<Data>>>,
    detail::compat::reacts<typename broadcast<Data, Mode>::atom,
                           typename broadcast<Data, Mode>::content>,
    detail::compat::reacts<reply_atom, envelope<reply>>,
    detail::compat::reacts<suspended_atom, envelope<suspended>>,
    detail::compat::reacts<ended_atom, caf::actor_addr>,
    // From users. Sent as a request, a submission is answered by its receipt; otherwise by nothing.
    detail::compat::replies<receipt, submit_atom, envelope<submission<Data>>>,
    // Join is answered with the version at which it became a member; leave with the one that stays.
    detail::compat::replies<version, join_atom>, detail::compat::replies<version, leave_atom>,
    detail::compat::replies<snapshot<Data>, read_atom>,
    detail::compat::replies<envelope<client_status>, status_atom>,
    detail::compat::reacts<observe_atom, enclosed_observer<Data, Mode>>,
    detail::compat::reacts<close_atom>, detail::compat::reacts<drain_atom>>;

} // namespace libsync
