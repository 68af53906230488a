#include "libsync/actors/server.hpp"

#include <cstdint>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "libsync/actors/embedded_client.hpp"
#include "libsync/actors/session.hpp"
#include "libsync/actors/supervisor.hpp"
#include "libsync/actors/testing/runtime.hpp"
#include "support/ask.hpp"
#include "support/catch.hpp"
#include "support/planted.hpp"
#include "support/status.hpp"
#include "support/tape_actors.hpp"

// An audit of actors. Whom it compares, and what it finds, is shown in tests/libsync.

using libsync::receipt;
using libsync::shared_view;
using planted::add;
using planted::mix_address;

namespace {

template <class Report>
std::string printed(const libsync::result<Report>& found) {
  if (!found)
    return found.reason();
  std::ostringstream text;
  text << *found;
  return text.str();
}

libsync::server_options<planted::data> with_checkpoint() {
  libsync::server_options<planted::data> options;
  options.keep_checkpoint = true;
  return options;
}

} // namespace

TEST_CASE("an audit of sessions names the first version, operation and client that differ",
          "[audit][server]") {
  libsync::testing::runtime at;
  auto server = libsync::spawn_server(at, planted::data{}, with_checkpoint());
  libsync::session<planted::data> green{server};
  CHECK(green.submit(add{1}).get().is_accepted());
  libsync::session<planted::data> yellow{server}; // the second client
  for (std::uint64_t i = 2; i <= 16; ++i)
    CHECK(green.submit(add{i}).get().is_accepted());
  CHECK(printed(server.audit()) == "audit at version 16: 2 agree, 0 differ, 0 not compared");
  CHECK(yellow.submit(mix_address{}).get() == receipt::accepted(17));
  CHECK(green.submit(add{1}).get() == receipt::accepted(18));
  CHECK(printed(server.audit()) ==
        "audit at version 18: 0 agree, 2 differ, 0 not compared\n"
        "client 1 differs from the server first at version 17, operation mix_address{} of client "
        "2\n"
        "client 2 differs from the server first at version 17, operation mix_address{} of client "
        "2");
}

TEST_CASE("an audit on threads names what was planted among honest operations",
          "[audit][threads]") {
  libsync::runtime runtime;
  auto server = libsync::spawn_server(runtime, planted::data{}, with_checkpoint());
  libsync::session<planted::data> green{server};
  REQUIRE(green.submit(add{0}).get().is_accepted());
  libsync::session<planted::data> yellow{server};
  for (std::uint64_t i = 2; i <= 30; ++i)
    REQUIRE(green.submit(i == 20 ? planted::data::operation{mix_address{}} : add{i})
                .get()
                .is_accepted());
  libsync::session<planted::data> late{server};
  REQUIRE(late.submit(add{1}).get().is_accepted());
  const auto found = server.audit();
  REQUIRE(found);
  REQUIRE(found->copies.size() == 3);
  for (const auto which : {1, 2}) {
    const auto* copy = found->find(libsync::client_id{static_cast<std::uint64_t>(which)});
    REQUIRE(copy != nullptr);
    REQUIRE(copy->first);
    CHECK(copy->first->version == 20);
    CHECK(copy->first->by == libsync::client_id{1});
  }
  // What began as a snapshot of version 30 equals the server's data.
  CHECK(found->copies[2].what == libsync::audited_copy<planted::data>::kind::agrees);
}

TEST_CASE("audits beside a flood of sessions find nothing, and end", "[audit][threads]") {
  libsync::runtime runtime;
  libsync::server_options<tape::data> options;
  options.keep_checkpoint = true;
  options.bounds.log = 100;
  auto server = libsync::spawn_server(runtime, tape::data{}, options);
  std::vector<tape_session> sessions;
  for (int i = 0; i < 4; ++i) {
    sessions.emplace_back(server);
    REQUIRE(sessions.back().submit(tape::append{0}).get().is_accepted()); // it is a member
  }
  for (int round = 0; round < 20; ++round) {
    for (std::int64_t i = 0; i < 50; ++i)
      for (auto& one : sessions)
        one.post(i % 3 == 0 ? tape::data::operation{tape::rotate{}} : tape::append{i});
    const auto found = server.audit();
    REQUIRE(found);
    REQUIRE(found->agrees());
    CHECK(found->copies.size() == 4);
  }
}

TEST_CASE("seeded random orders: an audit ends whoever comes and goes, and finds nothing",
          "[audit]") {
  std::size_t compared = 0;
  std::size_t not_compared = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    INFO("seed " << seed);
    libsync::testing::runtime at{seed};
    libsync::server_options<tape::data> options;
    options.keep_checkpoint = true;
    options.bounds = {.parcel = 2, .log = 8, .lag = 16};
    auto server = libsync::spawn_server(at, tape::data{}, options);
    std::vector<tape_client> clients;
    for (int i = 0; i < 4; ++i)
      clients.push_back(libsync::spawn_client(server));
    auto viewer = libsync::spawn_client<shared_view>(server);
    caf::scoped_actor self{at.system()};
    for (int round = 0; round < 4; ++round) {
      for (std::int64_t i = 0; i < 20; ++i)
        submit_to(clients[at.random().below(clients.size())], tape::append{i});
      at.steps(at.random().below(40));
      auto asked = ask(self, to_caf(server), libsync::audit_atom_v,
                       libsync::enclose(libsync::digest_beside<tape::data>()));
      at.steps(at.random().below(20));
      auto& victim = clients[at.random().below(clients.size())];
      if (at.random().chance(50))
        at.kill(victim);
      else
        send_to(to_caf(victim), libsync::leave_atom_v);
      victim = libsync::spawn_client(server);
      at.run();
      using answers = libsync::result<libsync::auditor<tape::data, int>::answers>;
      std::optional<answers> told;
      hear(
          asked, [&](libsync::envelope& came) { told = came.as<answers>(); }, [](caf::error&) {});
      REQUIRE(told);
      REQUIRE(*told);
      const auto report =
          libsync::report_of<tape::data>(**told, libsync::digest_beside<tape::data>());
      REQUIRE(report.agrees());
      using kind = libsync::audited_copy<tape::data>::kind;
      compared += report.count(kind::agrees);
      not_compared += report.count(kind::not_compared);
    }
  }
  CHECK(compared > 300);
  CHECK(not_compared > 400); // the viewer each time, and some that left
}

TEST_CASE("a second audit is refused while one is under way", "[audit]") {
  libsync::testing::runtime at;
  auto server = libsync::spawn_server(at, planted::data{});
  auto client = libsync::spawn_client(server);
  at.run();
  at.freeze(client);
  caf::scoped_actor self{at.system()};
  const auto make = libsync::enclose(libsync::digest_beside<planted::data>());
  auto first = ask(self, to_caf(server), libsync::audit_atom_v, make);
  at.run();
  CHECK(printed(server.audit()) == "an audit is under way, and waits for 1 of its members");
  at.thaw(client);
  at.run();
  bool is_answered = false;
  hear(
      first, [&](libsync::envelope&) { is_answered = true; }, [](caf::error&) {});
  CHECK(is_answered);
  CHECK(printed(server.audit()) == "audit at version 0: 1 agree, 0 differ, 0 not compared");
}

TEST_CASE("an audit that nobody could ever answer says so", "[audit]") {
  libsync::testing::runtime at;
  auto server = libsync::spawn_server(at, planted::data{});
  auto client = libsync::spawn_client(server);
  at.run();
  at.freeze(client);
  const auto found = server.audit();
  CHECK_FALSE(found);
  CHECK_FALSE(found.reason().empty());
  at.kill(client); // of which the server hears, and ends the audit
  at.run();
  CHECK(printed(server.audit()) == "audit at version 0: 0 agree, 0 differ, 0 not compared");
}

TEST_CASE("who asks for an audit hears of the server's end", "[audit][supervisor]") {
  libsync::testing::runtime at;
  auto supervisor = libsync::spawn_supervisor(at, planted::data{}, with_checkpoint());
  auto client = libsync::spawn_client(supervisor);
  at.run();
  at.freeze(client);
  caf::scoped_actor self{at.system()};
  const auto before = supervisor.server();
  REQUIRE(before);
  auto asked = ask(self, to_caf(*before), libsync::audit_atom_v,
                   libsync::enclose(libsync::digest_beside<planted::data>()));
  at.run();
  at.kill(*before);
  at.run();
  bool failed = false;
  hear(
      asked, [](libsync::envelope&) {}, [&](caf::error&) { failed = true; });
  CHECK(failed);
  at.thaw(client); // it answers the audit of the server that has died
  at.run();
  CHECK(printed(before->audit()) == "it has ended");
  CHECK(printed(supervisor.server()->audit()) ==
        "audit at version 0: 1 agree, 0 differ, 0 not compared");
}

TEST_CASE("an audit waits for nobody where its thread must not wait", "[audit][waiting]") {
  libsync::runtime runtime;
  auto server = libsync::spawn_server(runtime, planted::data{});
  std::string told;
  libsync::client_options<planted::data> options;
  options.on_change = [&](const libsync::change<planted::data>&) {
    told = printed(server.audit());
  };
  libsync::session<planted::data> green{server, options};
  CHECK(green.submit(add{1}).get().is_accepted());
  CHECK(green.close().empty());
  CHECK(told.find("this thread must not wait, since it runs") == 0);
}

TEST_CASE("servers and clients drop audits of other data", "[audit][envelope]") {
  libsync::testing::runtime at;
  auto server = libsync::spawn_server(at, planted::data{});
  auto client = libsync::spawn_client(server);
  at.run();
  for (const auto& wrong : {libsync::envelope{}, libsync::enclose(7)}) {
    send_to(to_caf(client), libsync::digest_atom_v, wrong);
    send_to(to_caf(server), libsync::told_atom_v, wrong);
    using answers = libsync::result<libsync::auditor<planted::data, int>::answers>;
    const auto told = ask<answers>(at, server, libsync::audit_atom_v, wrong);
    REQUIRE(told);
    CHECK(told->reason() == "the digest is one of other data");
  }
  CHECK(printed(server.audit()) == "audit at version 0: 1 agree, 0 differ, 0 not compared");
}
