#pragma once

/// What happens in a simulation of actors.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "libsync/limits.hpp"
#include "libsync/testing/mode.hpp"
#include "libsync/testing/random.hpp"

namespace libsync::testing {

/// What is simulated. All numbers but those of seeds are for one seed.
template <class Data>
struct actor_simulation {
  std::uint64_t first = 1;
  std::uint64_t seeds = 100;
  std::size_t clients = 5;
  /// A few come while nobody has data, nor can get any, and are left out.
  std::size_t submissions = 350;
  /// For every two there is one event that ends such: what is frozen goes on, what is held comes
  /// through, or who is away or dead comes back.
  std::size_t faults = 12;
  testing::mode mode = testing::mode::liveness;
  /// The most steps until all copies are equal, once faults have ended.
  std::size_t steps_to_converge = 200'000;
  Data initial = {};
  /// What repeats a seed, if its number is put behind; a failure tells it.
  std::string repeat = {};
};

/// How much was simulated.
struct actor_totals {
  std::uint64_t clients = 0;
  std::uint64_t submissions = 0;
  std::uint64_t versions = 0;
  std::uint64_t faults = 0;
  std::uint64_t steps = 0;

  actor_totals& operator+=(const actor_totals& other) noexcept {
    clients += other.clients;
    submissions += other.submissions;
    versions += other.versions;
    faults += other.faults;
    steps += other.steps;
    return *this;
  }
};

namespace detail {

enum class actor_event_kind : std::uint8_t {
  submit,
  submit_transaction,
  // Faults.
  kill_server,
  fail_server,
  freeze_server,
  freeze_client,
  cut,
  drop,
  duplicate,
  hold,
  leave,
  die,
  late_join,
  throw_in_observer,
  // What ends faults.
  thaw,
  release,
  come_back,
};

[[nodiscard]] constexpr bool is_fault(actor_event_kind what) noexcept {
  return what >= actor_event_kind::kill_server && what <= actor_event_kind::throw_in_observer;
}

struct actor_event {
  /// How many steps the actors take before.
  std::size_t steps = 0;
  actor_event_kind what = actor_event_kind::submit;
  std::uint64_t who = 0;
  std::uint64_t seed = 0;
};

template <class Data>
std::vector<actor_event> actor_events_of(const actor_simulation<Data>& how, std::uint64_t seed) {
  random choices{seed ^ 0x5EED};
  const auto pace = 1 + choices.below(24); // some runs are floods, others are slow
  const auto made = [&](actor_event_kind what) {
    return actor_event{static_cast<std::size_t>(choices.below(pace)), what, choices(), choices()};
  };
  std::vector<actor_event> events;
  for (std::size_t i = 0; i < how.submissions; ++i)
    events.push_back(
        made(choices.chance(10) ? actor_event_kind::submit_transaction : actor_event_kind::submit));
  const auto add_one_of = [&](actor_event_kind first, actor_event_kind last) {
    const auto low = static_cast<std::uint64_t>(first);
    const auto kinds = static_cast<std::uint64_t>(last) - low + 1;
    const auto event = made(static_cast<actor_event_kind>(low + choices.below(kinds)));
    const auto place = choices.below(events.size() + 1);
    events.insert(events.begin() + static_cast<std::ptrdiff_t>(place), event);
  };
  for (std::size_t i = 0; i < how.faults; ++i)
    add_one_of(actor_event_kind::kill_server, actor_event_kind::throw_in_observer);
  for (std::size_t i = 0; i < how.faults / 2; ++i)
    add_one_of(actor_event_kind::thaw, actor_event_kind::come_back);
  return events;
}

} // namespace detail

} // namespace libsync::testing
