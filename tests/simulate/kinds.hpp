#pragma once

/// The kinds of simulations that there are.

#include <cstdint>

#include "libsync/testing/simulation.hpp"

/// Simulates one seed.
using simulate_seed = libsync::testing::simulation_report(std::uint64_t seed,
                                                          libsync::testing::mode mode);

simulate_seed simulate_values;
simulate_seed simulate_actors;
simulate_seed simulate_peers;
