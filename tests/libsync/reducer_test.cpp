#include "libsync/reducer.hpp"

#include <cstddef>
#include <exception>
#include <optional>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

#include "support/catch.hpp"
#include "support/failing.hpp"
#include "support/tape.hpp"

namespace {

struct add {
  int amount;
};

// One type for each form that a reducer may have; all refuse a negative amount where they can.
struct in_place_void {
  using operation = add;
  int value = 0;
};
void reduce(in_place_void& self, const add& op) {
  self.value += op.amount;
}

struct in_place_bool {
  using operation = add;
  int value = 0;
};
bool reduce(in_place_bool& self, const add& op) {
  if (op.amount < 0)
    return false;
  self.value += op.amount;
  return true;
}

struct in_place_outcome {
  using operation = add;
  int value = 0;
};
libsync::outcome reduce(in_place_outcome& self, const add& op) {
  if (op.amount < 0)
    return libsync::refused("the amount is negative");
  self.value += op.amount;
  return libsync::accepted();
}

struct pure {
  using operation = add;
  int value = 0;
};
pure reduce(const pure& self, const add& op) {
  return {self.value + op.amount};
}

struct pure_optional {
  using operation = add;
  int value = 0;
};
std::optional<pure_optional> reduce(const pure_optional& self, const add& op) {
  if (op.amount < 0)
    return std::nullopt;
  return pure_optional{self.value + op.amount};
}

struct in_place_effects {
  using operation = add;
  using effect = std::string;
  int value = 0;
};
bool reduce(in_place_effects& self, const add& op, libsync::effects<in_place_effects>& asked) {
  asked.emit("add " + std::to_string(op.amount));
  if (op.amount < 0)
    return false;
  self.value += op.amount;
  return true;
}

struct pure_effects {
  using operation = add;
  using effect = std::string;
  int value = 0;
};
std::optional<pure_effects> reduce(const pure_effects& self, const add& op,
                                   libsync::effects<pure_effects>& asked) {
  asked.emit("add " + std::to_string(op.amount));
  if (op.amount < 0)
    throw std::invalid_argument("negative");
  return pure_effects{self.value + op.amount};
}

// Some alternatives may fail and some not, some have effects and some not.
struct subtract {
  int amount;
};
struct mixed {
  using operation = std::variant<add, subtract>;
  using effect = int;
  int value = 0;
};
void reduce(mixed& self, const add& op) {
  self.value += op.amount;
}
std::optional<mixed> reduce(const mixed& self, const subtract& op, libsync::effects<mixed>& asked) {
  if (op.amount > self.value)
    return std::nullopt;
  asked.emit(op.amount);
  return mixed{self.value - op.amount};
}

static_assert(libsync::reduces_in_place<in_place_void, add>);
static_assert(libsync::reduces_in_place<in_place_bool, add>);
static_assert(libsync::reduces_in_place<in_place_outcome, add>);
static_assert(libsync::reduces_in_place<in_place_effects, add>);
static_assert(libsync::reduces_purely<pure, add>);
static_assert(libsync::reduces_purely<pure_optional, add>);
static_assert(libsync::reduces_purely<pure_effects, add>);
static_assert(!libsync::reduces<mixed, mixed::operation>);
static_assert(!libsync::invertible<pure>);

} // namespace

namespace invertible_example {
struct data {
  using operation = int;
  int value = 0;
};
void reduce(data& self, int by) {
  self.value += by;
}
int inverse(const data&, int by) {
  return -by;
}
} // namespace invertible_example

static_assert(libsync::invertible<invertible_example::data>);

TEMPLATE_TEST_CASE("every form of a reducer is applied", "[reducer]", in_place_void, in_place_bool,
                   in_place_outcome, pure, pure_optional, in_place_effects, pure_effects) {
  TestType data{1};
  const auto result = libsync::reducer<TestType>::step(data, add{2});
  CHECK(result.accepted());
  CHECK(result.reason().empty());
  CHECK(data.value == 3);
}

TEMPLATE_TEST_CASE("every form that may refuse leaves the data as they were", "[reducer]",
                   in_place_bool, in_place_outcome, pure_optional, in_place_effects, pure_effects) {
  TestType data{1};
  const auto result = libsync::reducer<TestType>::step(data, add{-1});
  CHECK_FALSE(result.accepted());
  CHECK_FALSE(result.reason().empty());
  CHECK(data.value == 1);
}

TEST_CASE("a refusal says the reducer's own reason", "[reducer]") {
  in_place_outcome data;
  CHECK(libsync::reducer<in_place_outcome>::step(data, add{-1}).reason() ==
        "the amount is negative");
  CHECK(libsync::refused("").reason() == "refused");
}

TEST_CASE("a reducer that throws is a refusal", "[reducer]") {
  tape::data data{{1, 2}};
  const auto result = libsync::reducer<tape::data>::step(data, tape::fail{});
  CHECK(result.reason() == "threw: the reducer is broken");
  CHECK(data.values == std::vector<std::int64_t>{1, 2});
  pure_effects other;
  CHECK(libsync::reducer<pure_effects>::step(other, add{-1}).reason() == "threw: negative");
}

namespace throwing {

/// Its text takes memory that may not be there.
struct error : std::exception {
  const char* what() const noexcept override {
    return "a text that is too long for a short string";
  }
};
struct harm {};
struct harmless {
  static constexpr bool throws_cleanly = true;
};
struct data {
  using operation = std::variant<harm, harmless>;
  int value = 0;
};
void reduce(data& self, const harm&) {
  self.value = 1;
  throw error{};
}
void reduce(data&, const harmless&) {
  throw error{};
}

struct pure {
  using operation = harm;
  int value = 0;
};
pure reduce(const pure&, const harm&) {
  throw error{};
}

/// Cannot be put in place surely.
struct heavy {
  using operation = harm;
  heavy() = default;
  heavy(const heavy&) = default;
  heavy& operator=(const heavy&) noexcept(false);
};
heavy& heavy::operator=(const heavy&) noexcept(false) = default;
heavy reduce(const heavy&, const harm&) {
  throw error{};
}

} // namespace throwing

TEST_CASE("a reducer that throws leaves the data unknown, unless it is pure or throws cleanly",
          "[reducer][throws]") {
  const auto step = [](auto data, const auto& op) {
    const auto why = libsync::reducer<decltype(data)>::step(data, op);
    CHECK(why.threw());
    CHECK_FALSE(why.accepted());
    return why.leaves_data_unknown();
  };
  using operation = throwing::data::operation;
  CHECK(step(throwing::data{}, operation{throwing::harm{}}));
  CHECK_FALSE(step(throwing::data{}, operation{throwing::harmless{}}));
  CHECK_FALSE(step(throwing::pure{}, throwing::harm{}));
  CHECK(step(throwing::heavy{}, throwing::harm{}));
  CHECK_FALSE(step(tape::data{}, tape::data::operation{tape::fail{}}));
  in_place_outcome refusing;
  const auto refused = libsync::reducer<in_place_outcome>::step(refusing, add{-1});
  CHECK_FALSE(refused.threw());
  CHECK_FALSE(refused.leaves_data_unknown());
}

TEST_CASE("a throw is told without memory, too", "[reducer][throws][failing]") {
  throwing::pure data;
  failing::allocations().start(1);
  const auto why = libsync::reducer<throwing::pure>::step(data, throwing::harm{});
  failing::allocations().stop();
  CHECK(failing::allocations().fired());
  CHECK(why.reason() == "threw: out of memory");
  CHECK(libsync::reducer<throwing::pure>::step(data, throwing::harm{}).reason() ==
        "threw: a text that is too long for a short string");
}

TEST_CASE("many operations are applied up to the first that is refused or throws", "[reducer]") {
  for (const tape::data::operation& bad :
       {tape::data::operation{tape::drop{}}, tape::data::operation{tape::fail{}}})
    for (std::size_t size = 0; size <= 20; ++size)
      for (std::size_t place = 0; place <= size; ++place) {
        // `drop` is refused where nothing was appended before, so what goes before it is a pair.
        std::vector<tape::data::operation> all;
        for (std::size_t i = 0; i < size; ++i)
          all.emplace_back(i % 2 == 0 ? tape::data::operation{tape::append{1}} : tape::drop{});
        const std::size_t at = place - place % 2;
        all.insert(all.begin() + static_cast<std::ptrdiff_t>(at), bad);
        tape::data data;
        libsync::outcome why;
        REQUIRE(libsync::reducer<tape::data>::apply(data, all, {}, why) == at);
        REQUIRE_FALSE(why);
        REQUIRE(data.values.empty());
        all.erase(all.begin() + static_cast<std::ptrdiff_t>(at));
        why = libsync::accepted();
        REQUIRE(libsync::reducer<tape::data>::apply(data, all, {}, why) == size);
        REQUIRE(why);
        REQUIRE(data.values.size() == size % 2);
      }
}

TEST_CASE("effects of refused operations are dropped", "[reducer]") {
  in_place_effects data;
  libsync::effects<in_place_effects> asked;
  for (const int amount : {1, -1, 2})
    static_cast<void>(libsync::reducer<in_place_effects>::step(data, add{amount}, asked));
  CHECK(std::vector<std::string>(asked.begin(), asked.end()) ==
        std::vector<std::string>{"add 1", "add 2"});
}

TEST_CASE("each alternative of a variant has its own reducer", "[reducer]") {
  mixed data;
  libsync::effects<mixed> asked;
  CHECK(libsync::reducer<mixed>::step(data, add{5}, asked));
  CHECK(libsync::reducer<mixed>::step(data, subtract{2}, asked));
  CHECK_FALSE(libsync::reducer<mixed>::step(data, subtract{9}, asked));
  CHECK(data.value == 3);
  CHECK(asked.size() == 1);
}

namespace valueless {
struct breaks {
  breaks() = default;
  breaks(const breaks&) { throw 1; }
  breaks& operator=(const breaks&) = default;
};
struct data {
  using operation = std::variant<int, breaks>;
  int value = 0;
};
void reduce(data& self, int by) {
  self.value += by;
}
void reduce(data& self, const breaks&) {
  self.value = -1;
}
} // namespace valueless

TEST_CASE("a variant that lost its value is refused", "[reducer]") {
  valueless::data::operation op{1};
  try {
    op.emplace<1>(valueless::breaks{});
  } catch (int) {
    // that is how it loses its value
  }
  REQUIRE(op.valueless_by_exception());
  valueless::data data;
  CHECK(libsync::reducer<valueless::data>::step(data, op).reason() == "the operation has no value");
  CHECK(data.value == 0);
}
