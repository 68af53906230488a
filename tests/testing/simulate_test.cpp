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

// What is planted in the user's reducer. All is of one type, since a simulation takes long to
// compile.
enum class bug {
  none,
  depend_on_address,
  depend_on_counter,
  change_and_refuse,
  make_money,
  copy_badly,
};
bug planted = bug::none;
std::size_t calls = 0;

struct data : bank::data {
  data() = default;
  data(const data& other) : bank::data(other) {
    if (planted == bug::copy_badly)
      trace &= ~std::uint64_t{1};
  }
  data& operator=(const data&) = default;
};

libsync::outcome reduce(data& self, const bank::transfer& op) {
  if (planted == bug::depend_on_counter && ++calls % 997 == 0)
    return libsync::accepted();
  if (planted == bug::change_and_refuse && op.amount == 0) {
    ++self.trace;
    return libsync::refused("nothing to do");
  }
  auto done = reduce(static_cast<bank::data&>(self), op);
  if (done && planted == bug::depend_on_address)
    self.trace ^= reinterpret_cast<std::uintptr_t>(&self) >> 4 & 1;
  if (done && planted == bug::make_money && op.amount == 13)
    ++self.money[op.to];
  return done;
}

simulation_report run(libsync::testing::simulation_options<data> how, bug what = bug::none) {
  planted = what;
  calls = 0;
  return simulate<data>(how, bank::make, bank::is_sound);
}

std::ptrdiff_t lines(const std::string& text) {
  return std::count(text.begin(), text.end(), '\n');
}

// What is told of a seed; or what an optimistic client may find of the same fault before.
bool tells(const libsync::testing::simulation_report& told, const std::string& what) {
  const auto& found = told.failure->what;
  return found.find(what) != std::string::npos ||
         found.find("something else than the pending submissions") != std::string::npos;
}

// It was found, is told in few steps, and the seed that is told repeats it.
void check_found(bug planted_one, const std::string& what) {
  const auto told = run({.seeds = 200}, planted_one);
  INFO(told);
  REQUIRE_FALSE(told);
  CHECK(tells(told, what));
  CHECK(lines(told.failure->steps) <= 10);
  CHECK(told.failure->steps.find("submits transfer{") != std::string::npos);
  CHECK(told.failure->repeat == "simulate<...>({.first = " + std::to_string(told.failure->seed) +
                                    ", .seeds = 1}, ...), with the other options as they were");
  const auto again = run({.first = told.failure->seed, .seeds = 1}, planted_one);
  REQUIRE_FALSE(again);
  CHECK(again.failure->what == told.failure->what);
  CHECK(again.failure->steps == told.failure->steps);
  CHECK_THROWS_AS(told.check(), libsync::testing::failed);
}

} // namespace

TEST_CASE("simulated replicas keep all promises under faults", "[testing]") {
  const auto told = run({.seeds = 1000});
  INFO(told);
  REQUIRE(told);
  CHECK(told.runs == 1000);
  CHECK(told.totals.full_seeds > 990);
  CHECK(told.totals.faults == 12'000);
  CHECK(told.totals.versions > 100'000);
}

TEST_CASE("a seed of simulated replicas has the same trace each time", "[testing]") {
  CHECK(run({.seeds = 20}).digest == run({.seeds = 20}).digest);
  CHECK(run({.seeds = 20}).digest != run({.first = 2, .seeds = 20}).digest);
}

TEST_CASE("safety alone demands no end", "[testing]") {
  const auto told = run({.seeds = 100, .mode = mode::safety, .steps_to_converge = 1});
  INFO(told);
  CHECK(told);
}

TEST_CASE("where simulated replicas do not converge, a client and what it waits for are named",
          "[testing]") {
  const auto told = run({.seeds = 1, .steps_to_converge = 1});
  REQUIRE_FALSE(told);
  CHECK(told.failure->what.find("client 0 ") == 0);
  CHECK(told.failure->what.find(" after 1 steps") != std::string::npos);
}

TEST_CASE("a simulation finds a reducer that depends on an address", "[testing]") {
  const auto told = run({.seeds = 200}, bug::depend_on_address);
  INFO(told);
  REQUIRE_FALSE(told);
  CHECK(tells(told, "the operations "));
  CHECK(lines(told.failure->steps) <= 10);
}

TEST_CASE("a simulation finds a reducer that depends on a static counter", "[testing]") {
  const auto told = run({.seeds = 200}, bug::depend_on_counter);
  INFO(told);
  REQUIRE_FALSE(told);
}

TEST_CASE("a simulation finds a reducer that changes the data and refuses", "[testing]") {
  check_found(bug::change_and_refuse, "are not what the operations lead to");
}

TEST_CASE("a simulation finds an invariant that does not hold", "[testing]") {
  check_found(bug::make_money, "the invariant does not hold at version ");
}

TEST_CASE("a simulation finds data whose copies lack something", "[testing]") {
  check_found(bug::copy_badly, "the operations ");
}
