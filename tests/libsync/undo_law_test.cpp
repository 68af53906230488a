#include <cstdint>

#include "support/catch.hpp"
#include "support/undo_law.hpp"

TEST_CASE("random networks: whoever undoes and redoes at any time gets what one user alone would",
          "[undo][law]") {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    INFO("seed " << seed);
    CHECK(undo_law{seed}.check() == "");
  }
}
