#pragma once

/// What happens in a simulation.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "libsync/testing/random.hpp"
#include "libsync/testing/simulation.hpp"

namespace libsync::testing::detail {

enum class event_kind : std::uint8_t {
  submit,
  submit_transaction,
  cause_fault,
  // What ends faults.
  thaw,
  release,
  come_back,
};

struct simulated_event {
  /// How many steps are taken before.
  std::size_t steps = 0;
  event_kind what = event_kind::submit;
  testing::fault fault{};
  std::uint64_t who = 0;
  std::uint64_t seed = 0;
};

/// Makes the events of a seed. `possible` lists the faults that this kind of simulation has.
template <class Data>
std::vector<simulated_event> events_of(const simulation_options<Data>& how, std::uint64_t seed,
                                       const std::vector<fault>& possible) {
  random choices{seed ^ 0x5EED};
  const auto& kinds = how.kinds.empty() ? possible : how.kinds;
  const auto pace = 1 + choices.below(24); // some runs are floods, others are slow
  const auto made = [&](event_kind what, fault which = {}) {
    return simulated_event{static_cast<std::size_t>(choices.below(pace)), what, which, choices(),
                           choices()};
  };
  std::vector<simulated_event> events;
  for (std::size_t i = 0; i < how.submissions; ++i)
    events.push_back(
        made(choices.chance(10) ? event_kind::submit_transaction : event_kind::submit));
  const auto add = [&](const simulated_event& next) {
    const auto place = choices.below(events.size() + 1);
    events.insert(events.begin() + static_cast<std::ptrdiff_t>(place), next);
  };
  for (std::size_t i = 0; i < how.faults; ++i)
    add(made(event_kind::cause_fault, choices.one_of(kinds)));
  constexpr auto first_end = static_cast<std::uint64_t>(event_kind::thaw);
  for (std::size_t i = 0; i < how.faults; ++i)
    add(made(static_cast<event_kind>(first_end + choices.below(3))));
  return events;
}

} // namespace libsync::testing::detail
