#include <fstream>

#include "replay/notebook.hpp"
#include "support/catch.hpp"

TEST_CASE("all recorded scenarios of a notebook give what was recorded", "[notebook]") {
  std::ifstream cases{LIBSYNC_VECTORS "/notebook.jsonl"};
  const auto done = replay_notebook(cases);
  for (const auto& failure : done.failures)
    UNSCOPED_INFO(failure);
  CHECK(done.failed == 0);
  CHECK(done.skipped == 0);
  CHECK(done.passed == 24);
}

TEST_CASE("a scenario that differs is told with its step", "[notebook]") {
  std::istringstream cases{R"({"id":"x","kind":"notebook","steps":[)"
                           R"({"op":{"op":"client_leave","client":"c"},"ok":true}]})"};
  const auto done = replay_notebook(cases);
  CHECK(done.failed == 1);
  CHECK(done.failures.at(0) == "line 1, case x: step 0, client_leave: ok (client c has not "
                               "joined): found false, recorded true");
}
