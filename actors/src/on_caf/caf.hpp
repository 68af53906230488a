#pragma once

/// Chooses what the version of CAF at hand spells differently from others; `compat.hpp` and
/// `address.hpp` are built on it. It has been compiled with 0.17.6 to 1.1.0.

#include "libsync/actors/detail/caf/version.hpp"

#if LIBSYNC_CAF_VERSION < 18
#include "on_caf/caf_017.hpp"
#else
#include "on_caf/caf_1.hpp"
#endif
