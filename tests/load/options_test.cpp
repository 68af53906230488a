// Each option of a measurement at 0, at its greatest and beyond: it is rejected by name, or taken.

#include <chrono>
#include <cstddef>
#include <limits>
#include <stdexcept>
#include <string>
#include <type_traits>

#include "libsync/actors/load.hpp"
#include "load/sums.hpp"
#include "support/catch.hpp"
#include "support/rejected.hpp"

using libsync::load_options;
using libsync::operation_source;
using libsync::peers_options;
using namespace std::chrono_literals;

namespace {

template <class Options>
Options with(void (*change)(Options&)) {
  Options made;
  made.operations = 1000;
  change(made);
  return made;
}

template <class Options>
void check_common(const std::string& name) {
  const auto refuses = [&](void (*change)(Options&), const std::string& text) {
    CHECK(rejected(with<Options>(change)) == "libsync::" + name + text);
  };
  CHECK(rejected(with<Options>([](Options&) {})).empty());
  CHECK(rejected(with<Options>([](Options& o) { o.submitters = o.operations = 1; })).empty());
  CHECK(rejected(with<Options>([](Options& o) { o.submitters = 1000; })).empty());
  CHECK(rejected(with<Options>([](Options& o) { o.rate = load_options::most_rate; })).empty());
  CHECK(rejected(with<Options>([](Options& o) {
          o.operations = 0;
          o.duration = 1ns;
        })).empty());
  refuses([](Options& o) { o.submitters = 0; }, ": `submitters` is 0, expected 1 to 1000");
  refuses([](Options& o) { o.submitters = 1001; }, ": `submitters` is 1001, expected 1 to 1000");
  refuses([](Options& o) { o.operations = 0; },
          ": neither `operations` nor `duration` is given, expected one");
  refuses([](Options& o) { o.duration = 1s; },
          ": both `operations` and `duration` are given, expected one");
  refuses([](Options& o) { o.duration = -1ns; }, ": `duration` is -1 ns, expected more than 0");
  refuses(
      [](Options& o) {
        o.submitters = 2;
        o.operations = 1;
      },
      ": `operations` is 1, expected at least one for each of the 2 submitters");
  refuses([](Options& o) { o.rate = -1; }, ": `rate` is -1, expected 0 to 1e9 in a second");
  refuses([](Options& o) { o.rate = 2e9; }, ": `rate` is 2e+09, expected 0 to 1e9 in a second");
  refuses([](Options& o) { o.rate = std::numeric_limits<double>::quiet_NaN(); },
          ": `rate` is nan, expected 0 to 1e9 in a second");
  refuses(
      [](Options& o) {
        o.operations = 0;
        o.submitters = 2;
        o.duration = 1s;
        o.rate = 1;
      },
      ": `rate` is 1, expected so many in a second that within `duration` each of the 2 submitters "
      "has one");
  refuses([](Options& o) { o.patience = 0ns; }, ": `patience` is 0 ns, expected more than 0");
  refuses(
      [](Options& o) {
        o.operations = 0;
        o.duration = 1s;
        o.source = operation_source::beforehand;
      },
      ": `source` is `beforehand`, which needs `operations`, since nobody knows how many there are "
      "in a `duration`");
}

} // namespace

TEST_CASE("each option of measure_load is checked", "[load]") {
  check_common<load_options>("load_options");
  CHECK(rejected(load_options{.clients = 0, .operations = 10}) ==
        "libsync::load_options: `clients` is 0, expected 1 to 100000");
  CHECK(rejected(load_options{.clients = 100'001, .operations = 10}) ==
        "libsync::load_options: `clients` is 100001, expected 1 to 100000");
  CHECK(rejected(load_options{.clients = 100'000, .operations = 10}).empty());
  load_options no_batch{.operations = 10};
  no_batch.bounds.batch = 0;
  CHECK(rejected(no_batch) == "libsync::limits: `batch` is 0, expected at least 1");
}

TEST_CASE("each option of measure_peers is checked", "[load]") {
  check_common<peers_options>("peers_options");
  CHECK(rejected(peers_options{.peers = 0, .operations = 10}) ==
        "libsync::peers_options: `peers` is 0, expected 1 to 1000");
  CHECK(rejected(peers_options{.peers = 1001, .operations = 10}) ==
        "libsync::peers_options: `peers` is 1001, expected 1 to 1000");
  CHECK(rejected(peers_options{.operations = 10, .bounds = {.age = {}, .events = 0}}) ==
        "libsync::gossip_limits: `events` is 0, expected at least 1");
}

TEST_CASE("a measurement begins with sound options only", "[load]") {
  CHECK_THROWS_AS(libsync::measure_load(sum{}, counts_up(), {.clients = 0, .operations = 1}),
                  std::invalid_argument);
  CHECK_THROWS_AS(libsync::measure_peers(sum{}, counts_up(), {.peers = 0, .operations = 1}),
                  std::invalid_argument);
}
