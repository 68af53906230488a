#include "libsync/testing/simulate.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "simulate/bank.hpp"
#include "support/catch.hpp"

using libsync::testing::mode;
using libsync::testing::simulate;
using libsync::testing::simulation_report;

namespace {

// What is planted in the user's reducer.

// It depends on where the data lie.
struct placed : bank::data {};
libsync::outcome reduce(placed& self, const bank::transfer& op) {
  auto done = reduce(static_cast<bank::data&>(self), op);
  if (done)
    self.trace ^= reinterpret_cast<std::uintptr_t>(&self) >> 4 & 1;
  return done;
}

// It depends on what was done elsewhere.
struct counting : bank::data {};
std::size_t calls = 0;
libsync::outcome reduce(counting& self, const bank::transfer& op) {
  if (++calls % 997 == 0)
    return libsync::accepted();
  return reduce(static_cast<bank::data&>(self), op);
}

// It changes the data, then refuses.
struct hasty : bank::data {};
libsync::outcome reduce(hasty& self, const bank::transfer& op) {
  self.trace += op.amount == 0 ? 1 : 0;
  return op.amount == 0 ? libsync::refused("nothing to do")
                        : reduce(static_cast<bank::data&>(self), op);
}

// It makes money.
struct generous : bank::data {};
libsync::outcome reduce(generous& self, const bank::transfer& op) {
  auto done = reduce(static_cast<bank::data&>(self), op);
  if (done && op.amount == 13)
    ++self.money[op.to];
  return done;
}

// Its copies lack something.
struct forgetful : bank::data {
  forgetful() = default;
  forgetful(const forgetful& other) : bank::data(other) { trace &= ~std::uint64_t{1}; }
  forgetful& operator=(const forgetful&) = default;
};
libsync::outcome reduce(forgetful& self, const bank::transfer& op) {
  return reduce(static_cast<bank::data&>(self), op);
}

template <class Data>
simulation_report run(std::uint64_t first = 1, std::uint64_t seeds = 200) {
  calls = 0;
  return simulate<Data>({.first = first, .seeds = seeds}, bank::make, bank::is_sound);
}

std::ptrdiff_t lines(const std::string& text) {
  return std::count(text.begin(), text.end(), '\n');
}

// It was found, is told in few steps, and the seed that is told repeats it.
template <class Data>
void check_found(const std::string& what) {
  const auto told = run<Data>();
  INFO(told);
  REQUIRE_FALSE(told);
  CHECK(told.failure->what.find(what) != std::string::npos);
  CHECK(lines(told.failure->steps) <= 10);
  CHECK(told.failure->steps.find("submits transfer{") != std::string::npos);
  CHECK(told.failure->repeat == "simulate<...>({.first = " + std::to_string(told.failure->seed) +
                                    ", .seeds = 1}, ...), with the other options as they were");
  const auto again = run<Data>(told.failure->seed, 1);
  REQUIRE_FALSE(again);
  CHECK(again.failure->what == told.failure->what);
  CHECK(again.failure->steps == told.failure->steps);
  CHECK_THROWS_AS(told.check(), libsync::testing::failed);
}

} // namespace

TEST_CASE("simulated replicas keep all promises under faults", "[testing]") {
  const auto told = run<bank::data>(1, 1000);
  INFO(told);
  REQUIRE(told);
  CHECK(told.runs == 1000);
  CHECK(told.totals.full_seeds > 990);
  CHECK(told.totals.faults == 12'000);
  CHECK(told.totals.versions > 100'000);
}

TEST_CASE("a seed of simulated replicas has the same trace each time", "[testing]") {
  CHECK(run<bank::data>(1, 20).digest == run<bank::data>(1, 20).digest);
  CHECK(run<bank::data>(1, 20).digest != run<bank::data>(2, 20).digest);
}

TEST_CASE("safety alone demands no end", "[testing]") {
  const auto told = simulate<bank::data>(
      {.seeds = 100, .mode = mode::safety, .steps_to_converge = 1}, bank::make, bank::is_sound);
  INFO(told);
  CHECK(told);
}

TEST_CASE("where simulated replicas do not converge, a client and what it waits for are named",
          "[testing]") {
  const auto told =
      simulate<bank::data>({.seeds = 1, .steps_to_converge = 1}, bank::make, bank::is_sound);
  REQUIRE_FALSE(told);
  CHECK(told.failure->what.find("client 0 ") == 0);
  CHECK(told.failure->what.find(" after 1 steps") != std::string::npos);
}

TEST_CASE("a simulation finds a reducer that depends on an address", "[testing]") {
  const auto told = run<placed>();
  INFO(told);
  REQUIRE_FALSE(told);
  CHECK(told.failure->what.find("the operations ") != std::string::npos);
  CHECK(lines(told.failure->steps) <= 10);
}

TEST_CASE("a simulation finds a reducer that depends on a static counter", "[testing]") {
  const auto told = run<counting>();
  INFO(told);
  REQUIRE_FALSE(told);
}

TEST_CASE("a simulation finds a reducer that changes the data and refuses", "[testing]") {
  check_found<hasty>("are not what the operations lead to");
}

TEST_CASE("a simulation finds an invariant that does not hold", "[testing]") {
  check_found<generous>("the invariant does not hold at version ");
}

TEST_CASE("a simulation finds data whose copies lack something", "[testing]") {
  check_found<forgetful>("the operations ");
}
