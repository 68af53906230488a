// A measurement finds copies that differ.

#include <cstdint>
#include <string>

#include "libsync/actors/load.hpp"
#include "load/sums.hpp"
#include "support/catch.hpp"

using libsync::client_kind;
using libsync::measure_load;
using libsync::measure_peers;

namespace {

add one_more(const auto&, libsync::testing::random&) {
  return {1};
}

// Each copy is greater than what was copied.
struct drifting {
  using operation = add;
  std::int64_t value = 0;

  drifting() = default;
  drifting(const drifting& other) : value(other.value + 1) {}
  drifting(drifting&&) = default;
  drifting& operator=(const drifting& other) {
    value = other.value + 1;
    return *this;
  }
  drifting& operator=(drifting&&) = default;
  ~drifting() = default;

  friend bool operator==(const drifting&, const drifting&) = default;
};

void reduce(drifting& self, const add& op) {
  self.value += op.amount;
}

} // namespace

TEST_CASE("copies that become different are found", "[load]") {
  for (const auto kind : {client_kind::sessions, client_kind::actors}) {
    const auto result =
        measure_load(unsound{}, one_more<unsound>,
                     {.clients = 3, .submitters = 1, .operations = 50, .kind = kind});
    CHECK_FALSE(result);
    CHECK(result.disagreement == "the copy of client 1 has other data than the server at version "
                                 "50: is the reducer deterministic?");
    CHECK(result.compared == 1);
  }
}

TEST_CASE("a copy that refused what the server accepted is found", "[load]") {
  for (const auto kind : {client_kind::sessions, client_kind::actors}) {
    moody::calls = 0;
    const auto result = measure_load(
        moody{}, one_more<moody>, {.clients = 1, .submitters = 1, .operations = 1, .kind = kind});
    CHECK_FALSE(result);
    CHECK(result.disagreement ==
          "the copy of client 1 has refused 1 operations that the server had "
          "accepted: is the reducer deterministic?");
  }
}

TEST_CASE("peers that become different are found", "[load]") {
  const auto result =
      measure_peers(drifting{}, one_more<drifting>, {.peers = 2, .submitters = 1, .operations = 5});
  CHECK_FALSE(result);
  CHECK(result.disagreement == "peer 2 has seen the same changes as peer 1, and has another value: "
                               "is the reducer deterministic?");
}
