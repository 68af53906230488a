#pragma once

/// Runs one seed after the other, up to the first under which something goes wrong.

#include <cstdint>
#include <string>

#include "libsync/testing/detail/as_test.hpp"
#include "libsync/testing/detail/shortest.hpp"
#include "libsync/testing/digest.hpp"
#include "libsync/testing/simulation.hpp"

namespace libsync::testing::detail {

/// `make_events(seed)` returns a list, and `play(seed, events, tells)` runs it. `name` is what the
/// user has called. A failure is made shorter in so many `tries`.
template <class Options, class MakeEvents, class Play>
simulation_report run_seeds(const Options& how, const char* name, MakeEvents make_events, Play play,
                            std::size_t tries) {
  simulation_report told;
  for (std::uint64_t i = 0; i < how.seeds && told; ++i) {
    const auto seed = how.first + i;
    const auto events = make_events(seed);
    auto run = play(seed, events, false);
    const auto& all = run.totals;
    run.totals.full_seeds =
        all.clients >= 5 && all.submissions >= 300 && all.faults >= 5 && run.broken.empty() ? 1 : 0;
    ++told.runs;
    told.digest = mix(told.digest, run.digest);
    told.totals += run.totals;
    if (run.broken.empty())
      continue;
    const auto fewest = shortest(
        events, [&](const auto& fewer) { return !play(seed, fewer, false).broken.empty(); }, tries);
    const auto last = play(seed, fewest, true);
    // Where it does not go wrong again, something else than the seed decides.
    told.failure =
        failure{seed, last.broken.empty() ? run.broken + " (only sometimes)" : last.broken,
                last.steps, line_of(how.repeat, std::string{name} + "<...>", seed)};
  }
  return told;
}

} // namespace libsync::testing::detail
