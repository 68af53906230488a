#include <array>
#include <atomic>
#include <barrier>
#include <cstddef>
#include <latch>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "libsync/actors/poll_queue.hpp"
#include "libsync/actors/session.hpp"
#include "libsync/coroutine.hpp"
#include "support/catch.hpp"
#include "support/tape_actors.hpp"

using libsync::task;

namespace {

// Lies in a coroutine: must not be used once the task is destroyed.
struct witness {
  std::atomic<bool> destroyed{false};
  std::atomic<int> wrong{0};
};

struct local {
  witness& of;
  explicit local(witness& whose) : of(whose) {}
  local(const local&) = delete;
  local& operator=(const local&) = delete;
  ~local() { of.wrong += of.destroyed ? 1 : 0; }
};

task submit_for_ever(tape_session& session, libsync::executor where, witness& seen) {
  const local here{seen};
  for (;;) {
    co_await libsync::resume_in(where, session.submit(tape::append{1}));
    seen.wrong += seen.destroyed ? 1 : 0;
    co_await libsync::resume_in(where, session.reached(session.version() + 1));
    seen.wrong += seen.destroyed ? 1 : 0;
  }
}

} // namespace

TEST_CASE("a coroutine is destroyed at any moment, while others resume it",
          "[coroutine][threads]") {
  libsync::runtime runtime;
  auto server = libsync::spawn_server(runtime, tape::data{});
  tape_session session{server};
  libsync::poll_queue queue;
  std::atomic<bool> over{false};
  std::jthread loop{[&] {
    while (!over)
      queue.poll(2);
  }};
  std::atomic<int> wrong{0};
  {
    std::vector<std::jthread> users;
    for (int t = 0; t < 2; ++t)
      users.emplace_back([&] {
        for (int i = 0; i < 300; ++i)
          for (const auto& where : {libsync::executor{}, libsync::executor{queue}}) {
            witness seen;
            auto running = submit_for_ever(session, where, seen).start();
            for (int k = 0; k < i % 11; ++k)
              std::this_thread::yield();
            running.reset();
            seen.destroyed = true;
            std::this_thread::yield();
            wrong += seen.wrong;
          }
      });
  }
  over = true;
  CHECK(wrong == 0);
}

TEST_CASE("who destroys a coroutine that runs waits until it comes to a co_await",
          "[coroutine][threads]") {
  libsync::runtime runtime;
  auto server = libsync::spawn_server(runtime, tape::data{});
  tape_session session{server};
  for (int round = 0; round < 50; ++round) {
    libsync::poll_queue queue;
    std::latch entered{1};
    std::atomic<bool> begun{false};
    std::atomic<bool> done{false};
    const auto run = [&]() -> task {
      co_await libsync::resume_in(queue, session.submit(tape::append{1}));
      entered.count_down();
      while (!begun)
        std::this_thread::yield();
      for (int i = 0; i < 100; ++i)
        std::this_thread::yield();
      done = true;
      for (;;)
        co_await session.submit(tape::append{2});
    };
    auto running = run().start();
    std::jthread loop{[&] {
      while (queue.poll() == 0)
        std::this_thread::yield();
    }};
    entered.wait();
    begun = true;
    running.reset();
    CHECK(done);
  }
}

TEST_CASE("two coroutines may destroy each other", "[coroutine][threads]") {
  libsync::runtime runtime;
  auto server = libsync::spawn_server(runtime, tape::data{});
  tape_session session{server};
  for (int round = 0; round < 100; ++round) {
    std::barrier both{2};
    std::array<libsync::poll_queue, 2> queues;
    std::array<task, 2> tasks;
    const auto run = [&](std::size_t mine) -> task {
      co_await libsync::resume_in(queues[mine], session.submit(tape::append{1}));
      both.arrive_and_wait();
      tasks[1 - mine].reset();
    };
    for (const std::size_t i : {0U, 1U})
      tasks[i] = run(i).start();
    const auto poll = [&](std::size_t which) {
      while (queues[which].poll() == 0)
        std::this_thread::yield();
    };
    std::jthread one{[&] { poll(0); }};
    poll(1);
    one.join();
    CHECK_FALSE(tasks[0].is_done()); // both handles are empty
    CHECK_FALSE(tasks[1].is_done());
  }
}
