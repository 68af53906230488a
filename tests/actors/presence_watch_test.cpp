#include <cstddef>
#include <functional>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include "libsync/actors/poll_queue.hpp"
#include "libsync/actors/session.hpp"
#include "libsync/actors/testing/runtime.hpp"
#include "support/catch.hpp"
#include "support/whiteboard.hpp"

using namespace whiteboard;
using libsync::presences;
using libsync::session;
using libsync::watcher;

namespace {

struct scene {
  libsync::testing::runtime at;
  libsync::server<board> server = libsync::spawn_server(at, board{});
  std::optional<session<board>> ada{std::in_place, server};
  session<board> ben{server};
  std::vector<cursors> told;

  scene() { settle(at); }

  auto note() {
    return [this](const presences<board>& all) {
      told.emplace_back();
      for (const auto& one : all)
        told.back().push_back(*one.value);
      std::ranges::sort(told.back());
    };
  }
  void show(int x) {
    ben.present({x, x});
    settle(at);
  }
};

} // namespace

TEST_CASE("a watcher of what clients show is told what there is, and each change that it finds",
          "[presence][watch]") {
  scene on;
  on.show(1);
  auto watching = on.ada->watch_presence(on.note());
  settle(on.at);
  CHECK(on.told == std::vector<cursors>{{{1, 1}}});
  on.ada->post(1); // which is no change of that
  settle(on.at);
  CHECK(on.told.size() == 1);
  on.show(2);
  on.ben.withdraw();
  settle(on.at);
  CHECK(on.told == std::vector<cursors>{{{1, 1}}, {{2, 2}}, {}});
  CHECK(watching.status().calls == 3);
  watching.reset();
  on.show(3);
  CHECK(on.told.size() == 3);
}

TEST_CASE("a watcher in a queue is told the newest only", "[presence][watch]") {
  scene on;
  libsync::poll_queue queue;
  const auto watching = on.ada->watch_presence(on.note(), {.where = queue});
  for (int x = 1; x <= 10; ++x)
    on.show(x);
  CHECK(on.told.empty());
  CHECK(queue.poll() == 1);
  CHECK(on.told == std::vector<cursors>{{{10, 10}}});
  CHECK(queue.poll() == 0);
  on.show(11);
  on.ada.reset();
  settle(on.at);
  queue.poll();
  CHECK(on.told.back().empty()); // whose session has ended sees nobody
}

TEST_CASE("a watcher of what clients show may throw, and stops nobody", "[presence][watch]") {
  scene on;
  std::size_t reported = 0;
  const auto throwing = on.ada->watch_presence(
      [](const presences<board>&) { throw std::runtime_error("no"); },
      {.where = {}, .on_error = [&](const std::exception_ptr&) { ++reported; }});
  const auto watching = on.ada->watch_presence(on.note());
  on.show(1);
  on.show(2);
  CHECK(on.told.back() == cursors{{2, 2}});
  CHECK(throwing.status().thrown == throwing.status().calls);
  CHECK(reported == throwing.status().calls);
  CHECK(on.ada->status()->thrown == reported);
}

TEST_CASE("a watcher of what clients show may present, watch, end itself and end its session",
          "[presence][watch]") {
  scene on;
  std::optional<watcher> watching;
  std::function<void()> act;
  std::size_t calls = 0;
  watching = on.ada->watch_presence([&](const presences<board>& all) {
    ++calls;
    if (act && !all.empty())
      std::exchange(act, {})();
  });
  SECTION("present") {
    act = [&] { on.ada->present({9, 9}); };
    on.show(1);
    CHECK(shown_to(on.ben) == cursors{{1, 1}, {9, 9}});
  }
  SECTION("watch") {
    watcher other;
    act = [&] { other = on.ada->watch_presence(on.note()); };
    on.show(1);
    CHECK(on.told == std::vector<cursors>{{{1, 1}}});
  }
  SECTION("end itself") {
    settle(on.at);
    const auto before = calls;
    act = [&] { watching->reset(); };
    on.show(1);
    on.show(2);
    CHECK(calls == before + 1);
  }
  SECTION("end its session") {
    on.ada->present({7, 7});
    settle(on.at);
    act = [&] { on.ada.reset(); };
    on.show(1);
    CHECK(shown_to(on.ben) == cursors{{1, 1}});
  }
}

TEST_CASE("who watches a closed session is not told", "[presence][watch]") {
  scene on;
  on.show(1);
  CHECK(on.ada->close().empty());
  const auto watching = on.ada->watch_presence(on.note());
  on.show(2);
  CHECK(on.told.empty());
}
