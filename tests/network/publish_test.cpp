// Servers that other processes use, over real sockets. Both ends are in this process.

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "libsync/actors/session.hpp"
#include "libsync/network/connect.hpp"
#include "libsync/network/publish.hpp"
#include "libsync/network/runtime.hpp"
#include "network/support/tape_inspect.hpp"
#include "support/catch.hpp"
#include "support/tape_actors.hpp"

namespace {

using libsync::receipt;
namespace network = libsync::network;

std::vector<std::int64_t> values_in(const tape_session& session) {
  const auto read = session.read([](const tape::data& seen) { return seen.values; });
  return read ? *read : std::vector<std::int64_t>{};
}

} // namespace

TEST_CASE("a session of another process's server is a session of that server", "[network]") {
  network::runtime here;
  network::runtime there;
  const auto server = libsync::spawn_server(here, tape::data{{1, 2}});
  const auto place = network::publish(here, server);
  REQUIRE(place.port() != 0);
  const auto relay = network::connect<tape::data>(there, "127.0.0.1", place.port());
  tape_session far{relay};
  tape_session farther{relay};
  CHECK(far.submit(tape::append{3}).get().is_accepted());
  CHECK(farther.submit(tape::append{4}).get().is_accepted());
  const auto refused = far.submit(tape::fail{}).get();
  CHECK(refused.what == receipt::kind::refused);
  CHECK(values_in(farther) == std::vector<std::int64_t>{1, 2, 3, 4});
  CHECK(place.status().connections == 1);
}
