#include "libsync/actors/client.hpp"
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

using libsync::receipt;

TEST_CASE("a client tells its observers of each change", "[client]") {
  libsync::testing::runtime at;
  auto server = libsync::spawn_server(at, tape::data{{7}});
  struct seen {
    libsync::version version;
    std::size_t operations;
    std::vector<std::int64_t> values;
    libsync::client_id by;
    bool operator==(const seen&) const = default;
  };
  auto all = std::make_shared<std::vector<seen>>();
  libsync::client_options<tape::data> options;
  options.on_change = [all](const libsync::change<tape::data>& what) {
    all->push_back({what.version, what.operations.size(), what.data.values, what.by});
  };
  auto watcher = libsync::spawn_client(server, options);
  auto writer = libsync::spawn_client(server);
  at.run();
  submit_to(writer, tape::append{1});
  submit_to(writer, tape::fail{});
  submit_to(writer, tape::append{2});
  const auto by = status_of(at, writer).id.value();
  CHECK(*all == std::vector<seen>{{0, 0, {7}, libsync::client_id::server},
                                  {1, 1, {7, 1}, by},
                                  {2, 1, {7, 1, 2}, by}});
}

TEST_CASE("observers may come later, and one that throws disturbs nobody", "[client]") {
  libsync::testing::runtime at;
  auto server = libsync::spawn_server(at, tape::data{});
  auto client = libsync::spawn_client(server);
  auto calls = std::make_shared<int>(0);
  const auto observe = [&](libsync::observer<tape::data> one) {
    send_to(to_caf(client), libsync::observe_atom_v, libsync::enclose(std::move(one)));
  };
  observe([calls](const libsync::change<tape::data>&) {
    ++*calls;
    throw std::runtime_error("an observer's bug");
  });
  observe([calls](const libsync::change<tape::data>&) { ++*calls; });
  at.run();
  for (int i = 0; i < 3; ++i)
    submit_to(client, tape::append{i});
  CHECK(status_of(at, client).version == 3);
  CHECK(status_of(at, client).thrown >= 3);
  CHECK(*calls >= 6);
}

TEST_CASE("a client keeps what is submitted before it has joined", "[client]") {
  libsync::testing::runtime at;
  auto server = libsync::spawn_server(at, tape::data{});
  auto client = libsync::spawn_client(server);
  for (int i = 0; i < 10; ++i)
    submit_to(client, tape::append{i});
  CHECK(status_of(at, client).version == 10);
}

TEST_CASE("a full outbox answers overloaded", "[client][limits]") {
  libsync::testing::runtime at;
  auto server = libsync::spawn_server(at, tape::data{});
  libsync::client_options<tape::data> options;
  options.bounds.outbox = 3;
  auto client = libsync::spawn_client(server, options);
  at.run();
  send_to(to_caf(client), libsync::leave_atom_v); // so that nothing is decided
  at.run();
  for (int i = 0; i < 3; ++i)
    submit_to(client, tape::append{i});
  at.run();
  const auto answer =
      ask<receipt>(at, client, libsync::submit_atom_v,
                   libsync::enclose(libsync::submission<tape::data>{tape::append{3}}));
  CHECK(answer == receipt::overloaded());
  CHECK(status_of(at, client).counters.overloaded == 1);
  send_to(to_caf(client), libsync::join_atom_v);
  CHECK(status_of(at, client).version == 3);
}

TEST_CASE("a closed client decides what it has, leaves, and ends", "[client]") {
  libsync::testing::runtime at;
  auto server = libsync::spawn_server(at, tape::data{});
  auto client = libsync::spawn_client(server);
  for (int i = 0; i < 5; ++i)
    submit_to(client, tape::append{i});
  send_to(to_caf(client), libsync::close_atom_v);
  at.run();
  CHECK_FALSE(ask<libsync::snapshot<tape::data>>(at, client, libsync::read_atom_v));
  const auto status = ask<libsync::server_status>(at, server, libsync::status_atom_v);
  REQUIRE(status);
  CHECK(status->version == 5);
  CHECK(status->members == 0);
}

TEST_CASE("an observer may add an observer, which is told from the next change on", "[client]") {
  libsync::testing::runtime at;
  auto server = libsync::spawn_server(at, tape::data{});
  auto seen = std::make_shared<std::vector<libsync::version>>();
  struct adder : caf::event_based_actor {
    adder(caf::actor_config& config, const tape_server& to,
          std::shared_ptr<std::vector<libsync::version>> all)
        : caf::event_based_actor(config), seen(std::move(all)), client(this, to) {}
    caf::behavior make_behavior() override {
      client.observe([this](const libsync::change<tape::data>& first) {
        if (first.version == 1)
          for (int i = 0; i < 100; ++i)
            client.observe([this](const auto& later) { seen->push_back(later.version); });
      });
      client.join();
      for (int i = 0; i < 2; ++i)
        static_cast<void>(client.submit(tape::append{i}));
      return client.behavior();
    }
    std::shared_ptr<std::vector<libsync::version>> seen;
    libsync::embedded_client<tape::data> client;
  };
  auto actor = at.system().spawn<adder>(server, seen);
  at.run();
  CHECK(*seen == std::vector<libsync::version>(100, 2));
}

TEST_CASE("a closing client takes nothing more", "[client]") {
  libsync::testing::runtime at;
  auto server = libsync::spawn_server(at, tape::data{});
  auto client = libsync::spawn_client(server);
  at.run();
  submit_to(client, tape::append{1});
  send_to(to_caf(client), libsync::close_atom_v);
  const auto late =
      ask<receipt>(at, client, libsync::submit_atom_v,
                   libsync::enclose(libsync::submission<tape::data>{tape::append{2}}));
  // The seed may let it end before it reads this.
  CHECK((!late || *late == receipt::refused("the client is closing")));
}

TEST_CASE("a client that has left answers requests", "[client]") {
  libsync::testing::runtime at;
  auto server = libsync::spawn_server(at, tape::data{});
  auto client = libsync::spawn_client(server);
  caf::scoped_actor self{at.system()};
  auto joining = ask(self, to_caf(client), libsync::join_atom_v);
  send_to(to_caf(client), libsync::leave_atom_v);
  auto reading = ask(self, to_caf(client), libsync::read_atom_v);
  send_to(to_caf(client), libsync::drain_atom_v); // a session's message: harmless here
  at.run();
  // Were one of these not answered, the test would wait for ever.
  hear(
      joining, [](libsync::version) {}, [](caf::error&) {});
  hear(
      reading, [](libsync::envelope&) {}, [](caf::error&) {});
  CHECK_FALSE(status_of(at, client).joined);
}

TEST_CASE("a killed client answers everybody who waits", "[client]") {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    libsync::testing::runtime at{seed};
    auto server = libsync::spawn_server(at, tape::data{});
    auto client = libsync::spawn_client(server);
    at.steps(at.random()() % 8);
    caf::scoped_actor self{at.system()};
    auto deciding = ask(self, to_caf(client), libsync::submit_atom_v,
                        libsync::enclose(libsync::submission<tape::data>{tape::append{1}}));
    auto reading = ask(self, to_caf(client), libsync::read_atom_v);
    at.steps(at.random()() % 8);
    caf::anon_send_exit(to_caf(client), caf::exit_reason::kill);
    at.run();
    // Were one of these not answered, the test would wait for ever.
    receipt answer;
    hear(
        deciding, [&](libsync::envelope& told) { answer = told.as<receipt>(); },
        [](caf::error&) { FAIL_CHECK("a receipt is missing"); });
    CHECK((answer == receipt::accepted(1) || answer == receipt::unknown("the client has ended")));
    hear(
        reading, [](libsync::envelope&) {}, [](caf::error&) {});
  }
}
