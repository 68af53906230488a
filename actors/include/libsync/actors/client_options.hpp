#pragma once

/// The options of a client.

#include <functional>

#include "libsync/actors/detail/callback.hpp"
#include "libsync/actors/detail/mistakes.hpp"

#include "libsync/ids.hpp"
#include "libsync/limits.hpp"
#include "libsync/reason.hpp"
#include "libsync/shared_view.hpp"
#include "libsync/snapshot.hpp"

namespace libsync {

/// How a client is made. Its mode says what it holds: with `shared_view` it is a viewer.
template <class Data, replica_mode Mode = own_copy>
struct client_options {
  static_assert(detail::mistakes_of<Data>::none);

  limits bounds = {};
  /// Told of each change, in the client's actor; one that throws is isolated and counted.
  detail::callback<detail::told::change, void, const typename observed<Data, Mode>::type&>
      on_change = {};
  /// Told when the copy has diverged from the server's: the version, and why its reducer refused.
  std::function<void(version, const reason&)> on_diverged = {};
};

template <class Data>
struct client_options<Data, shared_view> {
  static_assert(detail::mistakes_of<Data>::none);

  limits bounds = {};
  /// Told of each snapshot, in the client's actor; one that throws is isolated and counted.
  detail::callback<detail::told::change, void, const snapshot<Data>&> on_change = {};
};

} // namespace libsync
