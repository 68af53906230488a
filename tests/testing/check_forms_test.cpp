// That all forms of reducers can be checked, and data that cannot be compared; and what is told of
// what throws beside `reduce`.

#include <optional>
#include <ostream>
#include <stdexcept>

#include "libsync/testing.hpp"

#include "support/catch.hpp"

namespace {

using libsync::testing::check_reducer;

/// Printed, and not compared.
struct pure {
  using operation = int;
  int sum = 0;
  friend std::ostream& operator<<(std::ostream& out, const pure& self) { return out << self.sum; }
};

std::optional<pure> reduce(const pure& self, int op) {
  if (op < 0)
    return std::nullopt;
  return pure{self.sum + op};
}

/// Throws half-way, and does not say that it throws cleanly.
struct fragile {
  using operation = int;
  int sum = 0;
  friend bool operator==(const fragile& one, const fragile& other) {
    if (one.sum == 13)
      throw std::runtime_error("unlucky");
    return one.sum == other.sum;
  }
};

void reduce(fragile& self, int op) {
  self.sum += op;
  if (op < 0)
    throw std::runtime_error("negative");
}

/// Takes nothing but what is positive.
struct strict {
  using operation = int;
  int last = 0;
  friend bool operator==(const strict&, const strict&) = default;
};

bool reduce(strict& self, int op) {
  if (op <= 0)
    return false;
  self.last = op;
  return true;
}

int any(const auto&, libsync::testing::random& choices) {
  return static_cast<int>(choices.between(-3, 3)) * 2;
}

} // namespace

TEST_CASE("pure reducers pass, with data that are compared by what they print", "[laws]") {
  const auto report = check_reducer<pure>(any<pure>);
  report.check();
  CHECK(report.totals.refused > 0);
}

TEST_CASE("a reducer that may throw half-way, and says nothing else, breaks no law", "[laws]") {
  const auto report = check_reducer<fragile>(any<fragile>);
  report.check();
  CHECK(report.totals.threw > 0);
}

TEST_CASE("what throws beside `reduce` is told", "[laws]") {
  const auto report = check_reducer<fragile>({}, {6, 7});
  REQUIRE_FALSE(report);
  CHECK(report.failure->what == "nothing but `reduce` throws: thrown was: unlucky");
}

TEST_CASE("a check of siblings in which no change is accepted fails", "[laws][statebox]") {
  const auto report =
      libsync::testing::check_statebox<strict>({.seeds = 2}, [](const auto&, auto&) { return -1; });
  REQUIRE_FALSE(report);
  CHECK(report.failure->what.starts_with("no operation was accepted, so hardly a law was checked"));
}
