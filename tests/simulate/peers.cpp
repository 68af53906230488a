#include "libsync/testing/simulate_peers.hpp"

#include <cstdint>

#include "simulate/one_seed.hpp"
#include "simulate/shelf.hpp"

libsync::testing::simulation_report simulate_one(std::uint64_t seed, libsync::testing::mode mode) {
  return libsync::testing::simulate_peers<shelf::data>(
      options_of<shelf::data>(seed, mode, " --peers"), shelf::make, shelf::is_sound);
}
