#include <cstdint>

#include "support/catch.hpp"
#include "support/network.hpp"

namespace {

// Small limits, so that both sides of each are met.
constexpr libsync::limits tiny{
    .batch = 4, .parcel = 3, .outbox = 6, .log = 16, .lag = 8, .absent = 64};

// Runs the worlds of seeds 1 to `seeds`; each must hold what it promises. `visit` sees it then.
template <class Data, class Visit>
void run_seeds(std::uint64_t seeds, const simulation::options& options, Visit visit) {
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    simulation::network<Data> world{seed, options};
    INFO("seed " << seed);
    REQUIRE_NOTHROW(world.run());
    visit(world);
  }
}

} // namespace

TEST_CASE("random networks: every copy, receipt and version is what the model says",
          "[simulation]") {
  simulation::options options;
  options.limits = tiny;
  libsync::sequencer_counters all;
  std::uint64_t unknown = 0;
  std::uint64_t resyncs = 0;
  run_seeds<tape::data>(4000, options, [&](const auto& world) {
    const auto& counters = world.counters();
    all.refused += counters.refused;
    all.repeated += counters.repeated;
    all.conflicts += counters.conflicts;
    all.suspended += counters.suspended;
    all.full_batches += counters.full_batches;
    all.snapshots += counters.snapshots;
    all.catch_ups += counters.catch_ups;
    unknown += world.unknown();
    resyncs += world.resyncs();
    all.shown += counters.shown;
  });
  // Every kind of event has happened, so the seeds test what they are meant to.
  CHECK(all.refused > 0);
  CHECK(all.repeated > 0);
  CHECK(all.conflicts > 0);
  CHECK(all.suspended > 0);
  CHECK(all.full_batches > 0);
  CHECK(all.snapshots > 0);
  CHECK(all.catch_ups > 0);
  CHECK(resyncs > 0);
  CHECK(all.shown > 0);
  // Nobody who lives was forgotten, so nobody is left without a true answer.
  CHECK(unknown == 0);
}

TEST_CASE("random networks: if clients are forgotten, some answers are unknown, none is wrong",
          "[simulation]") {
  simulation::options options;
  options.limits = tiny;
  options.limits.absent = 1;
  std::uint64_t unknown = 0;
  run_seeds<tape::data>(1000, options, [&](const auto& world) { unknown += world.unknown(); });
  CHECK(unknown > 0);
}

TEST_CASE("random networks: a server that dies between two calls leaves nothing undecided",
          "[simulation][restart]") {
  simulation::options options;
  options.limits = tiny;
  options.deaths = 10;
  std::uint64_t repeated = 0;
  run_seeds<tape::data>(3000, options, [&](const auto& world) {
    CHECK(world.unknown() == 0);
    CHECK(world.epoch() == libsync::epoch_id{7});
    repeated += world.counters().repeated;
  });
  CHECK(repeated > 0);
}

TEST_CASE("random networks: after a server that dies within a call, no answer is wrong",
          "[simulation][restart]") {
  simulation::options options;
  options.limits = tiny;
  options.deaths = 5;
  options.interruptions = 3;
  std::uint64_t unknown = 0;
  std::uint64_t epochs = 0;
  run_seeds<tape::data>(3000, options, [&](const auto& world) {
    unknown += world.unknown();
    epochs += static_cast<std::uint64_t>(world.epoch()) - 7;
  });
  CHECK(unknown > 0);
  CHECK(epochs > 500);
}

TEST_CASE(
    "random networks: effects run once in a life of the server, and again until they are done",
    "[simulation][restart][effects]") {
  simulation::options options;
  options.limits = tiny;
  options.deaths = 5;
  options.interruptions = 2;
  run_seeds<tape::loud_data>(2000, options, [](const auto&) {});
}

TEST_CASE("random networks: clients may be called back at every call that they make",
          "[simulation][reentrant]") {
  simulation::options options;
  options.limits = tiny;
  options.deaths = 3;
  options.calls_back = 15;
  std::uint64_t refused = 0;
  run_seeds<tape::data>(3000, options, [&](const auto& world) {
    CHECK(world.unknown() == 0);
    refused += world.counters().refused;
  });
  CHECK(refused > 0);
}

TEST_CASE("random networks: if memory runs out within a call, no answer is wrong and each effect "
          "has its operation",
          "[simulation][effects][failing]") {
  simulation::options options;
  options.limits = tiny;
  options.deaths = 2;
  options.interruptions = 1;
  options.starvations = 20;
  std::uint64_t unknown = 0;
  std::uint64_t epochs = 0;
  run_seeds<tape::loud_data>(2000, options, [&](const auto& world) {
    unknown += world.unknown();
    epochs += static_cast<std::uint64_t>(world.epoch()) - 7;
  });
  CHECK(unknown > 0);
  CHECK(epochs > 500);
}

TEST_CASE("random networks: a reducer that throws half-way begins an epoch, in which all are equal",
          "[simulation][throws]") {
  simulation::options options;
  options.limits = tiny;
  options.deaths = 2;
  std::uint64_t torn = 0;
  run_seeds<tape::brittle_data>(2000, options, [&](const auto& world) {
    CHECK(world.torn() == world.counters().new_epochs);
    torn += world.torn();
  });
  CHECK(torn > 2000);
}

TEST_CASE("a seed repeats exactly", "[simulation]") {
  simulation::options options;
  options.limits = tiny;
  const auto accepted = [&](std::uint64_t seed) {
    simulation::network<tape::data> world{seed, options};
    world.run();
    return std::pair{world.counters().accepted, world.counters().batches};
  };
  CHECK(accepted(42) == accepted(42));
}
