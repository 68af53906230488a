#pragma once

/// A server's snapshots as a flow of CAF 1.x. With older versions there is nothing here.

#include "libsync/actors/detail/caf/version.hpp"

#if LIBSYNC_CAF_VERSION >= 100

#include <memory>

#include "libsync/actors/embedded_client.hpp"
#include "libsync/shared_view.hpp"
#include "libsync/snapshot.hpp"

#include <caf/flow/coordinator.hpp>
#include <caf/flow/multicaster.hpp>
#include <caf/scheduled_actor/flow.hpp>

namespace libsync {

/// Returns the snapshots that `viewer` is shown from now on, as a flow in its actor `self`. The
/// flow completes when the viewer closes. A subscriber that requests fewer snapshots than there are
/// keeps the older ones alive.
template <class Data>
caf::flow::observable<snapshot<Data>> snapshots(caf::flow::coordinator* self,
                                                embedded_client<Data, shared_view>& viewer) {
  const auto all = std::make_shared<caf::flow::multicaster<snapshot<Data>>>(self);
  viewer.observe([all](const snapshot<Data>& newest) { all->push(newest); });
  return all->as_observable();
}

} // namespace libsync

#endif
