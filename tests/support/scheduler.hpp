#pragma once

/// An actor system that runs as a test tells it to, in the version of CAF at hand.

#include "libsync/actors/detail/caf/version.hpp"

#if LIBSYNC_CAF_VERSION < 19
#include "support/scheduler_017.hpp"
#elif LIBSYNC_CAF_VERSION < 100
#include "support/scheduler_019.hpp"
#else
#include "support/scheduler_1.hpp"
#endif
