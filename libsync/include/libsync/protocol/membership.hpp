#pragma once

/// Joining: the request of a client, and the answer of the server.

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "libsync/identity.hpp"
#include "libsync/ids.hpp"
#include "libsync/protocol/batch.hpp"
#include "libsync/protocol/reply.hpp"
#include "libsync/reason.hpp"

namespace libsync {

/// The request of a client that joins, for the first time or again.
struct join_request {
  /// The name that it had in `epoch`, if it was a member before.
  std::optional<client_id> known = std::nullopt;
  epoch_id epoch{};
  /// The version of its copy; nothing if it has none or distrusts the one that it has.
  std::optional<libsync::version> version = std::nullopt;
  /// The first of its submissions that has no receipt; the number of its next one if all have.
  submission_number first_unanswered = 1;
  /// Comes back in the welcome, so that a client can tell the answer to its latest request from a
  /// late one.
  std::uint64_t attempt = 0;
  /// The client wants to be shown snapshots instead of receiving every batch.
  bool is_viewer = false;
  /// Who it says it is.
  any_identity identity = {};
  /// A relay hears of all that is accepted, and tells the client. So the server sends the client
  /// its own replies alone, and welcomes it without a snapshot or batches.
  bool is_relayed = false;
};

/// The server's answer. The client has reached `version` once it has taken the snapshot, or, if
/// there is none, applied the missed batches to its copy. The next version follows.
template <class Data>
struct welcome {
  client_id you{};
  epoch_id epoch{};
  libsync::version version = 0;
  std::uint64_t attempt = 0;
  /// How many operations, and bytes, the client may be behind. It acknowledges within that span.
  std::uint64_t lag = 0;
  std::uint64_t lag_bytes = 0;
  std::shared_ptr<const Data> snapshot;
  std::vector<batch_ptr<Data>> missed;
  /// The reply to the last parcel from this client.
  reply last_reply;
  /// Not empty if the client is not admitted. Then there is nothing else in it.
  reason refused;
};

template <class Data>
using welcome_ptr = std::shared_ptr<const welcome<Data>>;

/// The notice to a member that fell too far behind, or whose epoch has ended. The member receives
/// nothing more until it joins again.
struct suspended {
  epoch_id epoch{};
};

} // namespace libsync
