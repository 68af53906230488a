#include "libsync/actors/load/detail/load_plan.hpp"

#include <chrono>
#include <cstdint>

#include "support/catch.hpp"

namespace {

using libsync::detail::load_plan;

// As for a clock that stands at the beginning: a day is not over while this test runs.
load_plan started(load_plan::amount of) {
  load_plan plan{of};
  plan.start(load_plan::clock::now());
  return plan;
}

bool is_plain(const libsync::detail::load_turn& turn) {
  return !turn.timed && !turn.counts && !turn.last;
}

} // namespace

TEST_CASE("what a plan calls plain has no time and is not the last", "[load]") {
  for (const std::uint64_t timed_one_in : {0U, 1U, 3U, 100U})
    for (const std::uint64_t operations : {0U, 1U, 7U, 1000U}) {
      load_plan::amount of{.submitters = 2, .operations = operations, .timed_one_in = timed_one_in};
      if (operations == 0)
        of.duration = std::chrono::hours{24};
      const auto plan = started(of);
      const auto share = plan.share_of(0);
      std::uint64_t looked_at = 0;
      const std::uint64_t count = operations == 0 ? 1000 : share;
      for (std::uint64_t index = 0; index < count; ++index) {
        const auto until = plan.plain_until(index, share);
        looked_at += until == index ? 1U : 0U;
        for (auto plain = index; plain < until && plain < count; ++plain)
          REQUIRE(is_plain(plan.turn(0, plain, share)));
      }
      INFO(operations << " operations, one in " << timed_one_in << " is timed");
      CHECK(looked_at >= 1);
      CHECK((timed_one_in == 1 || looked_at <= 1 + count / 16 + count / 3));
    }
}

TEST_CASE("with a rate each operation has its time", "[load]") {
  const auto plan = started({.submitters = 1, .operations = 10, .rate = 1000});
  for (std::uint64_t index = 0; index < 10; ++index)
    CHECK(plan.plain_until(index, 10) == index);
}
