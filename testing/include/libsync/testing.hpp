#pragma once

/// What tests of your own data need, without actors: many simulated clients and faults in one call.

#include "libsync/testing/simulate.hpp"
#include "libsync/testing/simulate_peers.hpp"
