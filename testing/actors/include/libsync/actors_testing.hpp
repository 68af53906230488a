#pragma once

/// What tests of your own data need: many simulated clients and faults in one call, an actor system
/// that a test runs step by step, connections that break. Nothing here includes CAF.

#include "libsync/actors/testing/proxy.hpp"
#include "libsync/actors/testing/runtime.hpp"
#include "libsync/actors/testing/simulate_actors.hpp"
#include "libsync/actors/testing/simulated_client.hpp"
