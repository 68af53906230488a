#pragma once

/// What a user decides beside the reducer.

#include <functional>
#include <optional>

#include "libsync/context.hpp"
#include "libsync/identity.hpp"
#include "libsync/ids.hpp"
#include "libsync/outcome.hpp"

namespace libsync {

/// Functions by which a server judges, in this order: `admit` when a client joins; and for each
/// submission `authorize`, then its condition, then the reducer. A function that is not given
/// accepts. One that throws refuses, with what was thrown as the reason.
template <class Data>
struct rules {
  using operation = typename Data::operation;

  /// Decides whether a client may join, each time that it does. A client that is refused hears the
  /// reason, and nothing of the data, and closes. If the data have an identity, a client that
  /// presents none is refused.
  std::function<outcome(const identity_of<Data>&)> admit = {};
  /// Decides whether an operation may be submitted, before the reducer sees it. For each operation
  /// of a transaction it is called with the data before the transaction. Not called for what the
  /// server submits itself.
  std::function<outcome(const context<Data>&, const operation&, const Data&)> authorize = {};
  /// Returns the operation that the server submits when a client has become a member, or nothing.
  /// The context tells who it is, when, and the version at which it has joined. Called behind the
  /// welcome, and not for a member that joins again.
  std::function<std::optional<operation>(const context<Data>&)> on_joined = {};
  /// Returns the operation that the server submits when it forgets a member, or nothing.
  std::function<std::optional<operation>(client_id)> on_left = {};
};

} // namespace libsync
