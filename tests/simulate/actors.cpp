#include "libsync/actors/testing/simulate_actors.hpp"

#include <cstddef>
#include <cstdint>
#include <utility>

#include "libsync/context.hpp"
#include "libsync/identity.hpp"
#include "libsync/presence.hpp"
#include "libsync/reducer_forms.hpp"

#include "simulate/bank.hpp"
#include "simulate/one_seed.hpp"
#include "simulate/stored.hpp"

namespace {

template <class Bank>
using journal_of = libsync::testing::simulated_journal_of<Bank>;

template <class Bank>
libsync::testing::simulation_report simulate_bank(std::uint64_t seed, libsync::testing::mode mode,
                                                  journal_of<Bank> journal = {}) {
  auto how = options_of<Bank>(seed, mode, " --actors");
  if constexpr (libsync::has_presence<Bank>)
    how.show = [](libsync::testing::random& choices) { return choices(); };
  if constexpr (libsync::names_identity<Bank>) {
    how.identify = [](std::size_t client) { return client; };
    how.admit = bank::admit;
    how.authorize = bank::authorize;
    how.on_joined = [](const libsync::context<Bank>&) { return bank::transfer{1, 2, 0}; };
  }
  if constexpr (libsync::invertible<Bank>)
    how.undo = !journal;
  how.timers = static_cast<bool>(journal);
  how.journal = std::move(journal);
  return libsync::testing::simulate_actors<Bank>(how, bank::make, bank::is_sound);
}

} // namespace

libsync::testing::simulation_report simulate_one(std::uint64_t seed, libsync::testing::mode mode) {
  switch (seed % 8) {
  case 1:
    return simulate_bank<bank::guarded>(seed, mode,
                                        seed % 16 == 1 ? bank::in_rows<bank::guarded>() : nullptr);
  case 2:
    return simulate_bank<bank::with_letters>(seed, mode, bank::in_rows<bank::with_letters>());
  case 3:
  case 7:
    return simulate_bank<bank::with_cursors>(seed, mode);
  case 5:
    return simulate_bank<bank::reversible>(seed, mode);
  case 6:
    return simulate_bank<bank::data>(seed, mode, libsync::testing::journal_in_memory<bank::data>());
  default:
    return simulate_bank<bank::data>(seed, mode);
  }
}
