#pragma once

/// The data at a version.

#include <memory>

#include "libsync/ids.hpp"

namespace libsync {

/// A copy of the data at a version, immutable and shared.
template <class Data>
struct snapshot {
  epoch_id epoch{};
  libsync::version version = 0;
  std::shared_ptr<const Data> data;
};

} // namespace libsync
