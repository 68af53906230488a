#pragma once

/// The typed interfaces of servers and clients.

#include <cstddef>
#include <optional>

#include "libsync/actors/caf.hpp"

#include "libsync/answers.hpp"
#include "libsync/batch.hpp"
#include "libsync/change.hpp"
#include "libsync/ids.hpp"
#include "libsync/parcel.hpp"
#include "libsync/replica.hpp"
#include "libsync/sequencer.hpp"
#include "libsync/welcome.hpp"

namespace libsync {

/// What a server tells of itself.
struct server_status {
  epoch_id epoch{};
  version at = 0;
  std::size_t members = 0;
  /// Clients that left and are remembered.
  std::size_t absent = 0;
  sequencer_counters counters;
  /// Exceptions out of observers and effect handlers.
  std::size_t thrown = 0;
};

/// What a client tells of itself.
struct client_status {
  std::optional<client_id> id;
  epoch_id epoch{};
  version at = 0;
  bool joined = false;
  /// Submissions without a receipt.
  std::size_t undecided = 0;
  /// Submissions that were not even sent yet.
  std::size_t waiting = 0;
  replica_counters counters;
  /// Exceptions out of observers.
  std::size_t thrown = 0;
};

/// A handle to a server actor.
template <class Data>
using server = caf::typed_actor<
    // From clients. A join is a request, so that one which meets a dead server is answered.
    spelled::reacts<join_atom, envelope<join_request>>, spelled::reacts<leave_atom>,
    spelled::reacts<submit_atom, envelope<parcel<Data>>>, spelled::reacts<reached_atom, version>,
    // From itself.
    spelled::reacts<flush_atom>,
    // From anybody: the data with their version, without joining.
    spelled::replies<snapshot<Data>, read_atom>,
    spelled::replies<envelope<server_status>, status_atom>>;

/// A handle to a stock client actor.
template <class Data>
using client = caf::typed_actor<
    // From the server.
    spelled::reacts<welcome_atom, envelope<welcome<Data>>>,
    spelled::reacts<operation_atom, envelope<batch<Data>>>,
    spelled::reacts<answers_atom, envelope<answers>>,
    spelled::reacts<suspended_atom, envelope<suspended>>, spelled::reacts<ended_atom>,
    // From users. Sent as a request, a submission is answered by its receipt; otherwise by nothing.
    spelled::replies<receipt, submit_atom, envelope<submission<Data>>>,
    // Join is answered with the version at which it became a member; leave with the one that stays.
    spelled::replies<version, join_atom>, spelled::replies<version, leave_atom>,
    spelled::replies<snapshot<Data>, read_atom>,
    spelled::replies<envelope<client_status>, status_atom>,
    spelled::reacts<observe_atom, envelope<observer<Data>>>, spelled::reacts<close_atom>,
    spelled::reacts<drain_atom>>;

} // namespace libsync
