#pragma once

/// The version of CAF that this is compiled with. Code that differs between versions is in two
/// files, one that ends in _017, for 0.17, and one that ends in _1, for 0.18 to 1.x. A header
/// without such an ending chooses between them, so that nobody needs to read both.

#include <caf/config.hpp>

/// 17, 18 and 19 for 0.17 to 0.19, 100 for 1.0, 101 for 1.1. (CAF's own number cannot be compared
/// in 1.x.)
#define LIBSYNC_CAF_VERSION (CAF_MAJOR_VERSION * 100 + CAF_MINOR_VERSION)

static_assert(LIBSYNC_CAF_VERSION >= 17, "libsync: CAF 0.17 is the oldest version that will do");

namespace libsync::detail {}
