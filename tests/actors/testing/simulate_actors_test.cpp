#include "libsync/actors/testing/simulate_actors.hpp"

#include <cstdint>
#include <sstream>
#include <string>

#include "simulate/bank.hpp"
#include "support/catch.hpp"

using libsync::testing::mode;
using libsync::testing::simulate_actors;

namespace {

// A reducer with a bug: it depends on where it runs.
struct forgetful : bank::data {};

std::size_t calls = 0;

libsync::outcome reduce(forgetful& self, const bank::transfer& op) {
  if (++calls % 997 == 0)
    return libsync::accepted();
  return reduce(static_cast<bank::data&>(self), op);
}

} // namespace

TEST_CASE("simulated actors keep all promises under faults", "[testing]") {
  const auto told = simulate_actors<bank::data>({.seeds = 100}, bank::make, bank::is_sound);
  INFO(told);
  REQUIRE(told);
  CHECK(told.runs == 100);
  CHECK(told.totals.clients >= 500);
  CHECK(told.totals.submissions > 30'000);
  CHECK(told.totals.faults == 1200);
  CHECK(told.totals.versions > 5000);
}

TEST_CASE("a seed of simulated actors has the same trace each time", "[testing]") {
  const auto once = simulate_actors<bank::data>({.seeds = 20}, bank::make, bank::is_sound);
  const auto again = simulate_actors<bank::data>({.seeds = 20}, bank::make, bank::is_sound);
  CHECK(once.digest == again.digest);
  CHECK(once.digest !=
        simulate_actors<bank::data>({.first = 2, .seeds = 20}, bank::make, bank::is_sound).digest);
}

TEST_CASE("simulated actors find an invariant that does not hold, by a short list of events",
          "[testing]") {
  const auto told = simulate_actors<bank::data>({.seeds = 20}, bank::make, [](const auto& data) {
    return data.money[0] != data.money[1] || data.trace == 0;
  });
  REQUIRE_FALSE(told);
  CHECK(told.failure->what.find("the invariant does not hold at version ") == 0);
  CHECK(std::count(told.failure->steps.begin(), told.failure->steps.end(), '\n') < 30);
  CHECK(told.failure->steps.find("submits transfer{") != std::string::npos);
  CHECK(told.failure->repeat.find(".first = " + std::to_string(told.failure->seed)) !=
        std::string::npos);
}

TEST_CASE("simulated actors find a reducer that is not deterministic", "[testing]") {
  calls = 0;
  const auto told = simulate_actors<forgetful>({.seeds = 20}, bank::make, bank::is_sound);
  CHECK_FALSE(told);
}

TEST_CASE("where simulated actors do not converge, a client and what it waits for are named",
          "[testing]") {
  const auto told =
      simulate_actors<bank::data>({.seeds = 1, .steps_to_converge = 1}, bank::make, bank::is_sound);
  REQUIRE_FALSE(told);
  INFO(told.failure->what);
  CHECK(told.failure->what.find("client 0 ") == 0);
  CHECK(told.failure->what.find("; libsync::testing: after 1 steps there are still messages") !=
        std::string::npos);
}
