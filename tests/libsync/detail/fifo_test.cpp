#include "libsync/detail/fifo.hpp"

#include <deque>
#include <memory>
#include <random>
#include <string>

#include "support/catch.hpp"

using libsync::detail::fifo;

TEST_CASE("a fifo gives back its elements in order", "[fifo]") {
  const auto seed = GENERATE(range(1u, 21u));
  std::mt19937 random{seed};
  fifo<std::unique_ptr<int>> queue;
  std::deque<int> expected;
  for (int i = 0; i < 2000; ++i) {
    const auto what = random() % 16;
    if (what < 7 + seed % 3) {
      queue.push(std::make_unique<int>(i));
      expected.push_back(i);
    } else if (!expected.empty() && what < 15) {
      CHECK(*queue.front() == expected.front());
      CHECK(*queue.pop() == expected.front());
      expected.pop_front();
    } else if (!expected.empty()) {
      CHECK(**queue.last(1) == expected.back());
      queue.take_back();
      expected.pop_back();
    }
    REQUIRE(queue.size() == expected.size());
    REQUIRE(queue.empty() == expected.empty());
  }
  while (!expected.empty()) {
    CHECK(*queue.pop() == expected.front());
    expected.pop_front();
  }
  CHECK(queue.empty());
}

TEST_CASE("a fifo that never runs empty keeps to the memory that it needs", "[fifo]") {
  fifo<int> queue;
  queue.push(0);
  queue.push(1);
  const auto* begin = &queue.front();
  bool moved_back = false;
  for (int i = 2; i < 1000; ++i) {
    CHECK(queue.pop() == i - 2);
    queue.push(i);
    moved_back = moved_back || &queue.front() == begin;
  }
  CHECK(queue.size() == 2);
  CHECK(moved_back); // it went round, rather than on
}

TEMPLATE_TEST_CASE("many are dropped from a fifo as if they were taken out one by one", "[fifo]",
                   int, std::string) {
  fifo<TestType> queue;
  for (int i = 0; i < 5; ++i)
    queue.push(TestType{});
  queue.drop(0);
  CHECK(queue.size() == 5);
  queue.drop(3);
  CHECK(queue.size() == 2);
  queue.push(TestType{});
  queue.drop(3);
  CHECK(queue.empty());
  queue.push(TestType{});
  CHECK(queue.size() == 1);
}
