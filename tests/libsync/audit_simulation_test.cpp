// Audits of random networks: each ends, and blames no honest reducer.

#include <cstdint>
#include <utility>
#include <vector>

#include "support/catch.hpp"
#include "support/simulation.hpp"

using simulation::fault;
using simulation::of_clients;
using simulation::with;

namespace {

simulation::sums audit(std::uint64_t seeds, std::vector<fault> kinds, bool starves = false) {
  simulation::options<tape::data> how;
  how.seeds = seeds;
  how.submissions = 150;
  how.faults = 30;
  how.kinds = std::move(kinds);
  how.bounds = {.batch = 4, .parcel = 3, .outbox = 6, .log = 16, .lag = 8, .absent = 64};
  return simulation::run(how, starves, true);
}

} // namespace

TEST_CASE("random networks: audits at any moment end, and find that no copy differs",
          "[simulation][audit]") {
  const auto all = audit(300, of_clients);
  CHECK(all.audited > 10'000);
  CHECK(all.not_audited > 1000);
}

TEST_CASE("random networks: audits end whenever the server dies", "[simulation][audit][restart]") {
  const auto all = audit(300, with(of_clients, {fault::kill_server, fault::fail_server}));
  CHECK(all.audited > 5000);
  CHECK(all.epochs > 50);
}

TEST_CASE("random networks: audits blame nobody if memory runs out",
          "[simulation][audit][failing]") {
  CHECK(audit(200, with(of_clients, {fault::kill_server}), true).audited > 1000);
}
