#include <cstddef>
#include <cstdint>

#include "support/catch.hpp"
#include "support/simulation.hpp"

using simulation::fault;
using simulation::of_clients;
using simulation::run;
using simulation::with;

namespace {

// Small limits, so that both sides of each are met.
constexpr libsync::limits tiny{
    .batch = 4, .parcel = 3, .outbox = 6, .log = 16, .lag = 8, .absent = 64};

// Many faults, of which each lasts for a while.
template <class Data = tape::data>
simulation::options<Data> seeds(std::uint64_t count, std::vector<fault> kinds) {
  simulation::options<Data> how;
  how.seeds = count;
  how.submissions = 250;
  how.faults = 40;
  how.kinds = std::move(kinds);
  how.bounds = tiny;
  return how;
}

} // namespace

TEST_CASE("random networks: every copy, receipt and version is what the reducer makes",
          "[simulation]") {
  const auto all = run(seeds(2000, of_clients));
  // Every kind of event has happened, so the seeds test what they are meant to.
  CHECK(all.counters.refused > 0);
  CHECK(all.counters.repeated > 0);
  CHECK(all.counters.conflicts > 0);
  CHECK(all.counters.suspended > 0);
  CHECK(all.counters.full_batches > 0);
  CHECK(all.counters.snapshots > 0);
  CHECK(all.counters.catch_ups > 0);
  CHECK(all.resyncs > 0);
  CHECK(all.counters.shown > 0);
  // Nobody who lives was forgotten, so nobody is left without a true answer.
  CHECK(all.unknown == 0);
}

TEST_CASE("random networks: if clients are forgotten, some answers are unknown, none is wrong",
          "[simulation]") {
  auto how = seeds(1000, of_clients);
  how.bounds->absent = 1;
  CHECK(run(how).unknown > 0);
}

TEST_CASE("random networks: a server that dies between two calls leaves nothing undecided",
          "[simulation][restart]") {
  const auto all = run(seeds(2000, with(of_clients, {fault::kill_server, fault::kill_server})));
  CHECK(all.unknown == 0);
  CHECK(all.epochs == 0);
  CHECK(all.counters.repeated > 0);
}

TEST_CASE("random networks: after a server that dies within a call, no answer is wrong",
          "[simulation][restart]") {
  const auto all = run(seeds(2000, with(of_clients, {fault::kill_server, fault::fail_server})));
  CHECK(all.unknown > 0);
  CHECK(all.epochs > 500);
}

TEST_CASE(
    "random networks: effects run once in a life of the server, and again until they are done",
    "[simulation][restart][effects]") {
  const auto kinds = with(of_clients, {fault::kill_server, fault::fail_server});
  static_cast<void>(run(seeds<tape::loud_data>(1000, kinds)));
  auto how = seeds<tape::loud_data>(1000, kinds);
  how.bounds->effects = 2;
  CHECK(run(how).counters.full_effects > 0);
}

TEST_CASE("random networks: clients may be called back at every call that they make",
          "[simulation][reentrant]") {
  auto how = seeds(2000, with(of_clients, {fault::kill_server}));
  how.faults = 120;
  how.kinds.insert(how.kinds.end(), 18, fault::call_back);
  const auto all = run(how);
  CHECK(all.unknown == 0);
  CHECK(all.counters.refused > 0);
}

TEST_CASE("random networks: if memory runs out within a call, no answer is wrong and each effect "
          "has its operation",
          "[simulation][effects][failing]") {
  const auto kinds = with(of_clients, {fault::kill_server, fault::fail_server});
  const auto all = run(seeds<tape::loud_data>(1000, kinds), true);
  CHECK(all.unknown > 0);
  CHECK(all.epochs > 500);
}

TEST_CASE("random networks: a reducer that throws half-way begins an epoch, in which all are equal",
          "[simulation][throws]") {
  const auto all = run(seeds<tape::brittle_data>(1000, with(of_clients, {fault::kill_server})));
  CHECK(all.epochs == all.counters.new_epochs);
  CHECK(all.epochs > 2000);
}

TEST_CASE("random networks: a reducer that throws half-way, and a server that dies then",
          "[simulation][throws]") {
  const auto all = run(
      seeds<tape::brittle_data>(1000, with(of_clients, {fault::fail_server, fault::fail_server})));
  CHECK(all.epochs > all.counters.new_epochs);
}
