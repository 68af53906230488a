#include "libsync/actors/testing/simulate_actors.hpp"

#include <cstdint>

#include "simulate/bank.hpp"
#include "simulate/one_seed.hpp"

libsync::testing::simulation_report simulate_one(std::uint64_t seed, libsync::testing::mode mode) {
  if (seed % 4 == 3) {
    auto how = options_of<bank::with_cursors>(seed, mode, " --actors");
    how.show = [](libsync::testing::random& choices) { return choices(); };
    return libsync::testing::simulate_actors<bank::with_cursors>(how, bank::make, bank::is_sound);
  }
  return libsync::testing::simulate_actors<bank::data>(
      options_of<bank::data>(seed, mode, " --actors"), bank::make, bank::is_sound);
}
