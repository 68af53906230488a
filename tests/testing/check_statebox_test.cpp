// That each law of stateboxes finds the data that break it, and tells it.

#include "libsync/testing/check_statebox.hpp"

#include <algorithm>
#include <compare>
#include <cstddef>
#include <limits>
#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "libsync/statebox/set.hpp"

#include "support/catch.hpp"

namespace {

using libsync::testing::box_event;
using libsync::testing::check_statebox;
using numbers = libsync::set<int>;

numbers::operation make_change(const numbers&, libsync::testing::random& choices) {
  const auto number = static_cast<int>(choices.below(4));
  if (choices.chance(30))
    return numbers::remove{number};
  if (choices.chance(30))
    return numbers::unite{numbers{number, number + 1}};
  return numbers::add{number};
}

template <class Data, class Generator>
std::string found(Generator make) {
  const auto report = check_statebox<Data>(make);
  REQUIRE_FALSE(report);
  CHECK(report.failure->repeat.find(std::to_string(report.failure->seed)) != std::string::npos);
  return report.failure->what + '\n' + report.failure->steps;
}

/// A plain counter.
struct tally {
  using operation = int;
  int value = 0;
  friend bool operator==(const tally&, const tally&) = default;
};
void reduce(tally& data, int by) {
  data.value += by;
}

int one(const tally&, libsync::testing::random&) {
  return 1;
}

struct weight {
  using operation = double;
  double value = 0;
  friend bool operator==(const weight&, const weight&) = default;
};
void reduce(weight& data, double value) {
  data.value = value;
}

/// Goes from one state to another, if it is in that. Each is repeatable, both together are not.
template <bool Claims>
struct go {
  int from = 0;
  int to = 0;
  friend auto operator<=>(const go&, const go&) = default;
  friend std::ostream& operator<<(std::ostream& out, const go& self) {
    return out << "go<" << Claims << ">{" << self.from << ", " << self.to << '}';
  }
};
constexpr bool independent(const go<true>&) {
  return true;
}
template <bool Claims>
struct machine {
  using operation = go<Claims>;
  int state = 0;
  friend bool operator==(const machine&, const machine&) = default;
};
template <bool Claims>
void reduce(machine<Claims>& data, const go<Claims>& op) {
  if (data.state == op.from)
    data.state = op.to;
}

/// Gives each name that comes for the first time a number that nobody else gives, if at least
/// `Full` names are there.
template <std::size_t Full>
struct roster {
  using operation = int;
  std::map<int, int> numbers;
  friend bool operator==(const roster&, const roster&) = default;
};
int last_number = 0;
template <std::size_t Full>
void reduce(roster<Full>& data, int name) {
  data.numbers.emplace(name, data.numbers.size() >= Full ? ++last_number : 0);
}

template <bool Claims>
go<Claims> any_step(const machine<Claims>&, libsync::testing::random& choices) {
  return {static_cast<int>(choices.below(3)), static_cast<int>(choices.below(3))};
}

} // namespace

TEST_CASE("sets pass, and the report counts", "[laws][statebox]") {
  const auto report = check_statebox<numbers>({.seeds = 50, .initial = {1, 2}}, make_change);
  report.check();
  CHECK(report.runs == 50);
  CHECK(report.totals.changes > 500);
  CHECK(report.totals.merges > 500);
  CHECK(report.totals.drops > 100);
  CHECK(report.totals.marked > 0);
  CHECK(report.totals.refused == 0);
}

TEST_CASE("an operation that is not repeatable is found", "[laws][statebox]") {
  CHECK(found<tally>(one) == "an operation is repeatable: applied twice, an operation makes "
                             "something else than applied once\n"
                             "using event = libsync::testing::box_event<tally>;\n"
                             "libsync::testing::check_statebox<tally>({}, {\n"
                             "    event::change(2, 2, 1),\n}).check();\n");
}

TEST_CASE("operations that are not repeatable in a row are found", "[laws][statebox]") {
  const auto text = found<machine<false>>(any_step<false>);
  CHECK(text.starts_with("operations are repeatable in a row: 2 operations make something else "
                         "where "));
  CHECK(std::count(text.begin(), text.end(), '\n') == 1 + 1 + 1 + 2 + 1);
}

TEST_CASE("operations that are wrongly said to be independent are found", "[laws][statebox]") {
  const auto text = found<machine<true>>(any_step<true>);
  CHECK(text.starts_with("what is said to be independent is so: 2 operations that are said to be "
                         "independent make something else where "));
}

TEST_CASE("a box that is not what its events make is found", "[laws][statebox]") {
  const auto report = check_statebox<tally>({.rows = 0}, one);
  REQUIRE_FALSE(report);
  CHECK(report.failure->what == "a box holds what its events, in order, make of the ancestor: the "
                                "value is not what the events make of the ancestor");
  CHECK(report.failure->steps.starts_with("// `how` are the options as they were\n"));
}

TEST_CASE("merges that are not idempotent, commutative or associative are found",
          "[laws][statebox]") {
  using libsync::testing::statebox_report;
  const auto what = [](const statebox_report& report) {
    REQUIRE_FALSE(report);
    return report.failure->what;
  };
  const double none = std::numeric_limits<double>::quiet_NaN(); // which differs from itself
  CHECK(what(check_statebox<weight>({.rows = 0, .initial = {none}}, {})) ==
        "merge is idempotent: a box merged with itself is another");
  using first = box_event<roster<1>>;
  CHECK(what(check_statebox<roster<1>>({.rows = 0},
                                       {first::change(0, 1, 1), first::change(1, 1, 2)})) ==
        "merge is commutative: two boxes merged in the two orders are different");
  using third = box_event<roster<2>>;
  CHECK(what(check_statebox<roster<2>>({.rows = 0}, {third::change(0, 1, 1), third::change(1, 1, 2),
                                                     third::change(2, 1, 3)})) ==
        "merge is associative: three boxes merged in two groupings are different");
}
