#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "libsync/actors/peer.hpp"
#include "libsync/statebox/set.hpp"
#include "on_caf/compat.hpp"
#include "support/amount.hpp"
#include "support/ask.hpp"
#include "support/catch.hpp"
#include "support/memory.hpp"
#include "support/status.hpp"
#include "support/tape_actors.hpp"

namespace {

using names = libsync::set<std::string>;
using peer = libsync::peer<names>;

void kill_server(libsync::testing::runtime& at, const tape_supervisor& supervisor) {
  caf::anon_send_exit(to_caf(locate(at, supervisor).server), caf::exit_reason::kill);
}

std::size_t neighbours_of(libsync::testing::runtime& at, const peer& whose) {
  at.run();
  auto told = ask<libsync::peer_status>(at, whose, libsync::status_atom_v);
  REQUIRE(told);
  return told->neighbours;
}

// Restarts that were long ago do not count, and are not remembered.
libsync::supervisor_options as_often_as_need_be() {
  libsync::supervisor_options options;
  options.within = std::chrono::milliseconds{1};
  return options;
}

void restart(libsync::testing::runtime& at, const tape_supervisor& supervisor) {
  kill_server(at, supervisor);
  at.run();
  at.advance(std::chrono::milliseconds{5});
}

// A member that holds its server no longer than it takes to join.
class stranger_actor : public caf::event_based_actor {
public:
  stranger_actor(caf::actor_config& config, tape_server to)
      : caf::event_based_actor(config), to_(std::move(to)) {}

  caf::behavior make_behavior() override {
    const auto to = std::exchange(to_, {});
    libsync::detail::compat::send(this, to.ref().get(), libsync::join_atom_v,
                                  libsync::enclose(libsync::join_request{}));
    return {[](libsync::welcome_atom, const libsync::envelope&) {},
            [](libsync::ended_atom, const caf::actor_addr&) {}};
  }

private:
  tape_server to_;
};

// Watches whomever it is told to meet, and counts of whose end it hears.
class watcher_actor : public caf::event_based_actor {
public:
  watcher_actor(caf::actor_config& config, int* told)
      : caf::event_based_actor(config), told_(told) {}

  caf::behavior make_behavior() override {
    libsync::detail::compat::on_down(this, [this](caf::down_msg& down) {
      ++*told_;
      watches_.remove(down.source);
    });
    return {[this](libsync::meet_atom, const caf::actor_addr& whom) {
      watches_.add(whom);
      watches_.add(whom); // nothing more
    }};
  }

private:
  int* told_;
  libsync::detail::compat::watches watches_{this};
};

} // namespace

TEST_CASE("a member that dies between two lives of its server is forgotten", "[address]") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    INFO("seed " << seed);
    libsync::testing::runtime at{seed};
    auto supervisor = libsync::spawn_supervisor(at, tape::data{});
    auto stays = libsync::spawn_client(supervisor);
    auto goes = libsync::spawn_client(supervisor);
    REQUIRE(status_of(at, locate(at, supervisor).server).members == 2);
    kill_server(at, supervisor); // it is about to die
    goes = {};                   // and so does a member, before that
    const auto status = status_of(at, locate(at, supervisor).server);
    CHECK(status.lives == 2);
    CHECK(status.members == 1);
  }
}

TEST_CASE("an actor that is dead when it is watched is reported at once, and watched no more",
          "[address]") {
  libsync::testing::runtime at;
  int told = 0;
  std::ptrdiff_t before = 0;
  auto watcher = at.system().spawn<watcher_actor>(&told);
  at.run();
  for (int i = 0; i < 100; ++i) {
    if (i == 10)
      before = outstanding_bytes();
    auto other = libsync::spawn_peer<names>(at);
    const auto address = to_caf(other).address();
    if (i % 2 == 0)
      caf::anon_send_exit(to_caf(other), caf::exit_reason::kill); // it has ended, but is not gone
    else
      other = {};
    at.run();
    send_to(watcher, libsync::meet_atom_v, address);
    at.run();
    CHECK(told == i + 1);
  }
  CHECK(outstanding_bytes() - before < size_noise);
}

TEST_CASE("a peer that is gone when it is met is no neighbour", "[address][peer]") {
  libsync::testing::runtime at;
  auto one = libsync::spawn_peer<names>(at);
  send_to(to_caf(one), libsync::meet_atom_v, caf::actor_addr{}); // nobody at all
  for (int i = 0; i < 200; ++i) {
    auto other = libsync::spawn_peer<names>(at);
    at.run();
    send_to(to_caf(one), libsync::meet_atom_v, to_caf(other).address());
    if (i % 2 == 0)
      send_to(to_caf(one), libsync::part_atom_v, to_caf(other).address());
    if (i % 3 == 0)
      caf::anon_send_exit(to_caf(other), caf::exit_reason::kill);
  }
  CHECK(neighbours_of(at, one) == 0);
}

TEST_CASE("peers are introduced, separated and dropped in any order", "[address][peer]") {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    INFO("seed " << seed);
    libsync::testing::runtime at{seed};
    constexpr std::size_t count = 6;
    std::vector<peer> peers(count);
    const auto any = [&]() -> peer& { return peers[at.random()() % count]; };
    for (auto& one : peers)
      one = libsync::spawn_peer<names>(at);
    for (int i = 0; i < 300; ++i) {
      switch (at.random()() % 8) {
      case 0:
        any() = libsync::spawn_peer<names>(at);
        break;
      case 1:
        caf::anon_send_exit(to_caf(any()), caf::exit_reason::kill);
        break;
      case 2:
        libsync::separate(any(), any());
        break;
      case 3:
        send_to(to_caf(any()), libsync::change_atom_v,
                libsync::enclose<libsync::composite<names::operation>>(
                    names::operation{names::add{std::to_string(i)}}));
        break;
      default:
        libsync::introduce(any(), any());
      }
      at.steps(at.random()() % 4);
    }
    at.run();
    for (auto& one : peers)
      one = libsync::spawn_peer<names>(at); // all others are gone
    at.run();
    libsync::introduce(peers[0], peers[1]);
    CHECK(neighbours_of(at, peers[0]) == 1);
  }
}

TEST_CASE("a server that ends leaves nothing in its members", "[address][memory]") {
  const auto restarts = amount("LIBSYNC_RESTARTS", 100);
  libsync::testing::runtime at;
  auto supervisor = libsync::spawn_supervisor(at, tape::data{}, {}, as_often_as_need_be());
  std::vector<tape_client> clients;
  for (int i = 0; i < 100; ++i)
    clients.push_back(libsync::spawn_client(supervisor));
  for (int i = 0; i < 5; ++i)
    restart(at, supervisor);
  const auto before = outstanding_bytes();
  for (std::size_t i = 0; i < restarts; ++i)
    restart(at, supervisor);
  CHECK(outstanding_bytes() - before < size_noise);
  const auto status = status_of(at, locate(at, supervisor).server);
  CHECK(status.lives == restarts + 6);
  CHECK(status.members == clients.size());
}

TEST_CASE("a server that nobody holds any more leaves nothing in its members",
          "[address][memory]") {
  libsync::testing::runtime at;
  std::ptrdiff_t before = 0;
  auto stranger = at.system().spawn<stranger_actor>(libsync::spawn_server(at, tape::data{}));
  for (int i = 0; i < 30; ++i) {
    if (i == 10)
      before = outstanding_bytes();
    auto server = libsync::spawn_server(at, tape::data{});
    send_to(to_caf(server), libsync::status_atom_v);
    at.run();
    send_from(stranger, to_caf(server), libsync::join_atom_v,
              libsync::enclose(libsync::join_request{}));
    at.run();
    if (i % 2 == 0)
      libsync::detail::compat::send_exit(to_caf(server).address(), caf::exit_reason::kill);
    at.run();
  }
  CHECK(outstanding_bytes() - before < size_noise);
}

TEST_CASE("peers that end leave nothing in their neighbours", "[address][peer][memory]") {
  libsync::testing::runtime at;
  auto stays = libsync::spawn_peer<names>(at);
  std::ptrdiff_t before = 0;
  for (int i = 0; i < 300; ++i) {
    if (i == 10)
      before = outstanding_bytes();
    auto goes = libsync::spawn_peer<names>(at);
    libsync::introduce(stays, goes);
    at.run();
    if (i % 3 == 0) {
      caf::anon_send_exit(to_caf(goes), caf::exit_reason::kill);
    } else if (i % 3 == 1) {
      libsync::separate(stays, goes);
      at.run();
      libsync::introduce(goes, stays);
      at.run();
    }
    goes = {};
    at.run();
  }
  CHECK(outstanding_bytes() - before < size_noise);
  CHECK(neighbours_of(at, stays) == 0);
}

TEST_CASE("a supervisor that ends leaves nothing in a server that others hold",
          "[address][supervisor][memory]") {
  libsync::testing::runtime at;
  auto supervisor = libsync::spawn_supervisor(at, tape::data{});
  auto server = locate(at, supervisor).server;
  at.run();
  const auto address = to_caf(supervisor).address();
  supervisor = {};
  at.run();
  CHECK_FALSE(libsync::detail::compat::hold(address));
  CHECK(address.get()->weak_refs == 1);    // and nothing but this keeps its memory
  CHECK(status_of(at, server).lives == 1); // and it lives on
}

TEST_CASE("a client that joins again and again is watched once", "[address][memory]") {
  libsync::testing::runtime at;
  auto server = libsync::spawn_server(at, tape::data{});
  auto stranger = at.system().spawn<stranger_actor>(server);
  std::ptrdiff_t before = 0;
  for (int i = 0; i < 1000; ++i) {
    if (i == 10)
      before = outstanding_bytes();
    send_from(stranger, to_caf(server), libsync::join_atom_v,
              libsync::enclose(libsync::join_request{}));
    at.run();
  }
  CHECK(outstanding_bytes() - before < size_noise);
  CHECK(status_of(at, server).members == 1);
  // It has joined, and is dead when that is handled.
  send_from(stranger, to_caf(server), libsync::join_atom_v,
            libsync::enclose(libsync::join_request{}));
  caf::anon_send_exit(stranger, caf::exit_reason::kill);
  CHECK(status_of(at, server).members == 0);
}
