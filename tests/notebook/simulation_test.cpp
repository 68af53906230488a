#include "notebook/editing/simulation.hpp"

#include "support/catch.hpp"

using notebook_example::simulate;

TEST_CASE("editors that type, move and delete at once end with the same text", "[notebook]") {
  for (const std::size_t editors : {1U, 2U, 8U, 20U}) {
    for (const std::uint64_t seed : {1U, 2U, 3U}) {
      INFO(editors << " editors, seed " << seed);
      const auto end = simulate({editors, 5000, seed});
      CHECK(end.difference.empty());
      CHECK(end.versions > 500);
      if (editors > 1)
        CHECK(end.refused > 0);
    }
  }
}

TEST_CASE("the same seed gives the same notebook, another one another", "[notebook]") {
  const auto once = simulate({4, 2000, 7});
  CHECK(simulate({4, 2000, 7}).digest == once.digest);
  CHECK(simulate({4, 2000, 8}).digest != once.digest);
  CHECK(once.versions > 0);
}

TEST_CASE("connections break, and some editors have to take a snapshot", "[notebook]") {
  const auto end = simulate({8, 30'000, 1});
  CHECK(end.difference.empty());
  CHECK(end.breaks > 5);
  CHECK(end.snapshots > 8); // more than the first of each
}
