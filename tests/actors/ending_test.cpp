#include <memory>
#include <random>
#include <vector>

#include "support/caf.hpp"
#include "support/catch.hpp"
#include "support/tape_actors.hpp"

TEST_CASE("an actor system ends with traffic in flight, whoever goes first", "[ending]") {
  for (unsigned round = 0; round < 200; ++round) {
    std::mt19937 random{round};
    libsync::runtime runtime;
    auto server = libsync::spawn_server(runtime, tape::data{});
    std::vector<tape_client> clients;
    for (int i = 0; i < 6; ++i)
      clients.push_back(libsync::spawn_client(server));
    auto session = std::make_unique<tape_session>(server);
    for (int i = 0; i < 200; ++i) {
      submit_to(clients[random() % clients.size()], tape::append{i});
      session->post(tape::append{i});
    }
    switch (round % 5) {
    case 0: // the server goes first
      caf::anon_send_exit(to_caf(server), caf::exit_reason::kill);
      break;
    case 1: // its handle does
      server = {};
      break;
    case 2: // the clients do, some killed
      caf::anon_send_exit(to_caf(clients[0]), caf::exit_reason::kill);
      clients.clear();
      break;
    case 3: // the session does
      session.reset();
      break;
    default: // everything at once, in the order of the scopes
      break;
    }
  }
  SUCCEED("no system waits for ever");
}

TEST_CASE("an actor system ends although a request is never answered", "[ending]") {
  libsync::runtime runtime;
  auto server = libsync::spawn_server(runtime, tape::data{});
  auto client = libsync::spawn_client(server);
  caf::scoped_actor self{runtime.system()};
  ask(self, to_caf(client), libsync::leave_atom_v)
      .receive([](libsync::version) {}, [](caf::error&) {});
  // Undecided for as long as the client stays away; nobody waits for it, and no handle is kept.
  ask(self, to_caf(client), libsync::submit_atom_v,
      libsync::enclose(libsync::submission<tape::data>{tape::append{1}}));
  SUCCEED("the system does not wait for ever");
}

TEST_CASE("an actor system ends in either order of server and session", "[ending]") {
  {
    libsync::runtime runtime;
    auto server = libsync::spawn_server(runtime, tape::data{});
    tape_session session{server};
    session.post(tape::append{1});
  }
  {
    libsync::runtime runtime;
    std::unique_ptr<tape_session> session;
    {
      auto server = libsync::spawn_server(runtime, tape::data{});
      session = std::make_unique<tape_session>(server);
    }
    CHECK(session->submit(tape::append{1}).get().is_accepted()); // a session keeps its server alive
  }
}
