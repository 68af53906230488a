// Relays as actors: clients take them for a server, whatever breaks.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "libsync/actors/log_reader.hpp"
#include "libsync/actors/testing/runtime.hpp"
#include "libsync/actors/testing/simulated_client.hpp"
#include "network/detail/local_wire.hpp"
#include "support/catch.hpp"
#include "support/tape_actors.hpp"

namespace {

using libsync::receipt;
using libsync::testing::client_habits;
using libsync::testing::simulated_client;
using operation = tape::data::operation;

std::vector<std::int64_t> values_in(const tape_session& session) {
  const auto read = session.read([](const tape::data& seen) { return seen.values; });
  return read ? *read : std::vector<std::int64_t>{};
}

struct one_relay {
  libsync::testing::runtime runtime{1};
  tape_server server = libsync::spawn_server(runtime, tape::data{{1, 2}});
  local_relay relay{runtime, server};
};

} // namespace

TEST_CASE("sessions of a relay are sessions of its server", "[network]") {
  one_relay at;
  tape_session near{at.server};
  tape_session far{at.relay.handle};
  tape_session farther{at.relay.handle};
  at.runtime.run();
  auto one = far.submit(tape::append{3});
  at.runtime.run();
  auto two = near.submit(tape::append{4});
  auto three = farther.submit(tape::fail{});
  at.runtime.run();
  REQUIRE(one.is_ready());
  CHECK(one.get().is_accepted());
  CHECK(two.get().is_accepted());
  CHECK(three.get().what == receipt::kind::refused);
  for (const auto* session : {&near, &far, &farther})
    CHECK(values_in(*session) == std::vector<std::int64_t>{1, 2, 3, 4});
  CHECK(at.server.status()->members == 3); // the relay is none
}

TEST_CASE("what the sessions of a relay submit while it is cut off reaches the server once",
          "[network]") {
  one_relay at;
  tape_session far{at.relay.handle};
  at.runtime.run();
  at.relay.wire->cut("pulled");
  auto one = far.submit(tape::append{3});
  at.runtime.run();
  CHECK_FALSE(one.is_ready());
  CHECK(values_in(far) == std::vector<std::int64_t>{1, 2}); // it reads on
  CHECK(at.relay.handle.server()->status()->why_closed == "pulled");
  at.relay.wire->connect();
  at.runtime.run();
  REQUIRE(one.is_ready());
  CHECK(one.get().is_accepted());
  CHECK(at.server.snapshot()->data->values == std::vector<std::int64_t>{1, 2, 3});
}

TEST_CASE("a relay's snapshot, log and status are asked for like a server's", "[network]") {
  one_relay at;
  const auto relay = *at.relay.handle.server();
  CHECK(relay.snapshot()->data->values.size() == 2); // it waits for the first data
  tape_session near{at.server};
  libsync::log_reader<tape::data> reader{at.relay.handle};
  auto told = near.submit(tape::append{3});
  at.runtime.run();
  const auto part = reader.next(std::chrono::hours{1});
  REQUIRE(part);
  CHECK(part->last() == 1);
  CHECK(relay.status()->version == 1);
  CHECK(relay.status()->why_closed.empty());
  CHECK(relay.submit_at("later", 5, tape::append{4}).reason().text().starts_with("a relay sets"));
  CHECK(relay.audit([](const tape::data&) { return 0; }).reason().starts_with("a relay"));
}

TEST_CASE("a snapshot that is larger than the window comes in pieces", "[network]") {
  libsync::testing::runtime runtime{1};
  tape::data large;
  for (std::int64_t i = 0; i != 2'000; ++i)
    large.values.push_back(1'000'000 + i);
  const auto server = libsync::spawn_server(runtime, large);
  local_relay relay{runtime, server, {}, {.window = 600, .piece = 256}};
  tape_session far{relay.handle};
  tape_session near{server};
  runtime.run();
  CHECK(values_in(far) == large.values);
  CHECK(relay.wire->bytes > 6'000);
}

TEST_CASE("a relay that sends what is no frame loses its connection, and nobody else",
          "[network]") {
  one_relay at;
  local_relay other{at.runtime, at.server};
  tape_session far{at.relay.handle};
  tape_session well{other.handle};
  at.runtime.run();
  const auto before = at.relay.wire->connections;
  at.relay.wire->send(before, "\x04nonsense");
  at.runtime.run();
  CHECK_FALSE(at.relay.wire->is_up());
  CHECK_THAT(std::string{at.relay.handle.server()->status()->why_closed},
             Catch::Contains("a frame of the relay's, parcel"));
  auto told = well.submit(tape::append{3});
  at.runtime.run();
  REQUIRE(told.is_ready());
  CHECK(told.get().is_accepted());
}

TEST_CASE("a relay that asks to follow again and again does not fill its server's memory",
          "[network]") {
  one_relay at;
  at.runtime.run();
  const auto first = at.relay.wire->connections;
  for (std::uint64_t i = 1; i <= 100; ++i)
    at.relay.wire->send(first, libsync::detail::follow_frame({1'000 + i, {}, 0}));
  at.runtime.run();
  CHECK_FALSE(at.relay.wire->is_up());
  CHECK_THAT(std::string{at.relay.handle.server()->status()->why_closed},
             Catch::Contains("a request to follow: found another while 16 are not answered"));
}

TEST_CASE("actors of relays lose nothing and repeat nothing, whatever breaks", "[network]") {
  std::uint64_t restarts = 0;
  std::uint64_t connections = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    INFO("seed " << seed);
    libsync::testing::runtime runtime{seed};
    auto choices = runtime.random().split();
    libsync::supervisor_options forever;
    forever.restarts = libsync::supervisor_options::without_end;
    auto server = libsync::spawn_supervisor(runtime, tape::data{}, {}, forever);
    std::vector<local_relay> relays;
    relays.reserve(3);
    relays.emplace_back(runtime, server);
    relays.emplace_back(runtime, server);
    relays.emplace_back(runtime, relays.front().handle);
    std::int64_t last = 0;
    const auto make = [&last](const tape::data&, libsync::testing::random& by) -> operation {
      if (by.chance(80))
        return tape::append{++last};
      return by.chance(50) ? operation{tape::rotate{}} : operation{tape::fail{}};
    };
    std::vector<simulated_client<tape::data>> users;
    for (std::uint64_t i = 0; i != 8; ++i)
      users.emplace_back(i % 4 == 3 ? libsync::server_address<tape::data>{server}
                                    : libsync::server_address<tape::data>{relays[i % 4].handle},
                         make, client_habits{.seed = seed * 100 + i, .submissions = 15});
    for (int i = 0; i != 60; ++i) {
      runtime.steps(choices.below(200));
      auto& relay = relays[choices.below(relays.size())];
      switch (choices.below(12)) {
      case 0:
      case 1:
        relay.wire->cut("pulled");
        break;
      case 2:
      case 3:
      case 4:
        if (!relay.wire->is_up())
          relay.wire->connect();
        break;
      case 5:
        if (const auto living = relay.handle.server())
          runtime.kill(*living);
        ++restarts;
        break;
      case 6:
        if (const auto living = server.server())
          runtime.kill(*living);
        ++restarts;
        break;
      default:
        runtime.advance(std::chrono::milliseconds{50});
      }
    }
    for (auto& relay : relays)
      if (!relay.wire->is_up())
        relay.wire->connect();
    runtime.run_until([&] {
      return std::all_of(users.begin(), users.end(), [](auto& one) { return one.is_done(); });
    });
    runtime.run();
    const auto all = server.server()->snapshot();
    REQUIRE(all);
    std::map<std::int64_t, int> times;
    for (const auto value : all->data->values)
      ++times[value];
    for (const auto& [value, count] : times)
      REQUIRE(count == 1);
    std::size_t accepted = 0;
    for (auto& one : users) {
      const auto record = one.record();
      CHECK(record.broken.empty());
      CHECK(record.counts.unknown == 0); // each server knows what the one before knew
      accepted += record.counts.accepted;
      CHECK(values_in(one.session()) == all->data->values);
    }
    CHECK(all->version == accepted);
    for (auto& relay : relays)
      connections += relay.wire->connections;
  }
  CHECK(restarts > 300);
  CHECK(connections > 500);
}
