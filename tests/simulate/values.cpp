#include "libsync/testing/simulate.hpp"

#include <cstdint>

#include "simulate/bank.hpp"
#include "simulate/one_seed.hpp"

namespace {

template <class Bank>
libsync::testing::simulation_report simulate_bank(std::uint64_t seed, libsync::testing::mode mode) {
  return libsync::testing::simulate<Bank>(options_of<Bank>(seed, mode, ""), bank::make,
                                          bank::is_sound);
}

} // namespace

libsync::testing::simulation_report simulate_one(std::uint64_t seed, libsync::testing::mode mode) {
  switch (seed % 4) {
  case 0:
    return simulate_bank<bank::with_letters>(seed, mode);
  case 1:
    return simulate_bank<bank::brittle>(seed, mode);
  default:
    return simulate_bank<bank::data>(seed, mode);
  }
}
