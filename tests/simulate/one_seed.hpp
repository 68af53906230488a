#pragma once

/// What each program of simulations defines.

#include <cstdint>
#include <string>

#include "libsync/testing/simulation.hpp"

/// Simulates one seed.
libsync::testing::simulation_report simulate_one(std::uint64_t seed, libsync::testing::mode mode);

/// Returns the options for one seed, and the line that repeats it.
template <class Data>
libsync::testing::simulation_options<Data>
options_of(std::uint64_t seed, libsync::testing::mode mode, const char* kind) {
  libsync::testing::simulation_options<Data> how;
  how.first = seed;
  how.seeds = 1;
  how.mode = mode;
  how.repeat = std::string{"scripts/simulate"} + kind + " --seeds 1 --first ";
  return how;
}
