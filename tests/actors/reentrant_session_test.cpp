#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

#include "libsync/actors/session.hpp"
#include "libsync/actors/testing/runtime.hpp"
#include "support/catch.hpp"
#include "support/no_waiting.hpp"
#include "support/session_scene.hpp"
#include "support/status.hpp"
#include "support/tape_actors.hpp"

// A receipt's handler that uses the session, at each callback in turn. Whatever it does, every
// submission has one receipt, and nothing waits.

using libsync::posted;
using libsync::receipt;

namespace {

constexpr std::size_t submissions = 6;

// Counts the receipts of each submission, and calls `act` at the k-th callback.
struct reentrant : session_scene {
  std::optional<tape_session> other;
  std::vector<std::vector<receipt>> told;
  std::size_t calls = 0;

  void submit(const tape::data::operation& op, std::size_t k, auto act) {
    const auto mine = told.size();
    told.emplace_back();
    session->submit(op, [this, mine, k, act](const receipt& what) {
      told[mine].push_back(what);
      if (++calls == k)
        act(*this);
    });
  }

  ~reentrant() {
    const no_waiting here{"a test"};
    session.reset();
    other.reset();
  }
};

// What a handler does; each must return at once.
struct action {
  std::string_view name;
  void (*act)(reentrant&);
};

void nothing_more(reentrant&) {}

const std::vector<action> actions{
    {"submit", [](reentrant& in) { in.submit(tape::append{100}, 0, nothing_more); }},
    {"submit what is refused", [](reentrant& in) { in.submit(tape::fail{}, 0, nothing_more); }},
    {"post", [](reentrant& in) { in.session->post(tape::append{100}); }},
    {"wait for a receipt",
     [](reentrant& in) {
       in.told.push_back({});
       auto coming = in.session->submit(tape::append{100});
       if (coming.get().what != receipt::kind::undecided || coming.wait())
         throw std::logic_error("it waited");
       std::move(coming).then([&in, mine = in.told.size() - 1](const receipt& what) {
         in.told[mine].push_back(what);
       });
     }},
    {"wait for a version",
     [](reentrant& in) {
       if (in.session->wait_for(1000, std::chrono::hours::max()))
         throw std::logic_error("it is there");
     }},
    {"close", [](reentrant& in) { in.session->close(); }},
    {"close and submit",
     [](reentrant& in) {
       in.session->close();
       in.submit(tape::append{100}, 0, nothing_more);
     }},
    {"destroy", [](reentrant& in) { in.session.reset(); }},
    {"move", [](reentrant& in) { in.other.emplace(std::move(*in.session)); }},
    {"assign",
     [](reentrant& in) {
       in.other.emplace(in.server);
       *in.session = std::move(*in.other);
     }},
    {"replace", [](reentrant& in) { in.session.emplace(in.server); }},
    {"kill the server",
     [](reentrant& in) { caf::anon_send_exit(to_caf(in.server), caf::exit_reason::kill); }},
    {"throw", [](reentrant&) { throw std::runtime_error("a handler's bug"); }},
};

void play(const action& what, std::size_t k, bool joined, std::uint64_t seed) {
  INFO(what.name << " at callback " << k << ", seed " << seed);
  std::vector<std::vector<receipt>> told;
  {
    reentrant in;
    in.at.random() = libsync::testing::random{seed};
    if (joined)
      in.at.run(); // the line is open
    for (std::size_t i = 0; i < submissions && in.session; ++i) {
      in.submit(i == 2 ? tape::data::operation{tape::fail{}} : tape::append{0}, k, what.act);
      in.at.steps(in.at.random()() % 4);
    }
    in.at.run();
    CHECK(in.calls >= std::min(k, in.told.size()));
    in.at.run();
    {
      const no_waiting here{"a test"};
      in.session.reset();
      in.other.reset();
    }
    in.at.run();
    told = in.told;
  }
  for (const auto& each : told) {
    REQUIRE(each.size() == 1);
    CHECK(each.front().what != receipt::kind::undecided);
  }
}

} // namespace

TEST_CASE("a receipt's handler may use, close, move and destroy its session at every callback",
          "[session][reentrant]") {
  for (const auto& what : actions)
    for (std::size_t k = 1; k <= submissions; ++k)
      for (const bool joined : {false, true})
        for (std::uint64_t seed = 1; seed <= 10; ++seed)
          play(what, k, joined, seed);
}

TEST_CASE("a handler is told at once if the submission is not taken, and may end the session then",
          "[session][reentrant]") {
  libsync::testing::runtime at;
  auto server = libsync::spawn_server(at, tape::data{});
  libsync::client_options<tape::data> options;
  options.bounds.outbox = 1;
  std::optional<tape_session> session{std::in_place, server, options};
  CHECK(session->post(tape::append{1}) == posted::taken);
  std::vector<receipt> told;
  const auto note = [&](const receipt& what) { told.push_back(what); };
  CHECK(session->submit(tape::append{2}, note, libsync::when_full::answer) == posted::overloaded);
  CHECK(told == std::vector{receipt::overloaded()});
  {
    const no_waiting here{"a test"};
    CHECK(session->submit(tape::append{2}, note) == posted::overloaded);
    CHECK(told.back().reason.text().find("must not wait for room") != std::string_view::npos);
    CHECK_FALSE(session->close().empty());
    CHECK(session->submit(tape::append{2}, note) == posted::closed);
    CHECK(told.back() == receipt::refused("the session is closed"));
  }
  CHECK(session->submit(tape::append{3}, [&](const receipt&) { session.reset(); }) ==
        posted::closed);
  CHECK_FALSE(session);
  at.run();
  CHECK(copy_of<tape::data>(at, server).version == 1);
}

TEST_CASE("an exception of a handler is counted, wherever it is called from",
          "[session][reentrant]") {
  libsync::testing::runtime at;
  auto server = libsync::spawn_server(at, tape::data{});
  libsync::client_options<tape::data> options;
  options.bounds.outbox = 3;
  std::optional<tape_session> open{std::in_place, server, options};
  auto& session = *open;
  const auto handle = session.handle();
  at.run();
  const auto bug = [](const receipt&) { throw std::runtime_error("a handler's bug"); };
  session.submit(tape::append{1}, bug);
  at.run();
  CHECK(status_of<tape::data>(at, handle).thrown == 1);
  caf::anon_send_exit(to_caf(server), caf::exit_reason::kill);
  session.submit(tape::append{1}, bug); // by the line
  for (int i = 0; i < 3; ++i)
    session.submit(tape::append{2}, bug); // these stay in the buffer
  at.run();
  CHECK(status_of<tape::data>(at, handle).thrown == 5);
  CHECK_THROWS_AS(session.submit(tape::append{3}, bug), std::runtime_error); // not taken
  const no_waiting here{"a test"};
  open.reset();
}
