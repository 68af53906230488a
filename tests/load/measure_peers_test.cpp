#include "libsync/actors/load/measure_peers.hpp"

#include <chrono>
#include <cstdint>
#include <stdexcept>

#include "libsync/statebox/dictionary.hpp"
#include "load/sums.hpp"
#include "support/catch.hpp"

using libsync::measure_peers;
using libsync::operation_source;
using libsync::peer_network;
using libsync::peers_options;
using namespace std::chrono_literals;

namespace {

using numbers = libsync::dictionary<std::int64_t, std::int64_t>;

numbers::operation store(const numbers&, libsync::testing::random& choices) {
  return numbers::store{choices.between(1, 20), choices.between(1, 100)};
}

} // namespace

TEST_CASE("peers are changed, exchange boxes, and become equal", "[load]") {
  for (const auto network : {peer_network::all, peer_network::ring})
    for (const auto source : {operation_source::newest_data, operation_source::initial_data,
                              operation_source::beforehand}) {
      const auto result = measure_peers(
          numbers{}, store,
          {.peers = 4, .submitters = 3, .operations = 100, .network = network, .source = source});
      CHECK(result);
      CHECK(result.disagreement.empty());
      CHECK(result.peers == 4);
      CHECK(result.submitters == 3);
      CHECK(result.changed == 100);
      CHECK(result.refused == 0);
      CHECK(result.merged > 0);
      CHECK(result.failed == 0);
      CHECK(result.latencies.count() == 91);
      CHECK(result.settling_seconds <= result.seconds);
      CHECK_FALSE(result.may_have_lost);
    }
}

TEST_CASE("peers that begin with data become equal", "[load]") {
  const auto result = measure_peers(numbers{{1, 1}, {2, 2}}, store, {.peers = 3, .operations = 30});
  CHECK(result);
  CHECK_FALSE(result.may_have_lost);
}

TEST_CASE("refused changes of peers are counted", "[load]") {
  const auto result =
      measure_peers(sum{}, counts_up(), {.peers = 2, .submitters = 2, .operations = 50});
  CHECK(result);
  CHECK(result.changed == 40);
  CHECK(result.refused == 10);
  CHECK_FALSE(result.first_reason.empty());
}

TEST_CASE("a duration is filled with changes of peers", "[load]") {
  const auto result = measure_peers(numbers{}, store, {.duration = 20ms, .rate = 1000});
  CHECK(result);
  CHECK(result.changed == 20);
}

TEST_CASE("a single peer is equal to itself", "[load]") {
  const auto result =
      measure_peers(numbers{}, store, {.peers = 1, .submitters = 1, .operations = 10});
  CHECK(result);
  CHECK(result.merged == 0);
}

TEST_CASE("peers that lose events say so", "[load]") {
  const auto result = measure_peers(
      numbers{}, store,
      {.peers = 2, .submitters = 2, .operations = 400, .bounds = {.age = {}, .events = 1}});
  CHECK(result.changed == 400);
}

TEST_CASE("what a generator of changes throws ends the measurement", "[load]") {
  const auto make = [](const numbers&, libsync::testing::random&) -> numbers::operation {
    throw std::runtime_error("no more");
  };
  CHECK_THROWS_WITH(measure_peers(numbers{}, make, {.operations = 10}), "no more");
}
