#pragma once

/// Simulations of the tape, with what only tests of the library itself look at.

#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "libsync/testing/simulate.hpp"
#include "support/catch.hpp"
#include "support/failing.hpp"
#include "support/tape.hpp"

namespace simulation {

using libsync::testing::fault;
using libsync::testing::random;

template <class Data>
using options = libsync::testing::simulation_options<Data>;

/// What can happen to clients and their links.
inline const std::vector<fault> of_clients{fault::cut,   fault::drop,         fault::duplicate,
                                           fault::leave, fault::die,          fault::late_join,
                                           fault::hold,  fault::freeze_client};

inline std::vector<fault> with(std::vector<fault> some, std::initializer_list<fault> more) {
  some.insert(some.end(), more);
  return some;
}

/// Anything that one may do to a tape.
inline tape::data::operation make_any(const tape::data&, random& choices) {
  switch (choices.below(8)) {
  case 0:
  case 1:
    return tape::drop{};
  case 2:
    return tape::rotate{};
  case 3:
    return tape::fail{};
  default:
    return tape::append{choices.between(0, 999)};
  }
}

/// How all seeds have ended, in all.
struct sums {
  libsync::sequencer_counters counters;
  std::uint64_t resyncs = 0;
  std::uint64_t unknown = 0;
  std::uint64_t epochs = 0;
  std::uint64_t audited = 0;
  std::uint64_t not_audited = 0;

  void add(const libsync::sequencer_counters& one) {
    counters.refused += one.refused;
    counters.repeated += one.repeated;
    counters.conflicts += one.conflicts;
    counters.suspended += one.suspended;
    counters.full_batches += one.full_batches;
    counters.full_effects += one.full_effects;
    counters.snapshots += one.snapshots;
    counters.catch_ups += one.catch_ups;
    counters.new_epochs += one.new_epochs;
    counters.shown += one.shown;
  }
};

/// Lets memory run out within a fifth of the calls of the sequencer, or its reducer.
class starvation {
public:
  void call(random& choices, const std::function<void()>& what) {
    if (choices.chance(20))
      failing::allocations().start(1 + choices.below(12));
    try {
      what();
    } catch (...) {
      failing::allocations().stop();
      throw;
    }
    failing::allocations().stop();
  }

  /// What the simulation itself does there has memory.
  void own(bool begins) {
    if (begins)
      before_ = std::exchange(failing::allocations(), {});
    else
      failing::allocations() = before_;
  }

private:
  failing::countdown before_;
};

/// Each seed must hold what is promised.
template <class Data>
sums run(options<Data> how, bool starves = false, bool audits = false) {
  sums all;
  starvation memory;
  how.on_left = [](libsync::client_id) {
    return std::optional<tape::data::operation>{tape::append{-1}};
  };
  how.on_effect_refused = [](const auto&) {
    return std::optional<tape::data::operation>{tape::append{-2}};
  };
  libsync::testing::detail::network_hook hook;
  hook.ended = [&](const libsync::sequencer_counters& counters, std::uint64_t resyncs,
                   std::uint64_t unknown, std::uint64_t epochs) {
    all.add(counters);
    all.resyncs += resyncs;
    all.unknown += unknown;
    all.epochs += epochs;
  };
  if (audits)
    hook.audited = [&](std::size_t agree, std::size_t not_compared) {
      all.audited += agree;
      all.not_audited += not_compared;
    };
  if (starves) {
    hook.call = [&](random& choices, const std::function<void()>& what) {
      memory.call(choices, what);
    };
    hook.own = [&](bool begins) { memory.own(begins); };
  }
  const auto told = libsync::testing::simulate<Data>(
      how, make_any, [](const Data&) { return true; }, hook);
  INFO(told);
  REQUIRE(told);
  return all;
}

} // namespace simulation
