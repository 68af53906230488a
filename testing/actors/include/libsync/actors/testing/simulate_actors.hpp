#pragma once

/// Simulates many clients of one server, and faults, on the actors themselves.

#include <cstdint>
#include <exception>
#include <string>
#include <vector>

#include "libsync/actors/testing/actor_events.hpp"
#include "libsync/actors/testing/actor_world.hpp"

#include "libsync/testing/detail/shortest.hpp"
#include "libsync/testing/digest.hpp"
#include "libsync/testing/report.hpp"

namespace libsync::testing {

/// What was simulated in all, and what went wrong first.
struct actor_report : report {
  actor_totals totals;
};

namespace detail {

struct played {
  std::string broken;
  std::string steps;
  std::uint64_t digest = 0;
  actor_totals totals;
};

template <class Data, class Generator, class Invariant>
played play(const actor_simulation<Data>& how, std::uint64_t seed,
            const std::vector<actor_event>& events, const Generator& make,
            const Invariant& invariant) {
  actor_world<Data> world{how, seed, make, invariant};
  try {
    for (const auto& next : events)
      if (!world.play(next))
        break;
    world.finish();
  } catch (const std::exception& what) {
    world.fail(what.what());
  }
  return {world.broken(), world.steps(), world.digest(), world.totals()};
}

} // namespace detail

/// Runs a server of your data with clients that submit what `make(const Data&, random&)` returns,
/// once for each seed, on one thread. The seed chooses who runs next, and the faults: servers and
/// clients die, freeze, leave and come back, connections break, and messages are held, repeated and
/// lost. Limits are tiny.
///
///     const auto report = simulate_actors<auction>({.seeds = 1000, .clients = 5}, make_bid,
///                                                  [](const auction& data) { return ...; });
///     REQUIRE(report);
///
/// Checked throughout: every copy has each version once, in order, and the data that your reducer
/// makes of the accepted operations one by one; `invariant` holds for them; each submission has one
/// receipt, which is true and not ahead of the copy; nothing is applied twice. With
/// `mode::liveness`, all faults end then, and all copies become equal within a number of steps,
/// and every submission has its receipt.
///
/// It stops at the first seed under which something goes wrong, and tells the shortest list of
/// events that it found.
template <class Data, class Generator, class Invariant>
[[nodiscard]] actor_report simulate_actors(const actor_simulation<Data>& how, Generator make,
                                           Invariant invariant) {
  actor_report told;
  for (auto seed = how.first; seed < how.first + how.seeds && told; ++seed) {
    const auto events = detail::actor_events_of(how, seed);
    const auto run = detail::play<Data>(how, seed, events, make, invariant);
    ++told.runs;
    told.digest = mix(told.digest, run.digest);
    told.totals += run.totals;
    if (run.broken.empty())
      continue;
    const auto fewest = detail::shortest(events, [&](const auto& fewer) {
      return !detail::play<Data>(how, seed, fewer, make, invariant).broken.empty();
    });
    const auto last = detail::play<Data>(how, seed, fewest, make, invariant);
    told.failure =
        failure{seed, last.broken, last.steps,
                how.repeat.empty() ? "simulate_actors<...>({.first = " + std::to_string(seed) +
                                         ", .seeds = 1}, ...), with the other options as they were"
                                   : how.repeat + std::to_string(seed)};
  }
  return told;
}

} // namespace libsync::testing
