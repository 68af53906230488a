#pragma once

/// Who submits an operation, and when.

#include "libsync/identity.hpp"
#include "libsync/ids.hpp"

namespace libsync {

/// In what an operation is decided. A reducer may take it as its third parameter:
///
///     outcome reduce(Data&, const operation&, const context<Data>&);
///
/// The server writes it down with the operation, once for each run of one client's operations. So
/// every copy, the log and whatever applies the operation again reduce it in the very same context.
template <class Data>
struct context {
  /// The client that has submitted it; `client_id::server` for what the server submits itself.
  client_id by{};
  /// When the server decides it, by the server's clock.
  timestamp time = 0;
  /// The version that it makes if it is accepted. Operations of one transaction have one version.
  libsync::version version = 0;
  /// The operation is not decided yet: time and version are guesses of the client that shows it
  /// already. Once it is decided, it is reduced again, in its true context.
  bool provisional = false;
  /// Who that client is, as `rules::admit` has admitted it: a pointer to a `Data::identity`. Null
  /// for the server, and for a client that has presented none. Data without that type have none.
  [[no_unique_address]] identity_ptr<Data> identity = {};

  friend bool operator==(const context&, const context&) = default;
};

/// The contexts of consecutive operations of one client.
template <class Data>
struct context_run {
  context<Data> first;
  /// All are of one submission, and so of one version. If not, each makes the next version.
  bool together = true;
};

} // namespace libsync
