#pragma once

/// The one place that reads the wall clock.

#include <chrono>

#include "libsync/ids.hpp"

namespace libsync {

/// Returns the present time in milliseconds since 1970-01-01 00:00 UTC.
inline timestamp wall_clock() {
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch).count();
}

} // namespace libsync
