#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "libsync/actors/session.hpp"
#include "libsync/actors/supervisor.hpp"
#include "libsync/actors/testing/proxy.hpp"
#include "libsync/actors/testing/runtime.hpp"
#include "support/catch.hpp"
#include "support/whiteboard.hpp"

using namespace whiteboard;
using libsync::session;

namespace {

struct person {
  std::string name;
  friend bool operator==(const person&, const person&) = default;
};

// The same for users that are known.
struct room {
  using operation = int;
  using presence = cursor;
  using identity = person;
};

void reduce(room&, int) {}

} // namespace

TEST_CASE("a client that is killed leaves no ghost, whoever runs first", "[presence]") {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    INFO("seed " << seed);
    libsync::testing::runtime at{seed};
    auto server = libsync::spawn_server(at, board{});
    const session ada{server};
    session ben{server};
    ben.present({1, 1});
    at.steps(seed);
    at.kill(ben.handle());
    settle(at);
    CHECK(ada.presence().is_known());
    CHECK(shown_to(ada).empty());
    session cy{server};
    cy.present({2, 2});
    settle(at);
    CHECK(shown_to(ada) == cursors{{2, 2}});
  }
}

TEST_CASE("a server's next life shows what its clients show, and no ghost of the last",
          "[presence]") {
  for (std::uint64_t seed = 1; seed <= 40; ++seed)
    for (const bool within : {false, true}) {
      INFO("seed " << seed << (within ? ", within a call" : ", between two calls"));
      libsync::testing::runtime at{seed};
      bool fails = false;
      libsync::server_options<board> how;
      how.inject_fault = [&](libsync::fault_point where) {
        if (where == libsync::fault_point::within && std::exchange(fails, false))
          throw std::runtime_error("it fails");
      };
      auto supervisor = libsync::spawn_supervisor(at, board{}, how);
      session ada{supervisor};
      session ben{supervisor};
      session cy{supervisor};
      ada.present({1, 1});
      ben.present({2, 2});
      cy.present({3, 3});
      settle(at);
      CHECK(shown_to(ada) == cursors{{1, 1}, {2, 2}, {3, 3}});
      ben.present({4, 4});
      at.steps(seed % 8);
      if (within)
        fails = true;
      else
        at.kill(*supervisor.server());
      at.kill(cy.handle());
      ada.post(1);
      settle(at);
      CHECK(shown_to(ada) == cursors{{1, 1}, {4, 4}});
      CHECK(shown_to(ben) == shown_to(ada));
      ben.withdraw();
      settle(at);
      CHECK(shown_to(ada) == cursors{{1, 1}});
    }
}

TEST_CASE("without a server nobody is seen", "[presence]") {
  libsync::testing::runtime at;
  auto server = libsync::spawn_server(at, board{});
  session ada{server};
  ada.present({1, 1});
  std::size_t calls = 0;
  bool is_known = false;
  const auto watching = ada.watch_presence([&](const libsync::presences<board>& all) {
    ++calls;
    is_known = all.is_known();
  });
  settle(at);
  CHECK(is_known);
  const auto before = calls;
  server.stop();
  settle(at);
  CHECK_FALSE(ada.presence().is_known());
  CHECK(calls == before + 1);
  CHECK_FALSE(is_known);
}

TEST_CASE("a member that is suspended shows nothing until it joins again", "[presence]") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    INFO("seed " << seed);
    libsync::testing::runtime at{seed};
    libsync::server_options<board> how;
    how.bounds.lag = 1;
    auto server = libsync::spawn_server(at, board{}, how);
    session ada{server};
    session ben{server};
    ada.present({1, 1});
    ben.present({2, 2});
    settle(at);
    at.freeze(ben.handle());
    for (int i = 0; i < 10; ++i) {
      ada.post(1);
      settle(at);
    }
    CHECK(shown_to(ada) == cursors{{1, 1}});
    ben.present({3, 3});
    at.thaw_all();
    settle(at);
    CHECK(ben.status()->counters.suspensions == 1);
    CHECK(shown_to(ada) == cursors{{1, 1}, {3, 3}});
    CHECK(shown_to(ben) == shown_to(ada));
  }
}

TEST_CASE("a client that leaves is not seen and sees nobody, and comes back with what it shows",
          "[presence]") {
  libsync::testing::runtime at;
  auto server = libsync::spawn_server(at, board{});
  const auto supervisor = libsync::spawn_supervisor(at, board{});
  libsync::testing::proxy<board> between{server};
  session ada{server};
  session ben{between.address()};
  ada.present({1, 1});
  ben.present({2, 2});
  settle(at);
  CHECK(shown_to(ada) == cursors{{1, 1}, {2, 2}});
  SECTION("a connection that breaks, and is made anew") {
    between.cut();
    ben.present({3, 3});
    settle(at);
    CHECK(shown_to(ada) == cursors{{1, 1}, {3, 3}});
    CHECK(shown_to(ben) == shown_to(ada));
  }
  SECTION("messages to the server that come twice") {
    for (int x = 3; x < 9; ++x) {
      between.duplicate(libsync::testing::direction::to_server);
      ben.present({x, x});
      settle(at);
      CHECK(shown_to(ada) == cursors{{1, 1}, {x, x}});
    }
  }
  SECTION("rounds that come twice") {
    for (int x = 3; x < 9; ++x) {
      between.duplicate(libsync::testing::direction::to_client);
      ada.present({x, x});
      settle(at);
      CHECK(shown_to(ben) == cursors{{2, 2}, {x, x}});
    }
  }
}

TEST_CASE("two sessions of one user are shown apart, with one identity", "[presence]") {
  libsync::testing::runtime at;
  auto server = libsync::spawn_server(at, room{});
  session<room> desk{server, {.identity = person{"Ada"}}};
  auto phone = std::make_unique<session<room>>(
      server, libsync::client_options<room>{.identity = person{"Ada"}});
  session<room> ben{server, {.identity = person{"Ben"}}};
  desk.present({1, 1});
  phone->present({2, 2});
  ben.present({3, 3});
  settle(at);
  const auto of = [&](const std::string& name) {
    cursors all;
    for (const auto& one : ben.presence())
      if (one.identity->name == name)
        all.push_back(*one.value);
    std::ranges::sort(all);
    return all;
  };
  CHECK(of("Ada") == cursors{{1, 1}, {2, 2}});
  CHECK(of("Ben") == cursors{{3, 3}});
  phone.reset();
  settle(at);
  CHECK(of("Ada") == cursors{{1, 1}});
}

TEST_CASE("a slow reader skips rounds and delays nobody", "[presence]") {
  libsync::testing::runtime at;
  auto server = libsync::spawn_server(at, board{});
  session writer{server};
  const session reader{server};
  const session slow{server};
  std::vector<int> told;
  const auto watching = slow.watch_presence([&](const libsync::presences<board>& all) {
    if (!all.empty())
      told.push_back(all.begin()->value->x);
  });
  settle(at);
  at.freeze(slow.handle());
  for (int x = 1; x <= 20; ++x) {
    writer.present({x, x});
    settle(at);
    CHECK(shown_to(reader) == cursors{{x, x}});
  }
  at.thaw_all();
  settle(at);
  CHECK(told == std::vector<int>{1, 20});
}
