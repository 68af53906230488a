#include "libsync/actors/supervisor.hpp"
#include "libsync/snapshot.hpp"
#include "libsync/submission.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/ask.hpp"
#include "support/catch.hpp"
#include "support/location.hpp"
#include "support/status.hpp"
#include "support/tape_actors.hpp"

using libsync::receipt;

namespace {

libsync::supervisor_options at_most(std::size_t restarts) {
  libsync::supervisor_options options;
  options.restarts = restarts;
  return options;
}

void kill_server(libsync::testing::runtime& at, const tape_supervisor& supervisor) {
  caf::anon_send_exit(to_caf(locate(at, supervisor).server), caf::exit_reason::kill);
  at.run();
}

std::optional<receipt> submit(libsync::testing::runtime& at, const tape_client& client,
                              std::int64_t value) {
  return ask<receipt>(at, client, libsync::submit_atom_v,
                      libsync::enclose(libsync::submission<tape::data>{tape::append{value}}));
}

} // namespace

TEST_CASE("a server that dies between two calls is started again, in seeded random orders",
          "[supervisor]") {
  constexpr std::size_t each = 60;
  std::uint64_t restarts = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    INFO("seed " << seed);
    libsync::testing::runtime at{seed};
    int faults = 0;
    std::vector<std::int64_t> accepted;
    libsync::server_options<tape::data> options;
    options.inject_fault = [&](libsync::fault_point where) {
      if (where == libsync::fault_point::within)
        return; // clients would not learn what became of their submissions
      if (at.random()() % 40 == 0 && faults < 50) {
        ++faults;
        throw std::runtime_error("a bug");
      }
    };
    options.on_change = [&](const libsync::change<tape::data>& what) {
      accepted.push_back(std::get<tape::append>(what.operations.front()).value);
    };
    auto supervisor = libsync::spawn_supervisor(at, tape::data{}, options, at_most(1000));
    libsync::client_options<tape::data> small;
    small.bounds.parcel = 4;
    std::vector<tape_client> clients;
    for (int i = 0; i < 4; ++i)
      clients.push_back(libsync::spawn_client(supervisor, small));
    for (std::size_t i = 0; i < 4 * each; ++i) {
      submit_to(clients[i % clients.size()], tape::append{static_cast<std::int64_t>(i)});
      if (at.random()() % 20 == 0)
        send_to(to_caf(supervisor), libsync::locate_atom_v, caf::actor_addr{});
      at.steps(at.random()() % 6);
      if (at.random()() % 30 == 0)
        kill_server(at, supervisor);
    }
    at.run();
    faults = 50; // no more
    restarts += status_of(at, supervisor).restarts;
    const auto truth = copy_of<tape::data>(at, locate(at, supervisor).server);
    REQUIRE(truth.data->values.size() == 4 * each);
    CHECK(truth.data->values == accepted);
    for (const auto& client : clients) {
      const auto copy = copy_of<tape::data>(at, client);
      CHECK(copy.epoch == truth.epoch);
      CHECK(copy.version == truth.version);
      CHECK(*copy.data == *truth.data);
      CHECK(status_of(at, client).undecided == 0);
    }
  }
  CHECK(restarts > 2000);
}

TEST_CASE("a supervisor gives up after as many restarts as it may, and everybody is told",
          "[supervisor][limits]") {
  const auto allowed = GENERATE(std::size_t{0}, std::size_t{1}, std::size_t{3});
  libsync::testing::runtime at;
  std::vector<libsync::server_death> deaths;
  auto options = at_most(allowed);
  options.on_death = [&](const libsync::server_death& death) { deaths.push_back(death); };
  auto supervisor = libsync::spawn_supervisor(at, tape::data{}, {}, options);
  auto client = libsync::spawn_client(supervisor);
  for (std::size_t i = 0; i < allowed; ++i) {
    kill_server(at, supervisor);
    REQUIRE(submit(at, client, 1) == receipt::accepted(i + 1));
    CHECK(deaths.back().restarted);
  }
  CHECK(status_of(at, supervisor).restarts == allowed);
  CHECK_FALSE(status_of(at, supervisor).gave_up);

  kill_server(at, supervisor);
  CHECK(status_of(at, supervisor).gave_up);
  REQUIRE(deaths.size() == allowed + 1);
  CHECK_FALSE(deaths.back().restarted);
  CHECK_FALSE(deaths.back().interrupted);
  const auto told = submit(at, client, 2);
  REQUIRE(told);
  CHECK(told->what == receipt::kind::refused);
  CHECK(told->reason == "the server has ended (kill) and is not started again: " +
                            std::to_string(allowed) + " restarts within 10000 ms are the limit");
  CHECK(locate(at, supervisor).reason == told->reason);
  CHECK(supervisor.server().reason() == told->reason);
  // Who comes later is told as well, and the copy that was there can still be read.
  auto late = libsync::spawn_client(supervisor);
  CHECK(submit(at, late, 3)->reason == told->reason);
  CHECK(copy_of<tape::data>(at, client).version == allowed);
}

TEST_CASE("a supervisor that has ended names no server", "[supervisor]") {
  libsync::testing::runtime at;
  auto supervisor = libsync::spawn_supervisor(at, tape::data{});
  CHECK(supervisor.server());
  caf::anon_send_exit(to_caf(supervisor), caf::exit_reason::kill);
  at.run();
  CHECK_FALSE(supervisor.server());
}

TEST_CASE("restarts that lie further back do not count", "[supervisor][limits]") {
  libsync::testing::runtime at;
  auto supervisor = libsync::spawn_supervisor(at, tape::data{}, {}, at_most(2));
  for (int i = 0; i < 10; ++i) {
    kill_server(at, supervisor);
    CHECK_FALSE(status_of(at, supervisor).gave_up);
    at.advance(std::chrono::milliseconds{5001}); // two within 10 seconds
  }
  kill_server(at, supervisor);
  CHECK_FALSE(status_of(at, supervisor).gave_up);
  kill_server(at, supervisor);
  CHECK(status_of(at, supervisor).gave_up);
}

TEST_CASE("a supervisor tells of what its server has died", "[supervisor]") {
  libsync::testing::runtime at;
  bool armed = false;
  libsync::server_options<tape::data> server;
  server.inject_fault = [&](libsync::fault_point) {
    if (std::exchange(armed, false))
      throw std::runtime_error("the wire came loose");
  };
  auto supervisor = libsync::spawn_supervisor(at, tape::data{}, server);
  CHECK(status_of(at, supervisor).reason.empty());
  auto client = libsync::spawn_client(supervisor);
  at.run();
  armed = true;
  CHECK(submit(at, client, 1) == receipt::accepted(1));
  CHECK(status_of(at, supervisor).reason == "the wire came loose");
  CHECK(status_of(at, locate(at, supervisor).server).lives == 2);
}

TEST_CASE("a client that has left stays away from the next server", "[supervisor]") {
  libsync::testing::runtime at;
  auto supervisor = libsync::spawn_supervisor(at, tape::data{});
  auto client = libsync::spawn_client(supervisor);
  at.run();
  // The server dies before the word that the client has left.
  auto server = locate(at, supervisor).server;
  caf::anon_send_exit(to_caf(server), caf::exit_reason::kill);
  send_to(to_caf(client), libsync::leave_atom_v);
  server = {};
  at.run();
  CHECK(status_of(at, locate(at, supervisor).server).members == 0);
  CHECK_FALSE(status_of(at, client).joined);
  CHECK(ask<libsync::version>(at, client, libsync::join_atom_v) == libsync::version{0});
  CHECK(status_of(at, locate(at, supervisor).server).members == 1);
}

TEST_CASE("the next server forgets members that die, as the one before would have",
          "[supervisor]") {
  libsync::testing::runtime at;
  auto supervisor = libsync::spawn_supervisor(at, tape::data{});
  auto client = libsync::spawn_client(supervisor);
  at.run();
  kill_server(at, supervisor);
  REQUIRE(status_of(at, locate(at, supervisor).server).members == 1);
  client = {}; // it ends without a word
  CHECK(status_of(at, locate(at, supervisor).server).members == 0);
}

TEST_CASE("a request for another server than the living one waits until there is one",
          "[supervisor]") {
  libsync::testing::runtime at;
  auto supervisor = libsync::spawn_supervisor(at, tape::data{});
  auto first = locate(at, supervisor).server;
  caf::scoped_actor self{at.system()};
  auto asked = ask(self, to_caf(supervisor), libsync::locate_atom_v, to_caf(first).address());
  at.run();
  CHECK_FALSE(self->has_next_message());
  caf::anon_send_exit(to_caf(first), caf::exit_reason::kill);
  at.run();
  hear(
      asked,
      [&](const libsync::envelope& found) {
        const auto next = location<tape::data>{found}.server;
        CHECK(next);
        CHECK(next.ref() != first.ref());
      },
      [](caf::error&) { FAIL("the supervisor has ended"); });
}

TEST_CASE("a client ignores the end of a server that it has left behind", "[supervisor]") {
  libsync::testing::runtime at;
  auto supervisor = libsync::spawn_supervisor(at, tape::data{});
  auto client = libsync::spawn_client(supervisor);
  at.run();
  const auto first = to_caf(locate(at, supervisor).server).address();
  kill_server(at, supervisor);
  REQUIRE(status_of(at, client).joined);
  const auto joins = status_of(at, locate(at, supervisor).server).counters.catch_ups;
  send_to(to_caf(client), libsync::ended_atom_v, first); // late, or a second time
  CHECK(status_of(at, client).joined);
  CHECK(status_of(at, locate(at, supervisor).server).counters.catch_ups == joins);
}

TEST_CASE("a supervisor that is told to end takes its server with it", "[supervisor]") {
  libsync::testing::runtime at;
  auto supervisor = libsync::spawn_supervisor(at, tape::data{});
  auto client = libsync::spawn_client(supervisor);
  REQUIRE(submit(at, client, 1));
  const auto server = locate(at, supervisor).server;
  caf::anon_send_exit(to_caf(supervisor), caf::exit_reason::user_shutdown);
  at.run();
  CHECK_FALSE(ask<libsync::snapshot<tape::data>>(at, server, libsync::read_atom_v));
  CHECK(submit(at, client, 2)->reason == "the server's supervisor has ended");
}

TEST_CASE("systems end whatever becomes of supervisors and their clients", "[supervisor][ending]") {
  for (int round = 0; round < 100; ++round) {
    libsync::runtime runtime;
    auto supervisor = libsync::spawn_supervisor(runtime, tape::data{}, {}, at_most(1));
    auto client = libsync::spawn_client(supervisor);
    tape_session session{supervisor};
    for (int i = 0; i < 50; ++i) {
      submit_to(client, tape::append{i});
      session.post(tape::append{i});
    }
    if (round % 4 == 0)
      caf::anon_send_exit(to_caf(supervisor), caf::exit_reason::kill);
    if (round % 4 == 1)
      supervisor = {};
    if (round % 4 == 2)
      client = {};
  }
  SUCCEED("no system waits for ever");
}

TEST_CASE("every wait of a session ends when its supervisor gives up", "[supervisor][session]") {
  libsync::runtime runtime;
  auto supervisor = libsync::spawn_supervisor(runtime, tape::data{}, {}, at_most(0));
  tape_session session{supervisor};
  REQUIRE(session.submit(tape::append{1}).get().is_accepted());
  caf::anon_send_exit(to_caf(supervisor), caf::exit_reason::kill);
  const auto reached = session.wait_for(2, std::chrono::hours{1});
  CHECK_FALSE(reached);
  CHECK(reached.reason() == "the server's supervisor has ended at version 1, before version 2");
  CHECK(session.submit(tape::append{2}).get().reason == "the server's supervisor has ended");
}

TEST_CASE("a limit of 0 is rejected by the call that spawns a supervisor", "[supervisor][limits]") {
  libsync::testing::runtime at;
  libsync::server_options<tape::data> options;
  options.bounds.log = 0;
  CHECK_THROWS_WITH(libsync::spawn_supervisor(at, tape::data{}, options),
                    "libsync::limits: `log` is 0, expected at least 1");
}

TEST_CASE("restarts within any time are counted, and within `ever` for ever",
          "[supervisor][limits]") {
  using libsync::supervisor_options;
  using std::chrono::milliseconds;
  const auto within = GENERATE(milliseconds{1}, milliseconds{3'600'000}, milliseconds::max() / 2,
                               supervisor_options::ever);
  libsync::testing::runtime at;
  auto options = at_most(3);
  options.within = within;
  auto supervisor = libsync::spawn_supervisor(at, tape::data{}, {}, options);
  auto client = libsync::spawn_client(supervisor);
  for (int i = 0; i < 3; ++i) {
    kill_server(at, supervisor);
    at.advance(std::chrono::hours{1});
  }
  CHECK(status_of(at, supervisor).restarts == 3);
  kill_server(at, supervisor); // the first is at least three hours ago
  const bool is_past = within <= milliseconds{3'600'000};
  CHECK(status_of(at, supervisor).restarts == (is_past ? 4 : 3));
  CHECK(status_of(at, supervisor).gave_up == !is_past);
  if (within == supervisor_options::ever)
    CHECK(submit(at, client, 1)->reason == "the server has ended (kill) and is not started again: "
                                           "3 restarts in all are the limit");
}

TEST_CASE("a server may be started again any number of times", "[supervisor][limits]") {
  libsync::testing::runtime at;
  auto options = at_most(libsync::supervisor_options::without_end);
  options.within = libsync::supervisor_options::ever;
  auto supervisor = libsync::spawn_supervisor(at, tape::data{}, {}, options);
  for (int i = 0; i < 100; ++i)
    kill_server(at, supervisor);
  CHECK(status_of(at, supervisor).restarts == 100);
  CHECK_FALSE(status_of(at, supervisor).gave_up);
}

TEST_CASE("a time that makes no sense is rejected by name", "[supervisor][limits]") {
  using std::chrono::milliseconds;
  const auto within = GENERATE(milliseconds{0}, milliseconds{-1}, milliseconds::min());
  libsync::testing::runtime at;
  auto options = at_most(1);
  options.within = within;
  CHECK_THROWS_WITH(libsync::spawn_supervisor(at, tape::data{}, {}, options),
                    "libsync::supervisor_options: `within` is " + std::to_string(within.count()) +
                        " ms, expected at least 1 ms");
}
