#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <vector>

#include "libsync/actors/session.hpp"
#include "libsync/actors/supervisor.hpp"
#include "libsync/actors/testing/runtime.hpp"
#include "support/caf.hpp"
#include "support/catch.hpp"
#include "support/no_waiting.hpp"
#include "support/status.hpp"
#include "support/tape_actors.hpp"

// The line by which a thread's submission goes to the server past its idle client.

using libsync::receipt;

namespace {

// A session's destructor waits for its client, which runs only when the test lets it.
struct open_session {
  libsync::testing::runtime& at;
  tape_session session;

  open_session(libsync::testing::runtime& in, const libsync::server_address<tape::data>& to)
      : at(in), session(to) {}
  open_session(const open_session&) = delete;
  open_session& operator=(const open_session&) = delete;
  ~open_session() {
    send_to(to_caf(session.handle()), libsync::close_atom_v);
    at.run();
  }
};

} // namespace

TEST_CASE("a lone submission goes to the server at once, past its client", "[session][line]") {
  libsync::testing::runtime at;
  int accepted = 0;
  libsync::server_options<tape::data> options;
  options.on_change = [&](const auto&) { ++accepted; };
  open_session of{at, libsync::spawn_server(at, tape::data{}, options)};
  at.run();
  auto first = of.session.submit(tape::append{1});
  at.steps(1); // the server
  CHECK(accepted == 1);
  auto second = of.session.submit(tape::append{2}); // while the first is undecided
  at.run();
  CHECK(first.get() == receipt::accepted(1));
  CHECK(second.get() == receipt::accepted(2));
  auto third = of.session.submit(tape::fail{});
  at.run();
  CHECK(third.get().what == receipt::kind::refused);
}

TEST_CASE("a submission over the line is decided although the server dies at once",
          "[session][line]") {
  libsync::testing::runtime at;
  auto supervisor = libsync::spawn_supervisor(at, tape::data{});
  open_session of{at, supervisor};
  at.run();
  caf::anon_send_exit(to_caf(locate(at, supervisor).server), caf::exit_reason::kill);
  auto lost = of.session.submit(tape::append{1}); // to a server that is about to die, or dead
  at.run();
  CHECK(lost.get() == receipt::accepted(1));
}

TEST_CASE("a client whose session is gone stays until all is decided", "[session][line]") {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    INFO("seed " << seed);
    libsync::testing::runtime at{seed};
    auto server = libsync::spawn_server(at, tape::data{});
    std::optional<tape_session> session{std::in_place, server};
    std::vector<std::unique_ptr<open_session>> others;
    for (int i = 0; i < 8; ++i)
      others.push_back(std::make_unique<open_session>(at, server));
    at.run();
    const auto coming = session->submit(tape::append{1});
    for (const auto& one : others)
      one->session.post(tape::append{2}); // before the server's flush
    at.steps(1);                          // now nothing on its way holds the client
    {
      const no_waiting here{"a test"};
      session.reset();
    }
    at.run();
    CHECK(coming.get() == receipt::accepted(1));
  }
}

TEST_CASE("a submission over the line is unknown if the server is gone for good",
          "[session][line]") {
  libsync::testing::runtime at;
  auto server = libsync::spawn_server(at, tape::data{});
  open_session of{at, server};
  at.run();
  caf::anon_send_exit(to_caf(server), caf::exit_reason::kill);
  at.steps(1);
  auto lost = of.session.submit(tape::append{1});
  server = {};
  at.run();
  CHECK(lost.get().what == receipt::kind::unknown);
}

TEST_CASE("sessions and their clients submit by both ways, leave and join, while servers die",
          "[session][line]") {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    INFO("seed " << seed);
    libsync::testing::runtime at{seed};
    libsync::supervisor_options often;
    often.restarts = 1000;
    int faults = 0;
    libsync::server_options<tape::data> options;
    options.inject_fault = [&](libsync::fault_point where) {
      if (where == libsync::fault_point::within)
        return; // clients would not learn what became of their submissions
      if (at.random()() % 40 == 0 && faults < 20) {
        ++faults;
        throw std::runtime_error("a bug");
      }
    };
    auto supervisor = libsync::spawn_supervisor(at, tape::data{}, options, often);
    std::vector<std::unique_ptr<open_session>> sessions;
    for (int i = 0; i < 3; ++i)
      sessions.push_back(std::make_unique<open_session>(at, supervisor));
    std::vector<libsync::receipt_future> receipts;
    std::int64_t value = 0;
    for (int i = 0; i < 120; ++i) {
      auto& one = sessions[at.random()() % sessions.size()]->session;
      switch (at.random()() % 12) {
      case 0:
      case 1:
        send_to(to_caf(one.handle()), libsync::leave_atom_v);
        break;
      case 2:
      case 3:
        send_to(to_caf(one.handle()), libsync::join_atom_v);
        break;
      case 4:
        submit_to(one.handle(), tape::append{++value});
        break;
      default:
        receipts.push_back(one.submit(tape::append{++value}));
      }
      at.steps(at.random()() % 6);
    }
    faults = 20; // enough
    for (const auto& one : sessions)
      send_to(to_caf(one->session.handle()), libsync::join_atom_v);
    const auto result = copy_of<tape::data>(at, locate(at, supervisor).server);
    CHECK(result.data->values.size() == static_cast<std::size_t>(value)); // each once
    CHECK(std::set(result.data->values.begin(), result.data->values.end()).size() ==
          static_cast<std::size_t>(value));
    std::set<libsync::version> versions;
    for (auto& one : receipts) {
      REQUIRE(one.is_ready());
      const auto what = one.get();
      CHECK(what.what == receipt::kind::accepted);
      CHECK(versions.insert(what.version).second);
    }
    for (const auto& one : sessions)
      CHECK(copy_of<tape::data>(at, one->session.handle()).data->values == result.data->values);
  }
}
