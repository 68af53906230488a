#pragma once

/// Snapshots: the data of one version.

#include <memory>

#include "libsync/ids.hpp"

namespace libsync {

/// The data of one version, immutable and shared.
template <class Data>
struct snapshot {
  epoch_id epoch{};
  libsync::version version = 0;
  std::shared_ptr<const Data> data;
};

} // namespace libsync
