// The headers for RapidCheck and Catch2.

#include "libsync/testing/catch.hpp"
#include "libsync/testing/rapidcheck.hpp"

#include <set>
#include <string>

#include <rapidcheck.h>

#include "libsync/statebox.hpp"
#include "libsync/testing.hpp"

#include "support/catch.hpp"

namespace {

using libsync::testing::check_reducer;
using libsync::testing::passes;

struct total {
  using operation = int;
  int sum = 0;
  friend bool operator==(const total&, const total&) = default;
};

bool reduce(total& self, int op) {
  if (op == 3)
    self.sum = -1;
  else if (op >= 0)
    self.sum += op;
  return op >= 0 && op != 3;
}

} // namespace

TEST_CASE("a generator of RapidCheck's makes operations, small and large", "[laws]") {
  std::set<int> seen;
  const auto all = rc::gen::map(rc::gen::inRange(-5, 1000), [&](int made) {
    seen.insert(made);
    return made;
  });
  const auto report = check_reducer<total>({.seeds = 20}, all);
  CHECK(seen.size() > 50);
  CHECK(report.totals.operations > 0);
  REQUIRE_THAT(check_reducer<total>({.seeds = 5}, rc::gen::inRange(4, 100)), passes());
  REQUIRE_THAT(libsync::testing::check_statebox<libsync::set<int>>(
                   rc::gen::construct<libsync::set<int>::add>(rc::gen::inRange(1, 9))),
               passes());
}

TEST_CASE("the same seed makes the same of a generator of RapidCheck's", "[laws]") {
  const auto digest = [](std::uint64_t first) {
    return check_reducer<total>({.first = first, .seeds = 1}, rc::gen::inRange(-9, 100)).digest;
  };
  CHECK(digest(7) == digest(7));
}

TEST_CASE("the matcher of Catch2 takes what passes, and prints the report of what does not",
          "[laws]") {
  const auto report = check_reducer<total>([](const total&, auto&) { return 3; });
  const auto matcher = passes();
  CHECK_FALSE(matcher.match(report));
  CHECK(matcher.toString() == "passes");
  CHECK(Catch::Detail::stringify(report).find("a refused operation changes nothing: ") !=
        std::string::npos);
  CHECK_THAT(check_reducer<total>([](const total&, auto&) { return 1; }), passes());
}
