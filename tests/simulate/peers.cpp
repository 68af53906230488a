#include "libsync/testing/simulate_peers.hpp"

#include "simulate/kinds.hpp"
#include "simulate/shelf.hpp"

libsync::testing::simulation_report simulate_peers(std::uint64_t seed,
                                                   libsync::testing::mode mode) {
  libsync::testing::simulation_options<shelf::data> how;
  how.first = seed;
  how.seeds = 1;
  how.mode = mode;
  how.repeat = "scripts/simulate --peers --seeds 1 --first ";
  return libsync::testing::simulate_peers<shelf::data>(how, shelf::make, shelf::is_sound);
}
