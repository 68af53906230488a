#include <algorithm>
#include <cstddef>

#include "support/chosen.hpp"
#include "support/many_cases.hpp"
#include "support/text_network.hpp"

TEST_CASE("random sessions of up to 8 editors, with delays and resyncs, end with one text",
          "[text][law]") {
  std::size_t resyncs = 0;
  std::size_t refusals = 0;
  libsync::revision longest = 0;
  check_law_often("one text", [&] {
    auto by = chosen(16);
    const auto editors = 1 + by.below(8);
    text_network all{by, editors};
    all.run();
    resyncs += all.resyncs();
    refusals += all.refusals();
    longest = std::max(longest, all.at());
  });
  // It is no law if nothing happens.
  CHECK(resyncs > 0);
  CHECK(refusals > 0);
  CHECK(longest > 10);
}
