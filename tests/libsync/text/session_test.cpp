#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "support/chosen.hpp"
#include "support/many_cases.hpp"
#include "support/text_network.hpp"

TEST_CASE("random sessions of up to 8 editors, with delays and resyncs, end with one text",
          "[text][law]") {
  std::size_t resyncs = 0;
  std::size_t refusals = 0;
  std::size_t repeats = 0;
  std::size_t late = 0;
  std::size_t foreign = 0;
  libsync::revision longest = 0;
  check_law_often("one text", [&] {
    auto by = chosen(16);
    const auto editors = 1 + by.below(8);
    interruption none;
    text_network all{by, editors, none};
    all.run();
    resyncs += all.resyncs();
    refusals += all.refusals();
    repeats += all.repeats();
    late += all.late();
    foreign += all.foreign();
    longest = std::max(longest, all.revision());
  });
  // It is no law if nothing happens.
  CHECK(resyncs > 0);
  CHECK(refusals > 0);
  CHECK(repeats > 0);
  CHECK(late > 0);
  CHECK(foreign > 0);
  CHECK(longest > 10);
}

namespace {

std::vector<std::uint8_t> row_of(unsigned seed, std::size_t size) {
  std::mt19937 random{seed};
  std::vector<std::uint8_t> row(size);
  for (auto& one : row)
    one = static_cast<std::uint8_t>(random());
  return row;
}

std::size_t run(const std::vector<std::uint8_t>& row, interruption& interrupt) {
  choices by{row};
  text_network all{by, 3, interrupt};
  all.run();
  return interrupt.calls();
}

} // namespace

TEST_CASE("editors that are called back in the middle of anything end with one text", "[text]") {
  std::size_t interrupted = 0;
  for (unsigned seed = 1; seed <= 20; ++seed) {
    const auto row = row_of(seed, 160);
    interruption none;
    const auto callbacks = run(row, none);
    for (std::size_t k = 1; k <= callbacks; ++k) {
      INFO("seed " << seed << ", callback " << k);
      auto once = interruption::at(k);
      REQUIRE_NOTHROW(run(row, once));
      interrupted += once.interrupted();
    }
  }
  CHECK(interrupted > 200);
}

TEST_CASE("editors that are called back often, and within that, end with one text", "[text]") {
  for (unsigned seed = 1; seed <= 300; ++seed)
    for (const std::size_t period : {2U, 3U, 7U}) {
      INFO("seed " << seed << ", every callback of " << period);
      auto often = interruption::every(period);
      REQUIRE_NOTHROW(run(row_of(seed, 400), often));
    }
}
