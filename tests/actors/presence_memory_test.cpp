#include <optional>

#include "libsync/actors/session.hpp"
#include "libsync/actors/testing/runtime.hpp"
#include "support/catch.hpp"
#include "support/failing.hpp"
#include "support/whiteboard.hpp"

using namespace whiteboard;

TEST_CASE("a value for which memory runs out is not shown, and the next one is",
          "[presence][memory]") {
  for (const bool is_first : {true, false})
    failing::each_allocation([is_first](auto arm) {
      libsync::testing::runtime at;
      auto server = libsync::spawn_server(at, board{});
      libsync::session ada{server};
      const libsync::session ben{server};
      if (!is_first)
        ada.present({1, 1});
      settle(at);
      const auto before = shown_to(ben);
      const bool whole = arm([&] { ada.present({2, 2}); });
      settle(at);
      CHECK(shown_to(ben) == (whole ? cursors{{2, 2}} : before));
      ada.present({3, 3});
      settle(at);
      CHECK(shown_to(ben) == cursors{{3, 3}});
    });
}

TEST_CASE("somebody for whose watching memory runs out is told nothing, or everything",
          "[presence][memory]") {
  failing::each_allocation([](auto arm) {
    libsync::testing::runtime at;
    auto server = libsync::spawn_server(at, board{});
    libsync::session ada{server};
    settle(at);
    cursors seen;
    std::optional<libsync::watcher> watching;
    const bool whole = arm([&] {
      watching = ada.watch_presence([&](const libsync::presences<board>& all) {
        seen.clear();
        for (const auto& one : all)
          seen.push_back(*one.value);
      });
    });
    ada.present({1, 1});
    settle(at);
    CHECK(seen == (whole ? cursors{{1, 1}} : cursors{}));
  });
}
