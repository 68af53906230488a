#include "replay/statebox.hpp"

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "support/catch.hpp"

namespace {

replayed replay(const std::string& lines) {
  std::istringstream cases{lines};
  return replay_statebox(cases);
}

const std::string begin = R"({"cmd":"begin","s":1,"family":"x","tags":[]})"
                          "\n";
const std::string box = R"({"cmd":"new","dst":"a","t":3,"init":[1],)"
                        R"("expect":{"v":[1],"t":3,"q":[]}})"
                        "\n";

} // namespace

TEST_CASE("recorded cases of stateboxes", "[replay]") {
  std::ifstream cases{LIBSYNC_VECTORS "/statebox.jsonl"};
  REQUIRE(cases);
  const auto done = replay_statebox(cases);
  CHECK(done.passed == 285);
  CHECK(done.skipped == 15);
  CHECK(done.failures.empty());
}

TEST_CASE("a scenario passes if every command gives what was recorded", "[replay]") {
  const auto done = replay(begin + box + begin + box);
  CHECK(done.passed == 2);
  CHECK(done.failed == 0);
  CHECK(done.failures.empty());
}

TEST_CASE("a scenario of which one command gives something else fails, and says where",
          "[replay]") {
  const auto done = replay(begin + box +
                           R"({"cmd":"modify","src":"a","dst":"a","t":4,"op":["set_add",2],)"
                           R"("expect":{"v":[1,2],"t":5,"q":[[4,["set_add",2]]]}})");
  CHECK(done.passed == 0);
  CHECK(done.failed == 1);
  REQUIRE(done.failures.size() == 1);
  CHECK(done.failures[0].find("scenario 1, line 3: modify: found ") == 0);
}

TEST_CASE("an error that was not recorded fails, and so does one that is missing", "[replay]") {
  CHECK(replay(begin + box +
               R"({"cmd":"modify","src":"a","dst":"b","t":2,"op":[],)"
               R"("expect":{"v":[1],"t":2,"q":[]}})")
            .failed == 1);
  CHECK(replay(begin + box +
               R"({"cmd":"modify","src":"a","dst":"b","t":3,"op":[],)"
               R"("expect":{"error":"function_clause"}})")
            .failed == 1);
  CHECK(replay(begin + box +
               R"({"cmd":"modify","src":"a","dst":"b","t":2,"op":[],)"
               R"("expect":{"error":"invalid_timestamp","given":2,"last":9}})")
            .failed == 1);
}

TEST_CASE("scenarios with the tag `oc` are skipped", "[replay]") {
  const auto done = replay(R"({"cmd":"begin","s":1,"family":"x","tags":["oc"]})"
                           "\n" +
                           box + begin + box);
  CHECK(done.passed == 1);
  CHECK(done.skipped == 1);
}

TEST_CASE("unreadable lines and unknown commands fail", "[replay]") {
  CHECK(replay("{").failed == 1);
  CHECK(replay(box).failed == 1);
  CHECK(replay(begin + box + "nonsense\n" + box).failed == 1);
  CHECK(replay(begin + R"({"cmd":"dance","expect":{}})").failed == 1);
  CHECK(replay(begin + R"({"cmd":"merge","src":["z"],"dst":"a","expect":{}})").failed == 1);
  CHECK(replay(begin + R"({"cmd":"apply","init":[],"op":["dance"],"expect":{"v":[]}})").failed ==
        1);
  CHECK(replay(begin + R"({"cmd":"apply","init":1.5,"op":[],"expect":{"v":1.5}})").failed == 1);
}
