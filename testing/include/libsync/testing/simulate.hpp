#pragma once

/// Simulates many clients of one server, and faults, on the values alone.

#include <cstdint>
#include <functional>
#include <vector>

#include "libsync/testing/detail/generator.hpp"
#include "libsync/testing/detail/network/network.hpp"
#include "libsync/testing/detail/run_seeds.hpp"
#include "libsync/testing/detail/simulation_events.hpp"
#include "libsync/testing/simulation.hpp"

namespace libsync::testing {

/// Runs a sequencer and replicas of your data over a network that the seed disturbs, once for each
/// seed, on one thread and without actors. So a seed takes milliseconds. The clients submit what
/// `make(const Data&, random&)` returns: alone, in transactions, and with conditions. Some of them
/// only look, some are optimistic, and some are told of each change. Limits are tiny.
///
///     const auto report = simulate<auction>({.seeds = 1000, .clients = 5}, make_bid,
///                                           [](const auction& data) { return ...; });
///     REQUIRE(report);
///
/// Checked throughout: what your reducer makes of the accepted operations, one by one, is what the
/// server has and every copy shows, with equal digests at equal versions; an optimistic client
/// shows that with its pending operations applied one by one; `invariant` holds for it; versions
/// have no gap, and none comes twice; each submission is decided once, and refused only for the
/// reason that your reducer gives at that place, or for a limit that is met; each has one receipt,
/// in order, which is true and not ahead of the copy; effects run once in a life of the server, and
/// again until they are done; no queue exceeds its limit. With `undo`, an inverse leads back from
/// the data just after its operation, and undo takes back the newest step. With `mode::liveness`,
/// all faults end then, and all living clients become equal within a number of steps, and are the
/// members of the server; every submission has its receipt.
///
/// It stops at the first seed under which something goes wrong, and tells the shortest list of
/// events that it found.
template <class Data, class Generator, class Invariant>
[[nodiscard]] simulation_report simulate(const simulation_options<Data>& how, const Generator& make,
                                         const Invariant& invariant,
                                         const detail::network_hook& hook = {}) {
  static const std::vector<fault> possible{
      fault::kill_server, fault::fail_server, fault::freeze_server, fault::freeze_client,
      fault::cut,         fault::drop,        fault::duplicate,     fault::hold,
      fault::leave,       fault::die,         fault::late_join,     fault::call_back};
  auto makes = detail::generator_of<Data>(make);
  return detail::run_seeds(
      how, "simulate", [&](std::uint64_t seed) { return detail::events_of(how, seed, possible); },
      [&](std::uint64_t seed, const std::vector<detail::simulated_event>& events, bool tells) {
        detail::network<Data> world{how, seed, std::ref(makes), std::cref(invariant), hook, tells};
        for (const auto& next : events)
          if (!world.play(next))
            break;
        world.finish();
        return world.result();
      },
      5000);
}

} // namespace libsync::testing
