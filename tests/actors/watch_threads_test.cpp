#include <array>
#include <atomic>
#include <barrier>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <latch>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "libsync/actors/poll_queue.hpp"
#include "libsync/actors/session.hpp"
#include "libsync/watch.hpp"
#include "support/catch.hpp"
#include "support/tape_actors.hpp"
#include "support/watching.hpp"

using libsync::every_version;
using libsync::latest_only;
using libsync::poll_queue;
using libsync::watched;
using libsync::watcher;

namespace {

// Threads that call what they are given, one after the other.
class pool {
public:
  explicit pool(int threads) {
    for (int i = 0; i < threads; ++i)
      threads_.emplace_back([this] { work(); });
  }
  pool(const pool&) = delete;
  pool& operator=(const pool&) = delete;
  ~pool() {
    {
      const std::lock_guard guard{lock_};
      ended_ = true;
    }
    wake_.notify_all();
  }

  void run(std::function<void()> task) {
    {
      const std::lock_guard guard{lock_};
      tasks_.push_back(std::move(task));
    }
    wake_.notify_one();
  }

private:
  void work() {
    for (;;) {
      std::unique_lock guard{lock_};
      wake_.wait(guard, [this] { return ended_ || !tasks_.empty(); });
      if (tasks_.empty())
        return;
      const auto task = std::move(tasks_.back());
      tasks_.pop_back();
      guard.unlock();
      task();
    }
  }

  std::mutex lock_;
  std::condition_variable wake_;
  std::vector<std::function<void()>> tasks_;
  bool ended_ = false;
  std::vector<std::jthread> threads_;
};

// What a watcher's function looks at: it must not be called once this is dead.
struct witness {
  std::atomic<bool> alive{true};
  std::atomic<bool> within{false};
};

// Counts calls that come too late, or two at a time.
struct judge {
  std::atomic<int> wrong{0};
  std::atomic<int> calls{0};

  auto looking_at(std::shared_ptr<witness> who) {
    return [this, who = std::move(who)](const auto&) {
      ++calls;
      wrong += who->alive ? 0 : 1;
      wrong += who->within.exchange(true) ? 1 : 0;
      std::this_thread::yield();
      wrong += who->alive ? 0 : 1;
      who->within = false;
    };
  }
};

} // namespace

TEST_CASE("who destroys a watcher waits for its call in the client", "[watch][threads]") {
  libsync::runtime runtime;
  auto server = libsync::spawn_server(runtime, tape::data{});
  tape_session session{server};
  for (int round = 0; round < 50; ++round) {
    std::latch entered{1};
    std::atomic<bool> begun{false};
    std::atomic<bool> done{false};
    auto watching = session.watch(size_of_tape, [&](std::size_t) {
      entered.count_down();
      while (!begun)
        std::this_thread::yield();
      for (int i = 0; i < 100; ++i)
        std::this_thread::yield();
      done = true;
    });
    entered.wait();
    begun = true;
    watching.reset();
    CHECK(done);
  }
}

TEST_CASE("two watchers may destroy each other in their calls", "[watch][threads]") {
  libsync::runtime runtime;
  auto server = libsync::spawn_server(runtime, tape::data{});
  tape_session session{server};
  REQUIRE(session.snapshot());
  for (int round = 0; round < 100; ++round) {
    std::barrier both{2};
    std::array<watcher, 2> watchers;
    std::array<poll_queue, 2> queues;
    for (std::size_t i = 0; i < 2; ++i)
      watchers[i] = session.watch(size_of_tape,
                                  [&, i](std::size_t) {
                                    both.arrive_and_wait();
                                    watchers[1 - i].reset();
                                  },
                                  latest_only{}, {.where = queues[i]});
    std::jthread one{[&] { queues[0].poll(); }};
    queues[1].poll();
    one.join();
    CHECK_FALSE(watchers[0]);
    CHECK_FALSE(watchers[1]);
  }
}

TEST_CASE("watchers in two clients may destroy each other, and a queue's call both",
          "[watch][threads]") {
  libsync::runtime runtime;
  auto server = libsync::spawn_server(runtime, tape::data{});
  for (int round = 0; round < 50; ++round) {
    tape_session one{server};
    tape_session other{server};
    std::array<watcher, 2> watchers;
    std::atomic<int> ready{0};
    const auto destroy = [&](std::size_t which) {
      return [&, which](std::size_t) {
        if (++ready == 1) // the first one waits for the second one's call
          while (ready < 2)
            std::this_thread::yield();
        watchers[which].reset();
      };
    };
    // They are assigned before either is called: a call comes with the first post.
    std::latch assigned{1};
    const auto after = [&](auto call) {
      return [&, call](std::size_t size) {
        assigned.wait();
        call(size);
      };
    };
    auto first = one.watch(size_of_tape, after(destroy(1)));
    auto second = other.watch(size_of_tape, after(destroy(0)));
    watchers[0] = std::move(first);
    watchers[1] = std::move(second);
    assigned.count_down();
    while (ready < 2)
      std::this_thread::yield();
    one.close();
    other.close();
    CHECK(ready == 2);
  }
}

TEST_CASE("no watcher is called once it is destroyed, in any place, beside a flood",
          "[watch][threads]") {
  libsync::runtime runtime;
  auto server = libsync::spawn_server(runtime, tape::data{});
  tape_session session{server};
  libsync::session<tape::data, libsync::shared_view> viewer{server};
  judge judges;
  poll_queue queue;
  pool workers{2};
  std::atomic<bool> over{false};
  std::jthread flood{[&] {
    for (int i = 0; i < 4000; ++i)
      session.post(i % 2 == 0 ? tape::data::operation{tape::append{i}} : tape::drop{});
  }};
  std::jthread loop{[&] {
    while (!over)
      queue.poll(3);
  }};
  const auto watch = [&](const libsync::executor& where, int kind, std::shared_ptr<witness> who) {
    const libsync::watch_options options{.where = where};
    if (kind == 0)
      return session.watch(size_of_tape, judges.looking_at(who), latest_only{}, options);
    if (kind == 1)
      return session.watch(size_of_tape, judges.looking_at(who), every_version{4}, options);
    return viewer.watch(size_of_tape, judges.looking_at(who), latest_only{}, options);
  };
  const std::array<libsync::executor, 3> places{
      libsync::executor{}, queue,
      [&](std::function<void()> task) { workers.run(std::move(task)); }};
  {
    std::vector<std::jthread> users;
    for (int t = 0; t < 2; ++t)
      users.emplace_back([&] {
        for (int i = 0; i < 300; ++i)
          for (const auto& where : places) {
            const auto who = std::make_shared<witness>();
            auto watching = watch(where, i % 3, who);
            for (int k = 0; k < i % 7; ++k)
              std::this_thread::yield();
            watching.reset();
            who->alive = false;
          }
      });
  }
  flood.join();
  // One of each kind hears of the end.
  std::vector<watcher> last;
  for (const auto& where : places)
    last.push_back(watch(where, 0, std::make_shared<witness>()));
  while (last[0].status().calls == 0 || last[1].status().calls == 0 || last[2].status().calls == 0)
    std::this_thread::yield();
  over = true;
  last.clear();
  loop.join();
  CHECK(judges.wrong == 0);
  CHECK(judges.calls >= 3);
}

TEST_CASE("several threads poll one queue: each version is told once, in order",
          "[watch][threads]") {
  libsync::runtime runtime;
  auto server = libsync::spawn_server(runtime, tape::data{});
  tape_session session{server};
  REQUIRE(session.snapshot());
  poll_queue queue;
  std::atomic<std::size_t> next{0};
  std::atomic<int> wrong{0};
  const auto watching = session.watch(size_of_tape,
                                      [&](const watched<std::size_t>& now) {
                                        wrong += now.value != next || now.gap ? 1 : 0;
                                        ++next;
                                      },
                                      every_version{10'000}, {.where = queue});
  std::vector<std::jthread> pollers;
  for (int t = 0; t < 3; ++t)
    pollers.emplace_back([&] {
      while (next <= 2000)
        queue.poll(5);
    });
  for (int i = 0; i < 2000; ++i)
    session.post(tape::append{i});
  pollers.clear();
  CHECK(next == 2001);
  CHECK(wrong == 0);
}
