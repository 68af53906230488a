#include "libsync/actors/detail/coroutine_wait.hpp"

#include <atomic>
#include <cstddef>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "libsync/actors/coroutine.hpp"
#include "libsync/actors/detail/session/version_gate.hpp"
#include "libsync/actors/poll_queue.hpp"
#include "libsync/actors/receipt_future.hpp"
#include "support/catch.hpp"

// Coroutines without actors: the test is the client.

using libsync::receipt;
using libsync::receipt_future;
using libsync::receipt_promise;
using libsync::task;
using libsync::detail::version_gate;

namespace {

struct steps {
  std::atomic<bool> destroyed{false};
  std::atomic<int> wrong{0};
  std::atomic<int> taken{0};

  void take() {
    ++taken;
    wrong += destroyed ? 1 : 0;
  }
};

task wait_for(receipt_future coming, libsync::executor where, steps& told) {
  if (where)
    co_await libsync::resume_in(where, std::move(coming));
  else
    co_await std::move(coming);
  told.take();
}

class counting_listener final : public libsync::detail::version_listener {
public:
  explicit counting_listener(std::atomic<int>& told) : told_(told) {}
  void tell() override { ++told_; }

private:
  std::atomic<int>& told_;
};

} // namespace

TEST_CASE("a receipt comes while its coroutine is destroyed: it goes on or not, and not later",
          "[coroutine][threads]") {
  libsync::poll_queue queue;
  std::atomic<bool> over{false};
  std::jthread poller{[&] {
    while (!over)
      queue.poll();
  }};
  int went_on = 0;
  for (int round = 0; round < 1000; ++round) {
    receipt_promise owed{nullptr};
    steps told;
    const auto where = round % 2 == 0 ? libsync::executor{} : libsync::executor{queue};
    auto waiting = wait_for(receipt_future{owed}, where, told).start();
    std::jthread client{[&] { owed.decide(receipt::accepted(1)); }};
    if (round % 3 == 0)
      std::this_thread::yield();
    waiting.reset();
    told.destroyed = true;
    client.join();
    CHECK(told.wrong == 0);
    CHECK(told.taken <= 1);
    went_on += told.taken;
  }
  over = true;
  CHECK(went_on < 1000);
}

TEST_CASE("a receipt comes while its coroutine begins to wait: it goes on once",
          "[coroutine][threads]") {
  for (int round = 0; round < 1000; ++round) {
    receipt_promise owed{nullptr};
    steps told;
    receipt_future coming{owed};
    std::jthread client{[&] { owed.decide(receipt::accepted(1)); }};
    const auto waiting = wait_for(std::move(coming), {}, told).start();
    client.join();
    CHECK(waiting.is_done());
    CHECK(told.taken == 1);
  }
}

TEST_CASE("a receipt that is given up is a receipt, too", "[coroutine]") {
  steps told;
  task waiting;
  {
    const receipt_promise owed{nullptr};
    waiting = wait_for(receipt_future{owed}, {}, told).start();
    CHECK_FALSE(waiting.is_done());
  }
  CHECK(waiting.is_done());
}

TEST_CASE("a gate tells listeners of the versions that they wait for, once, and of the end",
          "[coroutine]") {
  version_gate gate;
  std::atomic<int> told{0};
  const auto listener = [&] { return std::make_shared<counting_listener>(told); };
  const auto gone = listener();
  CHECK(gate.listen(3, listener()));
  CHECK(gate.listen(2, listener()));
  CHECK(gate.listen(2, gone));
  CHECK(gate.listen(9, listener()));
  gate.reach(1);
  CHECK(told == 0);
  gate.forget(*gone);
  gate.reach(2);
  CHECK(told == 1);
  gate.reach(4);
  CHECK(told == 2);
  CHECK_FALSE(gate.listen(4, listener()));
  gate.close();
  CHECK(gate.listen(8, listener())); // threads do not wait any more, but the client goes on
  gate.end();
  CHECK(told == 4);
  CHECK_FALSE(gate.listen(5, listener()));
}

TEST_CASE("a version is reached while somebody begins to listen or stops: none is missed",
          "[coroutine][threads]") {
  for (int round = 0; round < 500; ++round) {
    version_gate gate;
    std::atomic<int> told{0};
    std::jthread client{[&] {
      for (libsync::version version = 1; version <= 20; ++version)
        gate.reach(version);
    }};
    int expected = 0;
    std::vector<std::shared_ptr<counting_listener>> all;
    for (libsync::version version = 1; version <= 20; ++version) {
      all.push_back(std::make_shared<counting_listener>(told));
      expected += gate.listen(version, all.back()) ? 1 : 0;
    }
    const auto stops = std::make_shared<counting_listener>(told);
    if (gate.listen(100, stops))
      gate.forget(*stops);
    client.join();
    CHECK(told == expected);
  }
}
