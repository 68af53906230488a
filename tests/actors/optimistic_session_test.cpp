#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <thread>
#include <utility>
#include <vector>

#include "libsync/actors/session.hpp"
#include "libsync/actors/testing/runtime.hpp"
#include "libsync/optimistic.hpp"
#include "support/catch.hpp"
#include "support/stack.hpp"

namespace {

using libsync::receipt;
using libsync::standing;
using stack::pop;
using stack::push;
using stack::tear;
using numbers = std::vector<std::int64_t>;
using standings = std::vector<standing>;

template <class Data>
using eager_session = libsync::session<Data, libsync::optimistic>;

template <class Data>
numbers shown(const eager_session<Data>& by) {
  return (*by.snapshot()).data->values;
}

template <class Data>
standings standings_of(const eager_session<Data>& by) {
  standings all;
  for (const auto& one : by.pending())
    all.push_back(one.standing);
  return all;
}

} // namespace

TEMPLATE_TEST_CASE("a session shows what its thread has submitted, though nobody has run since",
                   "[session][optimistic]", stack::steps, stack::copies) {
  libsync::testing::runtime at{3};
  auto server = libsync::spawn_server(at, TestType{numbers{7}});
  eager_session<TestType> session{server};
  CHECK(shown(session) == numbers{7});
  auto first = session.submit(push{1});
  session.post(push{2});
  CHECK(shown(session) == numbers{7, 1, 2});
  CHECK(*session.read([](const TestType& data) { return data.values.size(); }) == 3);
  CHECK((*session.confirmed()).data->values == numbers{7});
  CHECK(standings_of(session) == standings{standing::pending, standing::pending});
  CHECK_FALSE(first.is_ready());
  at.run();
  CHECK(first.get() == receipt::accepted(1));
  CHECK(shown(session) == numbers{7, 1, 2});
  CHECK((*session.confirmed()).data->values == numbers{7, 1, 2});
  CHECK(session.pending().empty());
}

TEMPLATE_TEST_CASE("a session shows its submissions on what others did", "[session][optimistic]",
                   stack::steps, stack::copies) {
  libsync::testing::runtime at{5};
  auto server = libsync::spawn_server(at, TestType{numbers{7}});
  eager_session<TestType> session{server};
  libsync::session<TestType> other{server};
  CHECK(shown(session) == numbers{7});
  at.run();
  other.post(push{8});
  auto lost = session.submit(pop{7});
  session.post(push{1});
  CHECK(shown(session) == numbers{1});
  at.run();
  const auto decided = *server.snapshot();
  CHECK(shown(session) == decided.data->values);
  CHECK((*session.confirmed()).data->values == decided.data->values);
  CHECK(lost.is_ready());
}

TEMPLATE_TEST_CASE(
    "who asks the client of an optimistic session comes before what it has not taken",
    "[session][optimistic]", stack::steps, stack::copies) {
  libsync::testing::runtime at{5};
  auto server = libsync::spawn_server(at, TestType{});
  eager_session<TestType> session{server};
  for (int i = 0; i < 20; ++i) {
    session.post(push{i});
    session.handle().post(typename TestType::operation{push{100 + i}});
    at.steps(static_cast<std::size_t>(i % 5));
    CHECK(shown(session).size() >= session.pending().size());
  }
  at.run();
  CHECK(session.pending().empty());
  CHECK(shown(session) == (*server.snapshot()).data->values);
  CHECK(shown(session).size() == 40);
}

TEST_CASE("a session whose submission tears the data shows a new snapshot",
          "[session][optimistic]") {
  libsync::testing::runtime at{9};
  auto server = libsync::spawn_server(at, stack::steps{numbers{7}});
  eager_session<stack::steps> session{server};
  CHECK(shown(session) == numbers{7});
  session.post(tear{7});
  session.post(push{1});
  CHECK(shown(session).back() == 1); // reading waits for the snapshot
  at.run();
  CHECK(shown(session) == (*server.snapshot()).data->values);
}

TEST_CASE("a closed session shows what is confirmed", "[session][optimistic]") {
  libsync::testing::runtime at{11};
  auto server = libsync::spawn_server(at, stack::steps{numbers{7}});
  eager_session<stack::steps> session{server};
  CHECK(shown(session) == numbers{7});
  session.post(push{1});
  CHECK(session.close().empty());
  CHECK(session.submit(push{2}).get().what == receipt::kind::refused);
  CHECK(shown(session) == numbers{7, 1});
  CHECK(session.pending().empty());
}

TEST_CASE("threads of one optimistic session each see their own submissions at once, and all are "
          "accepted once",
          "[session][optimistic]") {
  constexpr int each = 2000;
  libsync::runtime runtime;
  auto server = libsync::spawn_server(runtime, stack::steps{});
  eager_session<stack::steps> session{server};
  libsync::session<stack::steps> other{server};
  std::vector<std::jthread> threads;
  std::vector<int> missing(3, 0);
  for (int t = 0; t < 3; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < each; ++i) {
        const std::int64_t mine = 1'000'000 * (t + 1) + i;
        session.post(push{mine});
        if (i % 20 == 0) {
          other.post(push{-mine});
          const auto seen = shown(session);
          missing[static_cast<std::size_t>(t)] +=
              std::find(seen.begin(), seen.end(), mine) == seen.end() ? 1 : 0;
        }
      }
    });
  threads.clear();
  CHECK(missing == std::vector<int>(3, 0));
  CHECK(other.close().empty());
  CHECK(session.close().empty());
  auto last = shown(session);
  const auto decided = (*server.snapshot()).data->values;
  std::erase_if(last, [](std::int64_t one) { return one < 0; });
  CHECK(last.size() == 3 * each);
  std::sort(last.begin(), last.end());
  CHECK(std::adjacent_find(last.begin(), last.end()) == last.end());
}

TEST_CASE("a session that was moved from, or has no data, has no confirmed ones",
          "[session][optimistic]") {
  libsync::testing::runtime at;
  auto server = libsync::spawn_server(at, stack::steps{});
  eager_session<stack::steps> one{server};
  CHECK(one.confirmed().reason() == "there are no data");
  at.run();
  CHECK(one.confirmed()->data->values.empty());
  const eager_session<stack::steps> other{std::move(one)};
  // NOLINTNEXTLINE(bugprone-use-after-move,clang-analyzer-cplusplus.Move)
  CHECK(one.confirmed().reason() == "the session was moved from");
  CHECK(other.confirmed());
}
