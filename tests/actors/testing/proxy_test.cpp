#include "libsync/actors/testing/proxy.hpp"

#include <chrono>
#include <cstdint>

#include "libsync/actors/runtime.hpp"
#include "libsync/actors/session.hpp"
#include "libsync/actors/testing/runtime.hpp"
#include "support/catch.hpp"
#include "support/tape_actors.hpp"

using libsync::receipt;
using libsync::testing::direction;
using libsync::testing::proxy;
using libsync::testing::runtime;
using namespace std::chrono_literals;

TEST_CASE("a proxy passes on what a client and its server send", "[testing]") {
  runtime at;
  auto server = libsync::spawn_server(at, tape::data{});
  proxy<tape::data> between{server};
  tape_session session{between.address()};
  CHECK(session.submit(tape::append{1}).get() == receipt::accepted(1));
  CHECK(session.submit(tape::append{2}).get() == receipt::accepted(2));
  CHECK(session.snapshot()->data->values == std::vector<std::int64_t>{1, 2});
  CHECK(server.status()->members == 1);
  CHECK(session.close().empty());
  at.run();
  CHECK(server.status()->members == 0);
}

TEST_CASE("a proxy holds, delays and releases messages in order", "[testing]") {
  runtime at;
  auto server = libsync::spawn_server(at, tape::data{});
  proxy<tape::data> between{server};
  tape_session session{between.address()};
  tape_session other{server};
  at.run();
  between.hold(direction::to_client);
  auto coming = session.submit(tape::append{1});
  at.run();
  other.post(tape::append{2});
  at.run();
  CHECK_FALSE(coming.is_ready());
  CHECK(server.status()->version == 2);
  CHECK(session.version() == 0);
  CHECK(between.waiting(direction::to_client) > 0);
  between.release(direction::to_client);
  at.run();
  CHECK(coming.get() == receipt::accepted(1));
  CHECK(session.version() == 2);
  between.delay(direction::to_server, 5s);
  coming = session.submit(tape::append{3});
  at.run();
  at.advance(4s);
  at.run();
  CHECK(server.status()->version == 2);
  CHECK(coming.get() == receipt::accepted(3)); // waiting lets the time pass
  CHECK(at.now() == 5s);
}

TEST_CASE("a client whose connection breaks joins again, and each submission has one receipt",
          "[testing]") {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    INFO("seed " << seed);
    runtime at{seed};
    auto server = libsync::spawn_supervisor(at, tape::data{}, {},
                                            {.restarts = libsync::supervisor_options::without_end});
    proxy<tape::data> between{server};
    tape_session session{between.address()};
    libsync::version versions = 0;
    for (int i = 0; i < 20; ++i) {
      const auto which = at.random().chance(50) ? direction::to_server : direction::to_client;
      switch (at.random().below(5)) {
      case 0:
        between.cut();
        break;
      case 1:
        between.drop(which);
        break;
      case 2:
        between.duplicate(which);
        break;
      case 3:
        at.kill(*server.server());
        break;
      default:
        break;
      }
      at.steps(at.random().below(10));
      CHECK(session.submit(tape::append{i}).get() == receipt::accepted(++versions));
    }
    CHECK(session.status()->counters.resyncs + session.status()->version > 0);
    CHECK(server.server()->status()->version == 20);
  }
}

TEST_CASE("a client closes where the server of its proxy has ended", "[testing]") {
  runtime at;
  auto server = libsync::spawn_server(at, tape::data{});
  proxy<tape::data> between{server};
  tape_session session{between.address()};
  at.run();
  server.stop();
  at.run();
  CHECK(session.submit(tape::append{1}).get().reason == "the server has ended");
}

TEST_CASE("a proxy works on threads too", "[testing]") {
  libsync::runtime threads;
  auto server = libsync::spawn_server(threads, tape::data{});
  proxy<tape::data> between{server};
  tape_session session{between.address()};
  for (int i = 1; i <= 20; ++i) {
    if (i % 5 == 0)
      between.cut();
    CHECK(session.submit(tape::append{i}).get().is_accepted());
  }
}
