#include "libsync/actors/receipt_future.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include "support/catch.hpp"
#include "support/no_waiting.hpp"

using libsync::receipt;
using libsync::receipt_future;
using libsync::receipt_promise;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

struct heard {
  std::vector<receipt> all;
  auto handler() {
    return [this](const receipt& what) { all.push_back(what); };
  }
};

} // namespace

TEST_CASE("a future waits for its receipt, and has it as often as one asks", "[future]") {
  receipt_promise owed{nullptr};
  const receipt_future coming{owed};
  CHECK(coming.valid());
  CHECK_FALSE(coming.is_ready());
  CHECK(coming.wait_for(milliseconds{1}).reason() == "the deadline passed before the receipt came");
  CHECK_FALSE(coming.wait_for(milliseconds{-1}));
  CHECK_FALSE(coming.wait_until(steady_clock::time_point::min()));
  const std::jthread payer{[owed = std::move(owed)] { owed.decide(receipt::accepted(7)); }};
  CHECK(coming.get() == receipt::accepted(7));
  CHECK(coming.get() == receipt::accepted(7));
  CHECK(coming.wait_for(std::chrono::hours::max()));
  CHECK(coming.wait_for(milliseconds::min())); // it is there
}

TEST_CASE("threads that wait with and without a deadline are told, whoever is first", "[future]") {
  for (int round = 0; round < 300; ++round) {
    receipt_promise owed{nullptr};
    receipt_future coming{owed};
    const std::jthread payer{[owed = std::move(owed)] { owed.decide(receipt::accepted(1)); }};
    if (round % 2 == 0)
      while (!coming.wait_for(std::chrono::microseconds{1})) {
      }
    REQUIRE(coming.get() == receipt::accepted(1));
  }
}

TEST_CASE("a promise that is given up gives unknown, and only the last copy counts", "[future]") {
  std::optional<receipt_promise> one{std::in_place, nullptr};
  const receipt_future coming{*one};
  auto other = std::make_optional(*one);
  one.reset();
  CHECK_FALSE(coming.is_ready());
  other.reset();
  CHECK(coming.get() == receipt::unknown("it was given up before an answer came"));

  heard told;
  { const receipt_promise lost{told.handler()}; }
  CHECK(told.all == std::vector{receipt::unknown("it was given up before an answer came")});
  receipt_promise forgotten{told.handler()};
  forgotten.forget();
  CHECK_FALSE(forgotten);
  CHECK(told.all.size() == 1);
}

TEST_CASE("a receipt is told once, also to a handler that comes later or throws", "[future]") {
  heard told;
  {
    const receipt_promise owed{told.handler()};
    owed.decide(receipt::accepted(1));
    owed.decide(receipt::accepted(2));
  }
  CHECK(told.all == std::vector{receipt::accepted(1)});
  {
    const receipt_promise owed{nullptr};
    receipt_future{owed}.then(told.handler());
    CHECK(told.all.size() == 1);
    owed.decide(receipt::accepted(3));
    CHECK(told.all.back() == receipt::accepted(3));
  }
  const receipt_promise owed{nullptr};
  receipt_future coming{owed};
  owed.decide(receipt::accepted(4));
  std::move(coming).then(told.handler()); // here and now
  CHECK(told.all.back() == receipt::accepted(4));
  CHECK_FALSE(coming.valid()); // NOLINT(bugprone-use-after-move,clang-analyzer-cplusplus.Move)

  const receipt_promise throwing{[](const receipt&) { throw std::runtime_error("a bug"); }};
  CHECK_THROWS_AS(throwing.decide(receipt::accepted(1)), std::runtime_error);
  throwing.decide(receipt::accepted(1)); // it was told
}

TEST_CASE("a handler that comes while the receipt does is told once", "[future][threads]") {
  for (int round = 0; round < 300; ++round) {
    std::atomic<int> calls{0};
    receipt_promise owed{nullptr};
    receipt_future coming{owed};
    {
      const std::jthread payer{[owed = std::move(owed)] { owed.decide(receipt::accepted(1)); }};
      std::move(coming).then([&](const receipt& what) { calls += what.is_accepted() ? 1 : 100; });
    }
    REQUIRE(calls == 1);
  }
}

TEST_CASE("a handler is released once it was called", "[future]") {
  auto held = std::make_shared<int>(1);
  const receipt_promise owed{[held](const receipt&) {}};
  CHECK(held.use_count() == 2);
  owed.decide(receipt::accepted(1));
  CHECK(held.use_count() == 1);
}

TEST_CASE("a future of no submission says so", "[future]") {
  const receipt_future none;
  CHECK_FALSE(none.valid());
  CHECK_FALSE(none.is_ready());
  CHECK(none.get() == receipt::unknown("the future belongs to no submission"));
}

TEST_CASE("a future does not wait where a thread must not, and has its receipt later", "[future]") {
  const receipt_promise owed{nullptr};
  const receipt_future coming{owed};
  {
    const no_waiting here{"an observer"};
    const auto answer = coming.get();
    CHECK(answer.what == receipt::kind::undecided);
    CHECK(answer.reason ==
          "this thread must not wait, since it runs an observer: ask again later, or have the "
          "receipt told, by `then` or `submit(operation, on_receipt)`");
    CHECK(coming.wait().reason() == answer.reason);
    CHECK(coming.wait_for(milliseconds{0}).reason() == // which waits for nothing
          "the deadline passed before the receipt came");
    owed.decide(receipt::accepted(1));
    CHECK(coming.get() == receipt::accepted(1));
  }
  CHECK(coming.get() == receipt::accepted(1));
}
