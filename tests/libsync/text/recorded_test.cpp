#include <fstream>

#include "replay/delta.hpp"
#include "support/catch.hpp"

TEST_CASE("all recorded cases of deltas give what was recorded", "[text]") {
  std::ifstream cases{LIBSYNC_VECTORS "/delta.jsonl"};
  const auto done = replay_delta(cases);
  for (const auto& failure : done.failures)
    UNSCOPED_INFO(failure);
  CHECK(done.failed == 0);
  CHECK(done.skipped == 0);
  CHECK(done.passed == 403);
}

TEST_CASE("a case that differs or cannot be read is told with its line", "[text]") {
  std::istringstream cases{
      R"({"id":"x","kind":"position","delta":[1,"a"],"index":2,"out":2}
{"id":"y","kind":"dance"}
[
{"id":"z","kind":"position","delta":[1,"a"],"index":2,"out":3})"};
  const auto done = replay_delta(cases);
  CHECK(done.passed == 1);
  CHECK(done.failed == 3);
  CHECK(done.failures.at(0) == "line 1, case x: out: found 3, recorded 2");
  CHECK(done.failures.at(1) == "line 2, case y: unknown kind \"dance\"");
}
