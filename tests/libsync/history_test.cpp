#include "libsync/history.hpp"

#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <rapidcheck.h>

#include "support/catch.hpp"
#include "support/failing.hpp"
#include "support/law.hpp"
#include "support/tape.hpp"

namespace {

using libsync::history;
using libsync::history_limits;

// The same as tape::data, but pure.
struct pure_tape {
  using operation = tape::data::operation;
  std::vector<std::int64_t> values;
};

std::optional<pure_tape> reduce(const pure_tape& self, const tape::data::operation& op) {
  tape::data data{self.values};
  if (!libsync::reducer<tape::data>::step(data, op))
    return std::nullopt;
  return pure_tape{std::move(data.values)};
}

tape::data::operation any_operation() {
  switch (*rc::gen::inRange(0, 6)) {
  case 0:
    return tape::drop{};
  case 1:
    return tape::rotate{};
  case 2:
    return tape::fail{};
  default:
    return tape::append{*rc::gen::inRange(0, 100)};
  }
}

// Against a list of all states: what a history shows is what stood at that version.
template <class Data>
void agrees_with_a_list_of_states() {
  const history_limits limits{*rc::gen::inRange<std::size_t>(1, 12),
                              *rc::gen::inRange<std::size_t>(1, 6)};
  history<Data> kept{Data{}, limits};
  std::vector<std::vector<std::int64_t>> states{{}};
  for (int steps = *rc::gen::inRange(0, 60); steps > 0; --steps) {
    switch (*rc::gen::inRange(0, 6)) {
    case 0: {
      const bool possible = kept.can_undo();
      RC_ASSERT(kept.undo().accepted() == possible);
      break;
    }
    case 1: {
      const bool possible = kept.can_redo();
      RC_ASSERT(kept.redo().accepted() == possible);
      break;
    }
    case 2: {
      const auto target = *rc::gen::inRange<libsync::version>(0, states.size() + 1);
      const bool possible = target >= kept.oldest() && target <= kept.newest();
      RC_ASSERT(kept.go_to(target).accepted() == possible);
      RC_ASSERT(!possible || kept.version() == target);
      break;
    }
    default:
      if (kept.apply(any_operation())) {
        states.resize(kept.version());
        states.push_back(kept.data().values);
      }
    }
    RC_ASSERT(kept.newest() + 1 == states.size());
    RC_ASSERT(kept.operations().size() <= limits.operations);
    RC_ASSERT(kept.newest() - kept.oldest() == kept.operations().size());
    RC_ASSERT(kept.data().values == states.at(kept.version()));
  }
}

history<tape::data> counting(std::size_t count, const history_limits& limits) {
  history<tape::data> kept{tape::data{}, limits};
  for (std::size_t i = 0; i < count; ++i)
    static_cast<void>(kept.apply(tape::append{static_cast<std::int64_t>(i)}));
  return kept;
}

// Counts how often it is applied.
struct slow {
  using operation = int;
  static inline int applied = 0;
  int value = 0;
};
void reduce(slow& self, int by) {
  ++slow::applied;
  self.value += by;
}

// Accepts an operation only the first time.
struct moody {
  using operation = int;
  static inline int applied = 0;
};
bool reduce(moody&, int) {
  return ++moody::applied == 1;
}

// Accepts nothing after two operations.
struct fickle {
  using operation = int;
  static inline int applied = 0;
};
bool reduce(fickle&, int) {
  return ++fickle::applied <= 2;
}

} // namespace

TEST_CASE("a history shows the data of each version", "[history][law]") {
  check_law("in place", agrees_with_a_list_of_states<tape::data>);
  check_law("pure", agrees_with_a_list_of_states<pure_tape>);
}

TEST_CASE("undo and redo walk through the versions", "[history]") {
  auto kept = counting(3, {});
  CHECK(kept.undo());
  CHECK(kept.data().values == std::vector<std::int64_t>{0, 1});
  CHECK(kept.undo());
  CHECK(kept.undo());
  CHECK(kept.undo().reason() == "there is nothing to undo");
  CHECK(kept.data().values.empty());
  for (int i = 0; i < 3; ++i)
    CHECK(kept.redo());
  CHECK(kept.redo().reason() == "there is nothing to redo");
  CHECK(kept.version() == 3);
}

TEST_CASE("an operation after going back drops what could be redone", "[history]") {
  auto kept = counting(5, {100, 2});
  REQUIRE(kept.go_to(1));
  REQUIRE(kept.apply(tape::append{9}));
  CHECK(kept.newest() == 2);
  CHECK_FALSE(kept.can_redo());
  CHECK(kept.data().values == std::vector<std::int64_t>{0, 9});
}

TEST_CASE("a refused operation leaves history and data as they were", "[history]") {
  auto kept = counting(2, {});
  REQUIRE(kept.undo());
  CHECK(kept.apply(tape::fail{}).reason() == "threw: the reducer is broken");
  CHECK(kept.version() == 1);
  CHECK(kept.can_redo());
}

TEST_CASE("a history keeps as many operations as its limit says, not one more", "[history]") {
  auto kept = counting(10, {10, 3});
  CHECK(kept.oldest() == 0);
  static_cast<void>(kept.apply(tape::append{10}));
  CHECK(kept.oldest() == 1);
  CHECK(kept.go_to(0).reason() == "version 0 is not kept, only 1 to 11");
  CHECK(kept.go_to(12).reason() == "version 12 is not kept, only 1 to 11");
  CHECK(kept.go_to(1));
  CHECK(kept.data().values == std::vector<std::int64_t>{0});
}

TEST_CASE("a step back replays less than a checkpoint's distance", "[history]") {
  history<slow> kept{slow{}, {1000, 16}};
  for (int i = 0; i < 1000; ++i)
    static_cast<void>(kept.apply(1));
  for (int i = 999; i >= 0; --i) {
    slow::applied = 0;
    REQUIRE(kept.undo());
    REQUIRE(kept.data().value == i);
    REQUIRE(slow::applied < 16);
  }
}

TEST_CASE("a reducer that is not deterministic is reported", "[history]") {
  moody::applied = 0;
  history<moody> kept{moody{}, {10, 1000}};
  REQUIRE(kept.apply(1));
  REQUIRE(kept.undo());
  CHECK_THROWS_AS(kept.redo(), std::logic_error);
}

TEST_CASE("a reducer that is not deterministic is reported when old versions are dropped",
          "[history]") {
  fickle::applied = 0;
  history<fickle> kept{fickle{}, {.operations = 1, .checkpoint_every = 1000}};
  REQUIRE(kept.apply(1));
  CHECK_THROWS_AS(kept.apply(2), std::logic_error); // applies the first one again
}

TEST_CASE("limits of 0 are no limits", "[history]") {
  CHECK_THROWS_AS(history<slow>(slow{}, history_limits{0, 1}), std::invalid_argument);
  CHECK_THROWS_AS(history<slow>(slow{}, history_limits{1, 0}), std::invalid_argument);
}

namespace {

/// A list of numbers of which any copy may fail; `brittle` ones change before they throw.
template <bool Brittle>
struct fragile {
  using operation = failing::value<int>;
  static constexpr bool throws_cleanly = !Brittle;
  failing::value<std::vector<int>> numbers;
};

template <bool Brittle>
void reduce(fragile<Brittle>& self, const failing::value<int>& op) {
  if (Brittle)
    self.numbers->push_back(0);
  const auto copy = op; // NOLINT(performance-unnecessary-copy-initialization): it may throw
  if (Brittle)
    self.numbers->pop_back();
  self.numbers->push_back(*copy);
}

} // namespace

TEMPLATE_TEST_CASE("a history stands at a version that it keeps, whatever copy or allocation fails",
                   "[history][failing]", fragile<false>, fragile<true>) {
  const auto limits = GENERATE(history_limits{6, 2}, history_limits{1, 1000});
  const auto scenario = [&](auto arm) {
    history<TestType> kept{TestType{}, limits};
    const auto stands = [&] {
      std::vector<int> expected;
      for (libsync::version version = 1; version <= kept.version(); ++version)
        expected.push_back(static_cast<int>(version));
      return *kept.data().numbers == expected;
    };
    // The number is the version that it makes.
    const auto add = [&] { return kept.apply(static_cast<int>(kept.version()) + 1).accepted(); };
    for (int i = 0; i < 4; ++i) {
      arm([&] { static_cast<void>(add()); });
      REQUIRE(stands());
      arm([&] { static_cast<void>(add()); });
      REQUIRE(stands());
      arm([&] { static_cast<void>(kept.undo()); });
      REQUIRE(stands());
      arm([&] { static_cast<void>(kept.redo()); });
      REQUIRE(stands());
      arm([&] { static_cast<void>(kept.go_to(kept.oldest())); });
      REQUIRE(stands());
      arm([&] { static_cast<void>(kept.go_to(kept.newest())); });
      REQUIRE(stands());
      arm([&] { static_cast<void>(kept.undo()); });
      arm([&] { static_cast<void>(add()); });
      REQUIRE(stands());
    }
    REQUIRE(kept.go_to(kept.oldest()));
    REQUIRE(stands());
  };
  CHECK(failing::each_transfer(scenario) > 3);
  CHECK(failing::each_allocation(scenario) > 1);
}
