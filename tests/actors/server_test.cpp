#include "libsync/actors/server.hpp"
#include "libsync/snapshot.hpp"
#include "libsync/submission.hpp"

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/ask.hpp"
#include "support/catch.hpp"
#include "support/status.hpp"
#include "support/tape_actors.hpp"

namespace {

using libsync::receipt;

receipt submit(libsync::testing::runtime& at, const tape_client& client,
               const tape::data::operation& op) {
  const auto told = ask<receipt>(at, client, libsync::submit_atom_v,
                                 libsync::enclose(libsync::submission<tape::data>{op}));
  REQUIRE(told);
  return *told;
}

} // namespace

TEST_CASE("clients see each other's operations through the server", "[server]") {
  libsync::testing::runtime at;
  auto server = libsync::spawn_server(at, tape::data{});
  auto green = libsync::spawn_client(server);
  auto yellow = libsync::spawn_client(server);
  CHECK(submit(at, green, tape::append{1}) == receipt::accepted(1));
  CHECK(submit(at, yellow, tape::append{2}) == receipt::accepted(2));
  CHECK(submit(at, yellow, tape::fail{}) == receipt::refused("threw: the reducer is broken"));
  for (const auto& client : {green, yellow}) {
    CHECK(copy_of<tape::data>(at, client).version == 2);
    CHECK(copy_of<tape::data>(at, client).data->values == std::vector<std::int64_t>{1, 2});
  }
}

TEST_CASE("the state can be read without joining", "[server]") {
  libsync::testing::runtime at;
  auto server = libsync::spawn_server(at, tape::data{{4, 2}});
  const auto copy = copy_of<tape::data>(at, server);
  CHECK(copy.version == 0);
  CHECK(copy.data->values == std::vector<std::int64_t>{4, 2});
  CHECK(status_of(at, server).members == 0);
}

TEST_CASE("many servers live side by side", "[server]") {
  libsync::testing::runtime at;
  auto one = libsync::spawn_server(at, tape::data{});
  auto other = libsync::spawn_server(at, tape::data{});
  auto client = libsync::spawn_client(one);
  static_cast<void>(submit(at, client, tape::append{1}));
  CHECK(status_of(at, one).version == 1);
  CHECK(status_of(at, other).version == 0);
  CHECK(status_of(at, one).epoch != status_of(at, other).epoch);
}

TEST_CASE("the server's own functions are told in order, and isolated when they throw",
          "[server]") {
  libsync::testing::runtime at;
  auto told = std::make_shared<std::vector<std::string>>();
  libsync::server_options<tape::data> options;
  options.on_change = [told](const libsync::change<tape::data>& what) {
    told->push_back("version " + std::to_string(what.version));
    if (what.version == 1)
      throw std::runtime_error("an observer's bug");
  };
  options.on_refused = [told](libsync::client_id, const auto&, const std::string& why) {
    told->push_back(why);
  };
  auto server = libsync::spawn_server(at, tape::data{}, options);
  auto client = libsync::spawn_client(server);
  CHECK(submit(at, client, tape::append{1}) == receipt::accepted(1));
  CHECK(submit(at, client, tape::fail{}).what == receipt::kind::refused);
  CHECK(submit(at, client, tape::append{1}) == receipt::accepted(2));
  CHECK(*told ==
        std::vector<std::string>{"version 1", "threw: the reducer is broken", "version 2"});
  CHECK(status_of(at, server).thrown == 1);
}

TEST_CASE("a client that is dropped, killed or told to leave is forgotten", "[server]") {
  libsync::testing::runtime at;
  auto server = libsync::spawn_server(at, tape::data{});
  auto dropped = libsync::spawn_client(server);
  auto killed = libsync::spawn_client(server);
  auto left = libsync::spawn_client(server);
  at.run();
  CHECK(status_of(at, server).members == 3);
  dropped = {};
  CHECK(status_of(at, server).members == 2);
  caf::anon_send_exit(to_caf(killed), caf::exit_reason::kill);
  CHECK(status_of(at, server).members == 1);
  for (int i = 0; i < 2; ++i) // leaving twice is harmless
    CHECK(ask<libsync::version>(at, left, libsync::leave_atom_v) == 0);
  CHECK(status_of(at, server).members == 0);
  CHECK(ask<libsync::version>(at, left, libsync::join_atom_v) == 0);
  CHECK(status_of(at, server).members == 1);
}

TEST_CASE("operations after a full batch wait for a flush of their own, and no longer",
          "[server]") {
  libsync::testing::runtime at;
  libsync::server_options<tape::data> options;
  options.bounds.batch = 2;
  auto server = libsync::spawn_server(at, tape::data{}, options);
  libsync::client_options<tape::data> one_by_one;
  one_by_one.bounds.parcel = 1;
  std::vector<tape_client> clients;
  for (int i = 0; i < 4; ++i)
    clients.push_back(libsync::spawn_client(server, one_by_one));
  at.run();
  for (int round = 0; round < 6; ++round)
    for (const auto& one : clients)
      send_to(to_caf(one), libsync::submit_atom_v,
              libsync::enclose(libsync::submission<tape::data>{tape::append{round}}));
  at.run();
  for (const auto& one : clients)
    CHECK(copy_of<tape::data>(at, one).version == 24);
  CHECK(status_of(at, server).counters.batches < 15); // hardly any is half full
}

TEST_CASE("on_left's operation reaches the members that stay", "[server]") {
  libsync::testing::runtime at;
  libsync::server_options<tape::data> options;
  options.on_left = [](libsync::client_id) { return tape::append{-1}; };
  auto server = libsync::spawn_server(at, tape::data{}, options);
  auto stays = libsync::spawn_client(server);
  auto goes = libsync::spawn_client(server);
  at.run();
  caf::anon_send_exit(to_caf(goes), caf::exit_reason::kill);
  at.run();
  CHECK(copy_of<tape::data>(at, stays).data->values == std::vector<std::int64_t>{-1});
}

TEST_CASE("an on_left that throws is isolated", "[server]") {
  libsync::testing::runtime at;
  libsync::server_options<tape::data> options;
  options.on_left = [](libsync::client_id) -> std::optional<tape::data::operation> {
    throw std::runtime_error("a bug");
  };
  auto server = libsync::spawn_server(at, tape::data{}, options);
  auto client = libsync::spawn_client(server);
  at.run();
  client = {};
  CHECK(status_of(at, server).members == 0);
  CHECK(status_of(at, server).thrown == 1);
}

TEST_CASE("clients that die in the middle of a broadcast do no harm", "[server]") {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    libsync::testing::runtime at{seed};
    auto server = libsync::spawn_server(at, tape::data{});
    std::vector<tape_client> clients;
    for (int i = 0; i < 6; ++i)
      clients.push_back(libsync::spawn_client(server));
    at.run();
    for (int round = 0; round < 4; ++round) {
      for (int i = 0; i < 20; ++i)
        submit_to(clients[0], tape::append{i});
      at.steps(at.random()() % 40);
      if (round % 2 == 0)
        caf::anon_send_exit(to_caf(clients.back()), caf::exit_reason::kill);
      clients.pop_back();
    }
    at.run();
    CHECK(status_of(at, server).members == 2);
    CHECK(copy_of<tape::data>(at, clients[0]).version == 80);
    CHECK(*copy_of<tape::data>(at, clients[1]).data == *copy_of<tape::data>(at, clients[0]).data);
  }
}

TEST_CASE("undecided submissions are unknown when the server ends, and later ones are refused",
          "[server]") {
  libsync::testing::runtime at;
  auto server = libsync::spawn_server(at, tape::data{});
  auto client = libsync::spawn_client(server);
  static_cast<void>(submit(at, client, tape::append{1}));
  caf::anon_send_exit(to_caf(server), caf::exit_reason::kill);
  const auto late = submit(at, client, tape::append{2});
  CHECK(late.reason == "the server has ended");
  CHECK(submit(at, client, tape::append{3}) == receipt::refused("the server has ended"));
  CHECK(copy_of<tape::data>(at, client).data->values ==
        std::vector<std::int64_t>{1}); // the copy stays readable
}

TEST_CASE("a client of a dead server hears so instead of waiting", "[server]") {
  libsync::testing::runtime at;
  auto server = libsync::spawn_server(at, tape::data{});
  caf::anon_send_exit(to_caf(server), caf::exit_reason::kill);
  at.run();
  auto client = libsync::spawn_client(server);
  CHECK(submit(at, client, tape::append{1}).reason == "the server has ended");
  CHECK_FALSE(ask<libsync::snapshot<tape::data>>(at, client, libsync::read_atom_v));
  CHECK_FALSE(ask<libsync::version>(at, client, libsync::join_atom_v));
}

TEST_CASE("a limit of 0 is rejected by the call that spawns the actor", "[server][limits]") {
  libsync::testing::runtime at;
  libsync::server_options<tape::data> options;
  options.bounds.log = 0;
  CHECK_THROWS_WITH(libsync::spawn_server(at, tape::data{}, options),
                    "libsync::limits: `log` is 0, expected at least 1");
}
