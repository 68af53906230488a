#pragma once

/// Simulates many peers without a server, and faults, on the values alone.

#include <cstdint>
#include <functional>
#include <vector>

#include "libsync/testing/detail/generator.hpp"
#include "libsync/testing/detail/peers/peer_world.hpp"
#include "libsync/testing/detail/run_seeds.hpp"
#include "libsync/testing/detail/simulation_events.hpp"
#include "libsync/testing/simulation.hpp"

namespace libsync::testing {

/// Runs `options.clients` peers that each own a statebox of your data, over a network that the seed
/// disturbs, once for each seed, on one thread and without actors. The peers do what
/// `make(const Data&, random&)` returns, one at a time or several at once, at clocks that differ.
/// They part and meet, die and come back, also from a backup, and messages are held, repeated and
/// lost. In some seeds the limits of the queue are tiny.
///
///     const auto report = simulate_peers<contacts>({.seeds = 1000}, make_change,
///                                                  [](const contacts& data) { return ...; });
///     REQUIRE(report);
///
/// Checked throughout: each peer shows what the events that it has seen make of the initial data,
/// one by one and in the order of their time, unless its box says that it may have lost something;
/// that is so only where a limit is tiny; all boxes can be merged, `invariant` holds, and no queue
/// exceeds its limit. With `mode::liveness`, all faults end then, and all peers become equal within
/// a number of steps, and have seen the same events. If some may have lost something, one of them
/// accepts that first.
///
/// Your operations must be repeatable (libsync/statebox/independent.hpp). One that is not is found
/// here. It stops at the first seed under which something goes wrong, and tells the shortest list
/// of events that it found.
template <class Data, class Generator, class Invariant>
[[nodiscard]] simulation_report simulate_peers(const simulation_options<Data>& how,
                                               const Generator& make, const Invariant& invariant) {
  static const std::vector<fault> possible{
      fault::cut,           fault::drop,  fault::duplicate, fault::hold,      fault::die,
      fault::freeze_client, fault::leave, fault::cut,       fault::late_join, fault::call_back};
  auto makes = detail::generator_of<Data>(make);
  return detail::run_seeds(
      how, "simulate_peers",
      [&](std::uint64_t seed) { return detail::events_of(how, seed, possible); },
      [&](std::uint64_t seed, const std::vector<detail::simulated_event>& events, bool tells) {
        detail::peer_world<Data> world{how, seed, std::ref(makes), std::cref(invariant), tells};
        for (const auto& next : events)
          if (!world.play(next))
            break;
        world.finish();
        return world.result();
      },
      1000);
}

} // namespace libsync::testing
