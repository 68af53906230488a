#pragma once

/// The options of a client.

#include <functional>
#include <optional>

#include "libsync/actors/detail/callback.hpp"
#include "libsync/actors/detail/client/undo_option.hpp"
#include "libsync/actors/detail/mistakes.hpp"

#include "libsync/identity.hpp"
#include "libsync/ids.hpp"
#include "libsync/limits.hpp"
#include "libsync/reason.hpp"
#include "libsync/shared_view.hpp"
#include "libsync/snapshot.hpp"

namespace libsync {

/// The options of a client. With `shared_view` the client is a viewer.
template <class Data, replica_mode Mode = own_copy>
struct client_options {
  static_assert(detail::mistakes_of<Data>::none);

  limits bounds = {};
  /// Who the client is, if the data have a type `identity`: what it presents to
  /// `server_options::admit`, and what `context::identity` shows.
  std::optional<identity_of<Data>> identity = {};
  /// Called with each change, in the client's actor. An exception is counted, not propagated.
  detail::callback<detail::told::change, void, const typename observed<Data, Mode>::type&>
      on_change = {};
  /// Lets the client undo its own steps, if it is optimistic and the data have an `inverse`: an
  /// `undo_limits` (libsync/undo.hpp). Else nothing is kept for that.
  [[no_unique_address]] detail::undo_option<Data, Mode> undo = {};
  /// Called when the copy has diverged from the server's data, with the version, and with the
  /// reason for which the copy's reducer refused.
  std::function<void(version, const reason&)> on_diverged = {};
};

template <class Data>
struct client_options<Data, shared_view> {
  static_assert(detail::mistakes_of<Data>::none);

  limits bounds = {};
  /// Who the client is, if the data have a type `identity`: what it presents to
  /// `server_options::admit`, and what `context::identity` shows.
  std::optional<identity_of<Data>> identity = {};
  /// Called with each snapshot, in the client's actor. An exception is counted, not propagated.
  detail::callback<detail::told::change, void, const snapshot<Data>&> on_change = {};
  [[no_unique_address]] detail::undo_option<Data, shared_view> undo = {};
};

} // namespace libsync
