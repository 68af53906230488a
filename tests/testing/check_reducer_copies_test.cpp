// That the laws of copies, digests and the user's own find the data that break them, and what is
// told of generators and operations that cannot be used.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <ostream>
#include <stdexcept>
#include <string>
#include <vector>

#include "libsync/testing.hpp"

#include "support/catch.hpp"

namespace {

using libsync::testing::check_reducer;
using libsync::testing::reducer_laws;

enum class bug { none, shallow, forgetful, own_digest, own_hash };

/// A list whose copies, or digests, are wrong.
template <bug Bug>
struct row {
  using operation = int;

  std::shared_ptr<std::vector<int>> all = std::make_shared<std::vector<int>>();
  int refusals = 0;

  row() = default;
  row(const row& other) : all(other.all), refusals(other.refusals) {
    if constexpr (Bug != bug::shallow)
      all = std::make_shared<std::vector<int>>(*other.all);
    if constexpr (Bug == bug::forgetful)
      all->resize(std::min<std::size_t>(all->size(), 2));
  }
  row& operator=(const row& other) {
    row copy{other};
    std::swap(all, copy.all);
    std::swap(refusals, copy.refusals);
    return *this;
  }
  ~row() = default;

  friend bool operator==(const row& one, const row& other) { return *one.all == *other.all; }
  friend std::uint64_t digest(const row& self) {
    std::uint64_t made = Bug == bug::own_digest ? static_cast<std::uint64_t>(self.refusals) : 0;
    for (const int one : *self.all)
      made = libsync::testing::mix(made, static_cast<std::uint64_t>(one));
    return made;
  }
};

template <bug Bug>
bool reduce(row<Bug>& self, int op) {
  if (op < 0) {
    ++self.refusals;
    return false;
  }
  self.all->push_back(op);
  return true;
}

template <bug Bug>
int any(const row<Bug>&, libsync::testing::random& choices) {
  return static_cast<int>(choices.between(-2, 9));
}

template <class Data>
std::string found(const reducer_laws<Data>& how = {}) {
  const auto report = check_reducer<Data>(how, [](const Data&, libsync::testing::random& choices) {
    return static_cast<int>(choices.between(-2, 9));
  });
  REQUIRE_FALSE(report);
  return report.failure->what + '\n' + report.failure->steps;
}

} // namespace

template <>
struct std::hash<row<bug::own_hash>> {
  std::size_t operator()(const row<bug::own_hash>& self) const {
    return reinterpret_cast<std::size_t>(self.all.get());
  }
};

TEST_CASE("copies that are like their originals pass", "[laws]") {
  CHECK(check_reducer<row<bug::none>>(any<bug::none>));
}

TEST_CASE("copies that share what changes are found", "[laws]") {
  const auto text = found<row<bug::shallow>>();
  // The initial data share it, too, and so are not as they were.
  CHECK(text == "copies are independent: an operation on one copy of the data changed another\n"
                "// `how` are the options as they were\n"
                "libsync::testing::check_reducer<row<bug::shallow>>(how, {\n    0,\n}).check();\n");
}

TEST_CASE("copies that forget something are found", "[laws]") {
  const auto text = found<row<bug::forgetful>>();
  CHECK(text.starts_with("a copy equals its original: a copy of the data differs from them\n"));
  CHECK(std::count(text.begin(), text.end(), '\n') == 6);
}

TEST_CASE("digests and hashes that differ for equal data are found", "[laws]") {
  CHECK(found<row<bug::own_digest>>().starts_with(
      "equal data have equal digests: the digests of two equal data differ\n"));
  CHECK(found<row<bug::own_hash>>() ==
        "equal data have equal digests: the hashes of two equal data differ\n"
        "libsync::testing::check_reducer<row<bug::own_hash>>({}, {}).check();\n");
}

TEST_CASE("a law of the user's own is checked, and named", "[laws]") {
  using data = row<bug::none>;
  reducer_laws<data> how;
  how.also = {{"there are at most three", [](const data& self) { return self.all->size() < 4; }}};
  const auto text = found(how);
  CHECK(text.starts_with("there are at most three: it does not hold\n"
                         "// `how` are the options as they were\n"
                         "libsync::testing::check_reducer<row<bug::none>>(how, {\n"));
  CHECK(std::count(text.begin(), text.end(), '\n') == 2 + 1 + 4 + 1);
  how.also = {{"no seven is added to a four", [](const data& before, int op, const data&) {
                 return std::string{op == 7 && !before.all->empty() && before.all->back() == 4
                                        ? "a seven comes after a four"
                                        : ""};
               }}};
  how.seeds = 1000;
  CHECK(found(how) == "no seven is added to a four: a seven comes after a four\n"
                      "// `how` are the options as they were\n"
                      "libsync::testing::check_reducer<row<bug::none>>(how, {\n"
                      "    4,\n    7,\n}).check();\n");
}

TEST_CASE("a check in which no operation is accepted fails", "[laws]") {
  const auto report =
      check_reducer<row<bug::none>>([](const auto&, libsync::testing::random&) { return -1; });
  REQUIRE_FALSE(report);
  CHECK(report.failure->what == "no operation was accepted, so hardly a law was checked: let the "
                                "generator make some that the data accept");
}

TEST_CASE("a generator that throws is told with its seed", "[laws]") {
  const auto report = check_reducer<row<bug::none>>(
      {.first = 4, .repeat = "try SEED="},
      [](const auto&, libsync::testing::random&) -> int { throw std::runtime_error("no idea"); });
  REQUIRE_FALSE(report);
  CHECK(report.failure->seed == 4);
  CHECK(report.failure->what == "the generator threw: no idea");
  CHECK(report.failure->repeat == "try SEED=4");
}

namespace {

struct silent {
  int amount = 0;
};

struct total {
  using operation = silent;
  int sum = 0;
  friend bool operator==(const total&, const total&) = default;
};

bool reduce(total& self, const silent& op) {
  self.sum += op.amount;
  return op.amount > 0;
}

silent make_silent(const total&, libsync::testing::random& choices) {
  return {static_cast<int>(choices.between(-1, 1))};
}

} // namespace

TEST_CASE("operations that cannot be printed are counted, and it is said what they need",
          "[laws]") {
  const auto report = check_reducer<total>(make_silent);
  REQUIRE_FALSE(report);
  CHECK(report.failure->steps ==
        "the shortest list found has 1 operation. To see it as C++, give silent an operator<< that "
        "prints C++, or set the option `print`\n");
  const auto printed = check_reducer<total>(
      {.print = [](const silent& op) { return "silent{" + std::to_string(op.amount) + '}'; }},
      make_silent);
  CHECK(printed.failure->steps ==
        "libsync::testing::check_reducer<total>({}, {\n    silent{-1},\n}).check();\n");
}
