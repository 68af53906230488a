#include <atomic>
#include <chrono>
#include <cstddef>
#include <optional>
#include <thread>
#include <vector>

#include "libsync/actors/poll_queue.hpp"
#include "libsync/actors/runtime.hpp"
#include "libsync/actors/session.hpp"
#include "libsync/actors/supervisor.hpp"
#include "support/catch.hpp"
#include "support/whiteboard.hpp"

using namespace whiteboard;

TEST_CASE("threads show cursors while others watch, die and come: all see the newest in the end",
          "[presence][threads]") {
  constexpr int writers = 4;
  constexpr int moves = 500;
  libsync::runtime runtime;
  auto server =
      libsync::spawn_supervisor(runtime, board{}, {.presence_pause = std::chrono::milliseconds{1}},
                                {.restarts = libsync::supervisor_options::without_end});
  std::vector<std::optional<libsync::session<board>>> sessions(writers);
  for (auto& one : sessions)
    one.emplace(server);
  cursors expected;
  for (int i = 0; i < writers; ++i)
    expected.push_back({i, moves});

  libsync::poll_queue queue;
  cursors seen;
  const auto watching = sessions[0]->watch_presence(
      [&](const libsync::presences<board>& all) {
        seen.clear();
        for (const auto& one : all)
          seen.push_back(*one.value);
        std::ranges::sort(seen);
      },
      {.where = queue});
  {
    std::vector<std::jthread> threads;
    threads.reserve(writers + 1);
    for (int i = 0; i < writers; ++i)
      threads.emplace_back([&, i] {
        for (int move = 1; move <= moves; ++move) {
          sessions[static_cast<std::size_t>(i)]->present({i, move});
          static_cast<void>(sessions[static_cast<std::size_t>(i)]->presence().own());
        }
      });
    threads.emplace_back([&] {
      for (int i = 0; i < 20; ++i) {
        libsync::session<board> passing{server};
        passing.present({100 + i, 0});
        static_cast<void>(passing.snapshot());
        if (i % 7 == 0)
          if (const auto current = server.server())
            current->stop();
      }
    });
  }
  while (seen != expected) // a test that fails here runs into the time limit of all tests
    if (queue.poll() == 0)
      std::this_thread::yield();
  for (auto& one : sessions)
    while (shown_to(*one) != expected)
      std::this_thread::yield();
  CHECK(seen == expected);
}
