#include "libsync/statebox/check.hpp"

#include <string>
#include <utility>
#include <vector>

#include "libsync/statebox/dictionary.hpp"
#include "libsync/statebox/set.hpp"

#include "support/catch.hpp"
#include "support/changes.hpp"

namespace {

using changes::libraries;
using changes::numbers;
using libsync::check_operations;

// A plain counter.
struct tally {
  using operation = int;
  int value = 0;
  friend bool operator==(const tally&, const tally&) = default;
};
void reduce(tally& data, int by) {
  data.value += by;
}

// Nobody passes a door that is closed.
struct door {
  enum class step { open, pass };
  using operation = step;
  bool is_open = false;
  friend bool operator==(const door&, const door&) = default;
};
bool reduce(door& data, door::step what) {
  data.is_open = data.is_open || what == door::step::open;
  return data.is_open;
}

// A set from whose elements an argument is taken away, or the other way round.
struct argument_minus_value {
  numbers argument;
};
struct remainder_of {
  using operation = argument_minus_value;
  numbers all;
  friend bool operator==(const remainder_of&, const remainder_of&) = default;
};
void reduce(remainder_of& data, const argument_minus_value& op) {
  numbers left;
  for (const int one : op.argument)
    if (!data.all.contains(one))
      left.insert(one);
  data.all = std::move(left);
}

// Says that it is independent, and is not: each is repeatable, both together are not.
struct claim {
  int from = 0;
  int to = 0;
  friend constexpr bool independent(const claim&) { return true; }
};
struct claimed {
  using operation = claim;
  int value = 0;
  friend bool operator==(const claimed&, const claimed&) = default;
};
void reduce(claimed& data, const claim& op) {
  if (data.value == op.from)
    data.value = op.to;
}

using cause = libsync::replay_failure<libraries>::cause;

} // namespace

TEST_CASE("what is refused alone is not tried as the part of a row", "[statebox][check]") {
  const std::vector<door> values{{}};
  const std::vector<door::operation> operations{door::step::open, door::step::pass};
  CHECK(check_operations<door>(values, operations).empty());
}

TEST_CASE("a plain increment is found at once", "[statebox][check]") {
  const std::vector<tally> values{{0}, {5}};
  const std::vector<int> operations{0, 1};
  const auto found = check_operations<tally>(values, operations);
  REQUIRE(found.size() == 1);
  CHECK(found[0].why == libsync::replay_failure<tally>::cause::not_repeatable);
  CHECK(found[0].value.value == 0);
  CHECK(found[0].operations == std::vector<int>{1});
  CHECK(found[0].once.value == 1);
  CHECK(found[0].again->value == 2);
  CHECK(found[0].sentence() ==
        "applied twice, an operation makes something else than applied once");
}

TEST_CASE("argument minus value is found at once", "[statebox][check]") {
  const std::vector<remainder_of> values{{{}}, {{1}}};
  const std::vector<argument_minus_value> operations{{{1}}};
  const auto found = check_operations<remainder_of>(values, operations);
  REQUIRE(found.size() == 1);
  CHECK(found[0].value.all.empty());
  CHECK(found[0].once.all == numbers{1});
  CHECK(found[0].again->all.empty());
}

TEST_CASE("deleting an exact pair is found, with the smallest counterexample",
          "[statebox][check]") {
  using pair = libraries::erase_pair;
  const std::vector<libraries> values{{}, {{1, {2}}}};
  const std::vector<libraries::operation> operations{libraries::unite{1, numbers{3}},
                                                     libraries::erase{1}, pair{1, numbers{2, 3}}};
  const auto found = check_operations<libraries>(values, operations);
  REQUIRE(found.size() == 1);
  CHECK(found[0].why == cause::depends_on_value);
  CHECK(found[0].value == values[1]);
  CHECK(found[0].operations == std::vector<libraries::operation>{operations[0], operations[2]});
  CHECK(found[0].before == found[0].operations);
  CHECK(found[0].once.empty());
  CHECK(*found[0].again == libraries{{1, {3}}});
  CHECK(found[0].sentence() ==
        "2 operations make something else where 2 of them were applied before");
}

TEST_CASE("operations that wrongly call themselves independent are found", "[statebox][check]") {
  const std::vector<claimed> values{{0}, {1}};
  const std::vector<claim> operations{{0, 1}, {1, 2}};
  const auto found = check_operations<claimed>(values, operations);
  REQUIRE(found.size() == 1);
  CHECK(found[0].why == libsync::replay_failure<claimed>::cause::wrongly_independent);
  CHECK(found[0].operations.size() == 2);
}

TEST_CASE("the ready-made operations pass, but for deleting an exact pair", "[statebox][check]") {
  const std::vector<numbers> sets{{}, {1}, {1, 2}};
  const std::vector<numbers::operation> of_sets{numbers::add{1}, numbers::remove{1},
                                                numbers::unite{numbers{1, 2}},
                                                numbers::subtract{numbers{2, 3}}};
  CHECK(check_operations<numbers>(sets, of_sets).empty());
  const std::vector<libraries> values{{}, {{1, {2}}}, {{1, {2, 3}}, {2, {}}}};
  const std::vector<libraries::operation> operations{
      libraries::store{1, {}},
      libraries::store{1, {2}},
      libraries::erase{1},
      libraries::unite{1, numbers{3}},
      libraries::subtract{1, numbers{2}},
      libraries::update{1, numbers::operation{numbers::remove{3}}},
      libraries::merge{libraries{{1, {3}}, {2, {4}}}}};
  CHECK(check_operations<libraries>(values, operations).empty());
}

TEST_CASE("operations refused at first are not counted, those refused later are",
          "[statebox][check]") {
  using libsync::dynamic;
  using operation = libsync::dynamic_operation;
  using pairs = dynamic::pairs;
  const std::vector<operation> operations{pairs::erase{1}, pairs::store{1, 2},
                                          pairs::unite{1, dynamic::elements{3}}};
  const std::vector<dynamic> of_other_types{4, "text"};
  CHECK(check_operations<dynamic>(of_other_types, operations).empty());
  const std::vector<dynamic> mixed{dynamic{}};
  const auto found = check_operations<dynamic>(mixed, operations);
  REQUIRE(found.size() == 1);
  CHECK_FALSE(found[0].again);
}
