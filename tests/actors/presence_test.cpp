#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "libsync/actors/client.hpp"
#include "libsync/actors/session.hpp"
#include "libsync/actors/testing/runtime.hpp"
#include "libsync/optimistic.hpp"
#include "support/catch.hpp"
#include "support/whiteboard.hpp"

using namespace whiteboard;
using std::chrono::milliseconds;

TEST_CASE("sessions see what all show, and nothing of whoever has gone", "[presence]") {
  libsync::testing::runtime at;
  auto server = libsync::spawn_server(at, board{});
  libsync::session ada{server};
  std::optional<libsync::session<board>> ben{std::in_place, server};
  CHECK_FALSE(ada.presence().is_known());
  ada.present({1, 2});
  ben->present({3, 4});
  settle(at);
  CHECK(shown_to(ada) == cursors{{1, 2}, {3, 4}});
  CHECK(shown_to(*ben) == shown_to(ada));
  CHECK(*ada.presence().own()->value == cursor{1, 2});
  CHECK(*ben->presence().own()->value == cursor{3, 4});

  ada.withdraw();
  ben->present({5, 6});
  settle(at);
  CHECK(shown_to(ada) == cursors{{5, 6}});
  CHECK(ada.presence().own() == nullptr);

  const libsync::session late{server};
  settle(at);
  CHECK(shown_to(late) == cursors{{5, 6}});
  ben.reset();
  settle(at);
  CHECK(late.presence().is_known());
  CHECK(shown_to(late).empty());
  CHECK(shown_to(ada).empty());
}

TEST_CASE("rounds are as far apart as the server's options say, and only the newest is shown",
          "[presence]") {
  libsync::testing::runtime at;
  auto server = libsync::spawn_server(at, board{}, {.presence_pause = milliseconds{100}});
  libsync::session ada{server};
  const libsync::session ben{server};
  settle(at);
  at.advance(milliseconds{100});
  ada.present({1, 1});
  at.run();
  CHECK(shown_to(ben) == cursors{{1, 1}}); // at once, since there was a pause already
  for (int x = 2; x <= 50; ++x) {
    ada.present({x, x});
    at.run();
  }
  CHECK(shown_to(ben) == cursors{{1, 1}});
  at.advance(milliseconds{99});
  at.run();
  CHECK(shown_to(ben) == cursors{{1, 1}});
  at.advance(milliseconds{1});
  at.run();
  CHECK(shown_to(ben) != cursors{{1, 1}});
  at.advance(milliseconds{100});
  at.run();
  CHECK(shown_to(ben) == cursors{{50, 50}});
}

TEST_CASE("any pause that is not negative will do", "[presence][options]") {
  libsync::testing::runtime at;
  CHECK_THROWS_WITH(libsync::spawn_server(at, board{}, {.presence_pause = milliseconds{-1}}),
                    "libsync::server_options: `presence_pause` is -1 ms, expected 0 or more");
  for (const auto pause : {milliseconds{0}, milliseconds{1}, milliseconds::max()}) {
    auto server = libsync::spawn_server(at, board{}, {.presence_pause = pause});
    libsync::session ada{server};
    ada.present({1, 1});
    settle(at);
    CHECK(ada.presence().is_known());
    CHECK(ada.submit(1).get().is_accepted());
  }
}

TEST_CASE("clients of each mode show and see the same", "[presence]") {
  libsync::testing::runtime at;
  auto server = libsync::spawn_server(at, board{});
  libsync::session own{server};
  libsync::session<board, libsync::optimistic> hasty{server};
  libsync::session<board, libsync::shared_view> viewer{server};
  auto client = libsync::spawn_client(server);
  own.present({1, 0});
  hasty.present({2, 0});
  viewer.present({3, 0});
  client.present({4, 0});
  cursors seen_by_client;
  const auto watching = client.watch_presence([&](const libsync::presences<board>& all) {
    seen_by_client.clear();
    for (const auto& one : all)
      seen_by_client.push_back(*one.value);
    std::ranges::sort(seen_by_client);
  });
  settle(at);
  const cursors all{{1, 0}, {2, 0}, {3, 0}, {4, 0}};
  CHECK(shown_to(own) == all);
  CHECK(shown_to(hasty) == all);
  CHECK(shown_to(viewer) == all);
  CHECK(seen_by_client == all);
  client.withdraw();
  settle(at);
  CHECK(seen_by_client == cursors{{1, 0}, {2, 0}, {3, 0}});
}

TEST_CASE("a handle tells what its client sees, or why it does not", "[presence]") {
  libsync::testing::runtime at;
  auto server = libsync::spawn_server(at, board{});
  libsync::session ada{server};
  const auto client = libsync::spawn_client(server);
  ada.present({1, 2});
  CHECK_FALSE(client.presence()->is_known()); // it has not joined
  settle(at);
  const auto seen = client.presence();
  REQUIRE(seen);
  REQUIRE(seen->size() == 1);
  CHECK(*seen->begin()->value == cursor{1, 2});
  client.close();
  settle(at);
  CHECK(client.presence().reason() == "it has ended");
  CHECK_FALSE(libsync::client<board>{}.presence());
}

TEST_CASE("a session that is closed or was moved from shows nothing and sees nobody",
          "[presence]") {
  libsync::testing::runtime at;
  auto server = libsync::spawn_server(at, board{});
  libsync::session ada{server};
  libsync::session ben{server};
  ben.present({1, 1});
  settle(at);
  CHECK(shown_to(ada) == cursors{{1, 1}});
  auto moved = std::move(ada);
  CHECK(shown_to(moved) == cursors{{1, 1}});
  ada.present({2, 2}); // NOLINT(bugprone-use-after-move): that is what is tested
  ada.withdraw();
  CHECK_FALSE(ada.presence().is_known());
  CHECK_FALSE(ada.watch_presence([](const libsync::presences<board>&) {}));
  CHECK(moved.close().empty());
  CHECK_FALSE(moved.presence().is_known());
  moved.present({3, 3});
  settle(at);
  CHECK(shown_to(ben) == cursors{{1, 1}});
}
