#include "libsync/testing/simulate_peers.hpp"

#include <algorithm>
#include <compare>
#include <cstdint>
#include <map>
#include <ostream>
#include <string>

#include "simulate/shelf.hpp"
#include "support/catch.hpp"

using libsync::testing::simulate_peers;

namespace {

// An operation that must not be replayed: it adds to what it finds.
struct tally {
  struct operation {
    int by = 0;
    friend auto operator<=>(const operation&, const operation&) = default;
    friend std::ostream& operator<<(std::ostream& out, const operation& self) {
      return out << "operation{" << self.by << '}';
    }
  };
  std::int64_t sum = 0;
  friend std::ostream& operator<<(std::ostream& out, const tally& self) { return out << self.sum; }
};
void reduce(tally& self, const tally::operation& op) {
  self.sum += op.by;
}
tally::operation make_tally(const tally&, libsync::testing::random& choices) {
  return {static_cast<int>(choices.between(1, 9))};
}

// It says that its operations are independent, and is wrong: a value is put only where there is
// none.
struct shy : shelf::data {
  struct operation {
    int key = 0;
    int value = 0;
    bool takes = false;
    friend constexpr bool independent(const operation&) { return true; }
    friend auto operator<=>(const operation&, const operation&) = default;
    friend std::ostream& operator<<(std::ostream& out, const operation& self) {
      return out << (self.takes ? "take{" : "put{") << self.key << ", " << self.value << '}';
    }
  };
};
void reduce(shy& self, const shy::operation& op) {
  if (op.takes)
    self.all.erase(op.key);
  else
    self.all.try_emplace(op.key, op.value);
}
shy::operation make_shy(const shy&, libsync::testing::random& choices) {
  return {static_cast<int>(choices.below(3)), static_cast<int>(choices.below(9)),
          choices.chance(30)};
}

std::ptrdiff_t lines(const std::string& text) {
  return std::count(text.begin(), text.end(), '\n');
}

} // namespace

TEST_CASE("simulated peers keep all promises under faults", "[testing]") {
  const auto told = simulate_peers<shelf::data>({.seeds = 100}, shelf::make, shelf::is_sound);
  INFO(told);
  REQUIRE(told);
  CHECK(told.totals.full_seeds == 100);
  CHECK(told.totals.versions == told.totals.submissions); // none is refused
}

TEST_CASE("a seed of simulated peers has the same trace each time", "[testing]") {
  const auto run = [](std::uint64_t first) {
    return simulate_peers<shelf::data>({.first = first, .seeds = 5}, shelf::make, shelf::is_sound)
        .digest;
  };
  CHECK(run(1) == run(1));
  CHECK(run(1) != run(2));
}

TEST_CASE("a simulation of peers finds operations that must not be replayed", "[testing]") {
  const auto told =
      simulate_peers<tally>({.seeds = 20}, make_tally, [](const tally&) { return true; });
  INFO(told);
  REQUIRE_FALSE(told);
  CHECK(told.failure->what.find("shows data that its events do not lead to") != std::string::npos);
  CHECK(lines(told.failure->steps) <= 10);
  CHECK(told.failure->steps.find(" does operation{") != std::string::npos);
  const auto again = simulate_peers<tally>({.first = told.failure->seed, .seeds = 1}, make_tally,
                                           [](const tally&) { return true; });
  REQUIRE_FALSE(again);
  CHECK(again.failure->steps == told.failure->steps);
}

TEST_CASE("a simulation of peers finds operations that are not independent", "[testing]") {
  const auto told = simulate_peers<shy>({.seeds = 20}, make_shy, shelf::is_sound);
  INFO(told);
  REQUIRE_FALSE(told);
  CHECK(lines(told.failure->steps) <= 10);
}

TEST_CASE("a simulation of peers finds an invariant that does not hold", "[testing]") {
  const auto told = simulate_peers<shelf::data>(
      {.seeds = 20}, shelf::make, [](const shelf::data& self) { return self.all.size() < 6; });
  INFO(told);
  REQUIRE_FALSE(told);
  CHECK(told.failure->what.find("the invariant does not hold") == 0);
  CHECK(lines(told.failure->steps) <= 12);
}
