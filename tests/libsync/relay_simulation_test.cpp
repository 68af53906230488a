// Relays over connections that break, by chance: nothing is lost, and nothing comes twice.

#include <cstdint>

#include "support/catch.hpp"
#include "support/relay_world.hpp"

TEST_CASE("relays lose nothing and repeat nothing, however often they lack memory",
          "[relay][allocation]") {
  std::uint64_t starved = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    INFO("seed " << seed);
    relay_world world{seed, 30};
    world.run(1500);
    starved += world.counted().starved;
  }
  CHECK(starved > 300);
}

TEST_CASE("relays lose nothing and repeat nothing, whatever breaks", "[relay]") {
  relay_world::tally all;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    INFO("seed " << seed);
    relay_world world{seed};
    world.run(1500);
    const auto& told = world.counted();
    all.accepted += told.accepted;
    all.suspended += told.suspended;
    all.snapshots += told.snapshots;
    all.connections += told.connections;
    all.epochs += told.epochs;
    all.relayed += told.relayed;
    if (told.epochs == 0)
      REQUIRE(told.unknown == 0); // the server remembers everybody
  }
  CHECK(all.accepted > 10'000);
  CHECK(all.relayed > 5'000);
  CHECK(all.suspended > 1'000);
  CHECK(all.snapshots > 500);
  CHECK(all.connections > 1'000);
  CHECK(all.epochs > 50);
}
