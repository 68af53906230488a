// That each law finds the reducer that breaks it, and tells it.

#include "libsync/testing/check_reducer.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <ostream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/catch.hpp"

namespace {

using libsync::testing::check_reducer;

/// What a reducer may do wrong. All is of one type, since a check takes long to compile.
enum class bug {
  none,
  roll_dice,
  ask_by_dice,
  look_at_address,
  refuse_and_change,
  throw_and_change,
  undo_too_much,
  count_refusals,
  count_effects,
  refuse_late_and_change,
};

bug planted = bug::none;
int dice = 0;

struct add {
  int amount = 0;

  friend std::ostream& operator<<(std::ostream& out, const add& self) {
    return out << "add{" << self.amount << '}';
  }
};

/// A sum that is never negative, and throws for 9.
struct sum {
  using operation = add;
  using effect = int;
  static constexpr bool throws_cleanly = true;

  std::int64_t value = 0;
  int refusals = 0;

  friend bool operator==(const sum& one, const sum& other) { return one.value == other.value; }
};

bool reduce(sum& self, const add& op, libsync::effects<sum>& asked) {
  const auto before = self.value;
  const bool five = op.amount == 5;
  const bool late = planted == bug::refuse_late_and_change && !asked.empty();
  self.value += op.amount;
  if (planted == bug::roll_dice && five)
    self.value += ++dice;
  if (planted == bug::look_at_address && five)
    self.value += static_cast<std::int64_t>(reinterpret_cast<std::uintptr_t>(&op) / 4);
  if (op.amount > 0 && (planted != bug::ask_by_dice || ++dice % 3 != 0))
    asked.emit(planted == bug::count_effects ? static_cast<int>(asked.size()) : op.amount);
  if (op.amount == 9) {
    if (planted != bug::throw_and_change)
      self.value = before;
    throw std::runtime_error("nine");
  }
  if (self.value >= 0 && (planted != bug::count_refusals || !five || self.refusals < 2))
    return true;
  if (planted != bug::refuse_and_change && !late)
    self.value = before;
  ++self.refusals;
  return false;
}

add inverse(const sum&, const add& op) {
  return {planted == bug::undo_too_much && op.amount == 5 ? -4 : -op.amount};
}

add any(const sum&, libsync::testing::random& choices) {
  return {static_cast<int>(choices.between(-7, 9))};
}

template <class Data, class Generator>
std::string found(Generator make) {
  const auto report = check_reducer<Data>({}, make);
  REQUIRE_FALSE(report);
  CHECK(report.failure->repeat.find(std::to_string(report.failure->seed)) != std::string::npos);
  return report.failure->what + '\n' + report.failure->steps;
}

/// What is printed if a sum with a bug is checked.
std::string found(bug what) {
  planted = what;
  auto text = found<sum>(any);
  planted = bug::none;
  return text;
}

std::size_t steps(const std::string& text) {
  std::size_t count = 0;
  for (auto at = text.find("\n    "); at != std::string::npos; at = text.find("\n    ", at + 1))
    ++count;
  return count;
}

std::string call(const std::string& steps) {
  return "libsync::testing::check_reducer<sum>({}, {\n    " + steps + ",\n}).check();\n";
}

} // namespace

TEST_CASE("a reducer that keeps all laws passes, and the report counts", "[laws]") {
  const auto report = check_reducer<sum>({.seeds = 20}, any);
  report.check();
  CHECK(report.runs == 20);
  CHECK(report.totals.operations == 20 * 30);
  CHECK(report.totals.accepted + report.totals.refused == report.totals.operations);
  CHECK(report.totals.threw > 0);
  CHECK(report.totals.undone == report.totals.accepted);
  CHECK(report.totals.transactions == 20 * (29 + 28));
}

TEST_CASE("the same seeds check the same, and others do not", "[laws]") {
  const auto digest = [](std::uint64_t first) {
    return check_reducer<sum>({.first = first, .seeds = 5}, any).digest;
  };
  CHECK(digest(1) == digest(1));
  CHECK(digest(1) != digest(6));
}

TEST_CASE("a reducer that is not deterministic is found", "[laws]") {
  const std::string law = "the reducer is deterministic: ";
  CHECK(found(bug::roll_dice) ==
        law + "it led to different data the second time\n" + call("add{5}"));
  CHECK(found(bug::look_at_address) ==
        law + "it led to different data the second time\n" + call("add{5}"));
  const std::string text = found(bug::ask_by_dice);
  CHECK(text.starts_with(law + "it asked for another number of effects the second time\n"));
}

TEST_CASE("an operation that is not accepted and changes the data is found", "[laws]") {
  const std::string law = "a refused operation changes nothing: ";
  const std::string text = found(bug::refuse_and_change);
  CHECK(text.starts_with(law + "it was refused (refused), but the data changed\n"));
  CHECK(steps(text) == 1);
  CHECK(found(bug::throw_and_change) ==
        law + "it threw cleanly, as is declared (threw: nine), but the data changed\n" +
            call("add{9}"));
}

TEST_CASE("an inverse that does not undo is found", "[laws]") {
  CHECK(found(bug::undo_too_much) ==
        "`inverse` undoes: the inverse does not lead back to the data before the operation\n" +
            call("add{5}"));
}

TEST_CASE("equal data that give different results are found", "[laws]") {
  const std::string text = found(bug::count_refusals);
  CHECK(text.starts_with("equal data give equal results: it was accepted, but refused (refused) on "
                         "equal data on which operations were refused or undone before\n"));
  CHECK(text.ends_with("    add{5},\n}).check();\n"));
  CHECK(steps(text) == 3);
}

TEST_CASE("a transaction that differs from its operations one by one is found", "[laws]") {
  const std::string text = found(bug::count_effects);
  CHECK(text.starts_with("a transaction equals its operations one by one: it asked for other "
                         "effects than its operations one by one\n"));
  CHECK(steps(text) == 2);
}

TEST_CASE("a refused transaction that changes the data is found", "[laws]") {
  const std::string text = found(bug::refuse_late_and_change);
  CHECK(text.starts_with("a refused transaction changes nothing: it was refused (operation 2 of 2: "
                         "refused; and the reducer refuses the inverse of operation 1: refused), "
                         "and the data are not as they were\n"));
  CHECK(steps(text) == 2);
}
