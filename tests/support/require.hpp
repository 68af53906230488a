#pragma once

/// How a test with a world of its own says that a promise does not hold.

#include "libsync/testing/detail/broken.hpp"

namespace simulation {

using libsync::testing::detail::broken;
using libsync::testing::detail::require;

} // namespace simulation
