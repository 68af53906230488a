#pragma once

/// Simulates many clients of one server, and faults, on the actors themselves.

#include <cstdint>
#include <vector>

#include "libsync/actors/testing/actor_world.hpp"

#include "libsync/testing/detail/run_seeds.hpp"
#include "libsync/testing/detail/simulation_events.hpp"
#include "libsync/testing/simulation.hpp"

namespace libsync::testing {

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
/// receipt, which is true and not ahead of the copy; nothing is applied twice. Some clients are
/// optimistic: they show the confirmed data with what is pending applied to them. With `undo` these
/// undo and redo. With `identify`, whoever `admit` refuses sees nothing, and all that is accepted
/// is authorized, and by whom it says. With `mode::liveness`, all faults end then, and all copies
/// become equal within a number of steps, and every submission has its receipt. If the data have a
/// type `presence`, clients show what `simulation_options::show` makes, and in the end each sees
/// what all who live show, and no more.
///
/// It stops at the first seed under which something goes wrong, and tells the shortest list of
/// events that it found.
template <class Data, class Generator, class Invariant>
[[nodiscard]] simulation_report simulate_actors(const simulation_options<Data>& how, Generator make,
                                                Invariant invariant) {
  static const std::vector<fault> possible{
      fault::kill_server, fault::fail_server, fault::freeze_server, fault::freeze_client,
      fault::cut,         fault::drop,        fault::duplicate,     fault::hold,
      fault::leave,       fault::die,         fault::late_join,     fault::throw_in_observer};
  auto kinds = possible;
  for (const auto more : {fault::end_process, fault::fail_journal})
    if (how.journal)
      kinds.insert(kinds.end(), 2, more);
  return detail::run_seeds(
      how, "simulate_actors",
      [&](std::uint64_t seed) { return detail::events_of(how, seed, kinds); },
      [&](std::uint64_t seed, const std::vector<detail::simulated_event>& events, bool tells) {
        detail::actor_world<Data> world{how, seed, make, invariant, tells};
        world.attempt([&] {
          for (const auto& next : events)
            if (!world.play(next))
              break;
          world.finish();
        });
        return world.result();
      },
      400);
}

} // namespace libsync::testing
