#include "libsync/testing/simulate.hpp"

#include <cstdint>
#include <string>
#include <type_traits>

#include "libsync/ids.hpp"

#include "simulate/bank.hpp"
#include "simulate/one_seed.hpp"
#include "support/undo_law.hpp"

namespace {

template <class Bank>
libsync::testing::simulation_report simulate_bank(std::uint64_t seed, libsync::testing::mode mode) {
  auto how = options_of<Bank>(seed, mode, "");
  if (seed % 32 >= 28) // whoever leaves pays
    how.on_left = [](libsync::client_id) { return bank::transfer{0, 1, 1}; };
  if (seed % 3 == 0) // whose letter cannot be sent pays
    how.on_effect_refused = [](const auto&) { return bank::transfer{1, 0, 1}; };
  if constexpr (libsync::names_identity<Bank>) {
    how.identify = [](std::size_t client) { return client; };
    how.admit = bank::admit;
    how.authorize = bank::authorize;
    how.on_joined = [](const libsync::context<Bank>&) { return bank::transfer{1, 2, 0}; };
    how.on_left = [](libsync::client_id) { return bank::transfer{3, 2, 0}; };
  }
  how.timers = std::is_same_v<Bank, bank::witnessed>;
  if constexpr (std::is_same_v<Bank, bank::reversible>)
    how.undo = true;
  return libsync::testing::simulate<Bank>(how, bank::make, bank::is_sound);
}

// Users who undo and redo, who find more than a simulation of any data could expect of an undo.
libsync::testing::simulation_report simulate_undo(std::uint64_t seed, libsync::testing::mode mode) {
  libsync::testing::simulation_report report;
  report.runs = 1;
  report.digest = seed;
  if (const auto wrong = undo_law{seed}.check(); !wrong.empty())
    report.failure = {seed, wrong, "",
                      options_of<board::data>(seed, mode, "").repeat + std::to_string(seed)};
  return report;
}

} // namespace

libsync::testing::simulation_report simulate_one(std::uint64_t seed, libsync::testing::mode mode) {
  switch (seed % 4) {
  case 0:
    return simulate_bank<bank::with_letters>(seed, mode);
  case 1:
    return simulate_bank<bank::brittle>(seed, mode);
  case 3:
    return simulate_bank<bank::witnessed>(seed, mode);
  default:
    if (seed % 16 == 6)
      return simulate_undo(seed, mode);
    if (seed % 8 == 2)
      return simulate_bank<bank::guarded>(seed, mode);
    if (seed % 32 == 14)
      return simulate_bank<bank::reversible>(seed, mode);
    return simulate_bank<bank::data>(seed, mode);
  }
}
