#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include "libsync/actors/executor.hpp"
#include "libsync/actors/session.hpp"
#include "libsync/actors/testing/runtime.hpp"
#include "libsync/watch.hpp"
#include "support/catch.hpp"
#include "support/tape_actors.hpp"
#include "support/watching.hpp"

using libsync::every_version;
using libsync::latest_only;

namespace {

// What asio looks like from here.
namespace fake_asio {

struct context {
  std::deque<std::function<void()>> tasks;

  context() = default;
  context(const context&) = delete;

  void run() {
    while (!tasks.empty()) {
      const auto task = std::move(tasks.front());
      tasks.pop_front();
      task();
    }
  }
};

struct executor {
  context* of;
};

template <class Task>
void post(context& where, Task&& task) {
  where.tasks.emplace_back(std::forward<Task>(task));
}

template <class Task>
void post(const executor& where, Task&& task) {
  where.of->tasks.emplace_back(std::forward<Task>(task));
}

} // namespace fake_asio

} // namespace

TEST_CASE("an executor is given one task for all that waits", "[watch][executor]") {
  watching_scene in;
  std::vector<std::function<void()>> tasks;
  const auto watching = in.session->watch(
      size_of_tape, in.each(), every_version{},
      {.where = [&](std::function<void()> task) { tasks.push_back(std::move(task)); }});
  in.post(10);
  REQUIRE(tasks.size() == 1);
  tasks.front()();
  CHECK(in.sizes.size() == 11);
  tasks.front()(); // twice is harmless
  CHECK(in.sizes.size() == 11);
  in.post(1);
  REQUIRE(tasks.size() == 2);
  tasks.back()();
  CHECK(in.sizes.size() == 12);
}

TEST_CASE("an executor that throws is reported, and the next change tries again",
          "[watch][executor]") {
  watching_scene in;
  std::vector<std::function<void()>> tasks;
  int left = 2;
  int reported = 0;
  const auto watching = in.session->watch(size_of_tape, in.newest(), latest_only{},
                                          {.where =
                                               [&](std::function<void()> task) {
                                                 if (left-- > 0)
                                                   throw std::runtime_error("full");
                                                 tasks.push_back(std::move(task));
                                               },
                                           .on_error = [&](const auto&) { ++reported; }});
  in.at.run();
  in.post(1);
  in.post(1);
  CHECK(reported == 2);
  REQUIRE(tasks.size() == 1);
  tasks.front()();
  CHECK(in.sizes == std::vector<std::size_t>{2});
}

TEST_CASE("an executor that calls at once calls in the client", "[watch][executor]") {
  watching_scene in;
  const auto watching =
      in.session->watch(size_of_tape, in.each(), every_version{},
                        {.where = [](const std::function<void()>& task) { task(); }});
  in.post(10);
  CHECK(in.sizes.size() == 11);
}

TEST_CASE("an executor is released with its watcher", "[watch][executor]") {
  watching_scene in;
  const auto held = std::make_shared<std::vector<std::function<void()>>>();
  auto watching = in.session->watch(
      size_of_tape, in.newest(), latest_only{},
      {.where = [held](std::function<void()> task) { held->push_back(std::move(task)); }});
  in.post(1);
  REQUIRE(held->size() == 1);
  watching.reset();
  CHECK(held.use_count() == 1);
  held->front()(); // too late
  CHECK(in.sizes.empty());
}

TEST_CASE("asio's way of posting is enough: its contexts and its executors", "[watch][executor]") {
  watching_scene in;
  fake_asio::context loop;
  const auto one = in.session->watch(size_of_tape, in.newest(), latest_only{},
                                     {.where = libsync::posting_to(loop)});
  const auto other = in.session->watch(size_of_tape, in.newest(), latest_only{},
                                       {.where = libsync::posting_to(fake_asio::executor{&loop})});
  in.post(1);
  CHECK(in.sizes.empty());
  CHECK(loop.tasks.size() == 2);
  loop.run();
  CHECK(in.sizes == std::vector<std::size_t>{1, 1});
}
