#include "libsync/actors/detail/watch/call_gate.hpp"

#include <array>
#include <atomic>
#include <barrier>
#include <cstddef>
#include <functional>
#include <latch>
#include <thread>
#include <vector>

#include "libsync/detail/client/phase_fair_lock.hpp"
#include "support/catch.hpp"

using libsync::detail::call_gate;

namespace {

// Calls each of these in a thread of its own; they begin together.
void at_once(const std::vector<std::function<void()>>& all) {
  std::barrier begin{static_cast<std::ptrdiff_t>(all.size())};
  std::vector<std::jthread> threads;
  for (const auto& one : all)
    threads.emplace_back([&begin, &one] {
      begin.arrive_and_wait();
      one();
    });
}

} // namespace

TEST_CASE("a gate lets one in at a time, who runs again for who came meanwhile", "[gate]") {
  call_gate gate;
  REQUIRE(gate.enter());
  CHECK_FALSE(gate.enter());
  CHECK_FALSE(gate.is_empty());
  CHECK_FALSE(gate.leave());
  CHECK(gate.leave());
  CHECK(gate.is_empty());
  CHECK(gate.enter());
  CHECK(gate.leave());
}

TEST_CASE("a closed gate lets nobody in, and nobody run again", "[gate]") {
  call_gate gate;
  REQUIRE(gate.enter());
  CHECK_FALSE(gate.enter());
  gate.close();
  CHECK_FALSE(gate.wait()); // this thread is in
  CHECK(gate.leave());
  CHECK(gate.wait());
  CHECK_FALSE(gate.enter());
}

TEST_CASE("who waits at a gate waits until the call within returns", "[gate][threads]") {
  for (int round = 0; round < 100; ++round) {
    call_gate gate;
    std::latch entered{1};
    std::atomic<bool> begun{false};
    std::atomic<bool> done{false};
    std::jthread caller{[&] {
      REQUIRE(gate.enter());
      entered.count_down();
      while (!begun)
        std::this_thread::yield();
      for (int i = 0; i < 100; ++i)
        std::this_thread::yield();
      done = true;
      gate.leave();
    }};
    entered.wait();
    gate.close();
    begun = true;
    CHECK(gate.wait());
    CHECK(done);
  }
}

TEST_CASE("in a ring of calls that wait for each other, one does not wait", "[gate][threads]") {
  for (std::size_t size = 2; size <= 6; ++size)
    for (int round = 0; round < 50; ++round) {
      std::vector<call_gate> gates(size);
      std::barrier all_in{static_cast<std::ptrdiff_t>(size)};
      std::atomic<std::size_t> refused{0};
      std::vector<std::function<void()>> calls;
      for (std::size_t i = 0; i < size; ++i)
        calls.emplace_back([&, i] {
          gates[i].enter();
          all_in.arrive_and_wait();
          auto& next = gates[(i + 1) % size];
          next.close();
          if (!next.wait())
            ++refused;
          gates[i].leave();
        });
      at_once(calls);
      CHECK(refused == 1);
    }
}

TEST_CASE("a chain of calls that wait for each other all wait", "[gate][threads]") {
  for (int round = 0; round < 50; ++round) {
    std::array<call_gate, 4> gates;
    std::barrier all_in{4};
    std::atomic<std::size_t> refused{0};
    std::vector<std::function<void()>> calls;
    for (std::size_t i = 0; i < gates.size(); ++i)
      calls.emplace_back([&, i] {
        gates[i].enter();
        all_in.arrive_and_wait();
        if (i + 1 < gates.size()) {
          gates[i + 1].close();
          refused += gates[i + 1].wait() ? 0 : 1;
          refused += gates[i + 1].is_empty() ? 0 : 1;
        }
        gates[i].leave();
      });
    at_once(calls);
    CHECK(refused == 0);
  }
}

TEST_CASE("a thread within two gates is waited for at neither by one for which it waits",
          "[gate][threads]") {
  for (int round = 0; round < 50; ++round) {
    call_gate outer;
    call_gate inner;
    call_gate other;
    std::barrier all_in{2};
    std::atomic<int> refused{0};
    at_once({[&] {
               outer.enter();
               inner.enter();
               all_in.arrive_and_wait();
               other.close();
               refused += other.wait() ? 0 : 1;
               inner.leave();
               outer.leave();
             },
             [&] {
               other.enter();
               all_in.arrive_and_wait();
               outer.close();
               refused += outer.wait() ? 0 : 1;
               other.leave();
             }});
    CHECK(refused == 1);
  }
}

TEST_CASE("a thread that reads a copy does not wait", "[gate][threads]") {
  call_gate gate;
  std::latch entered{1};
  std::latch go{1};
  std::jthread caller{[&] {
    gate.enter();
    entered.count_down();
    go.wait();
    gate.leave();
  }};
  entered.wait();
  gate.close();
  libsync::detail::phase_fair_lock lock;
  {
    const libsync::detail::phase_fair_lock::visit here{lock};
    CHECK_FALSE(gate.wait());
  }
  go.count_down();
  CHECK(gate.wait());
}
