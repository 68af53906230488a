#include "libsync/actors/testing/simulate_actors.hpp"

#include "simulate/bank.hpp"
#include "simulate/kinds.hpp"

libsync::testing::simulation_report simulate_actors(std::uint64_t seed,
                                                    libsync::testing::mode mode) {
  libsync::testing::simulation_options<bank::data> how;
  how.first = seed;
  how.seeds = 1;
  how.mode = mode;
  how.repeat = "scripts/simulate --actors --seeds 1 --first ";
  return libsync::testing::simulate_actors<bank::data>(how, bank::make, bank::is_sound);
}
