// That numbers with a fraction, which a user's data hold, are sent as they are.

#include "libsync/actors/inspect_statebox.hpp"

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/sent_box.hpp"
#include "support/wire.hpp"

namespace measures {

struct measure {
  float single = 0;
  double fraction = 0;
  long double wide = 0;

  friend auto operator<=>(const measure&, const measure&) = default;
};

struct record {
  using operation = measure;
  std::vector<measure> all;
  friend bool operator==(const record&, const record&) = default;
};

inline void reduce(record& data, const measure& op) {
  data.all.push_back(op);
}

template <class Inspector>
auto inspect(Inspector& with, measure& one) {
  return wire::members(with, one.single, one.fraction, one.wide);
}

template <class Inspector>
auto inspect(Inspector& with, record& data) {
  return wire::members(with, data.all);
}

/// A number of each width.
struct counts {
  std::int8_t a = 0;
  std::uint8_t b = 0;
  std::int16_t c = 0;
  std::uint16_t d = 0;
  std::int32_t e = 0;
  std::uint32_t f = 0;
  std::int64_t g = 0;
  std::uint64_t h = 0;
  bool i = false;

  friend auto operator<=>(const counts&, const counts&) = default;
};

struct register_of_counts {
  using operation = counts;
  counts all;
  friend bool operator==(const register_of_counts&, const register_of_counts&) = default;
};

inline void reduce(register_of_counts& data, const counts& op) {
  data.all = op;
}

template <class Inspector>
auto inspect(Inspector& with, counts& one) {
  return wire::members(with, one.a, one.b, one.c, one.d, one.e, one.f, one.g, one.h, one.i);
}

template <class Inspector>
auto inspect(Inspector& with, register_of_counts& data) {
  return wire::members(with, data.all);
}

// The same of each width.
template <template <class> class Value>
counts of_each() {
  return {Value<std::int8_t>::value,   Value<std::uint8_t>::value,  Value<std::int16_t>::value,
          Value<std::uint16_t>::value, Value<std::int32_t>::value,  Value<std::uint32_t>::value,
          Value<std::int64_t>::value,  Value<std::uint64_t>::value, true};
}
template <class Number>
struct smallest {
  static constexpr Number value = std::numeric_limits<Number>::min();
};
template <class Number>
struct largest {
  static constexpr Number value = std::numeric_limits<Number>::max();
};

} // namespace measures

namespace {

using box = libsync::statebox<measures::record>;

// The same number as each kind that holds it.
template <class Number>
measures::measure of(Number value) {
  return {static_cast<float>(value), static_cast<double>(value), value};
}

template <class Number>
constexpr auto infinity = std::numeric_limits<Number>::infinity();

} // namespace

TEST_CASE("numbers with a fraction are sent as they are, however large or small", "[inspect]") {
  for (const auto& one :
       {of(0.0), of(1.0), of(-0.1), of(1 / 3.0), of(1e30), of(-1e-30),
        of(std::numeric_limits<float>::max()), of(std::numeric_limits<float>::min()),
        of(infinity<double>), of(-infinity<double>)}) {
    box sent;
    REQUIRE(sent.record(1, one));
    wire::check_round_trip(sent);
  }
}

TEST_CASE("whole numbers of each width are sent as they are", "[inspect]") {
  using measures::of_each;
  for (const auto& one : {of_each<measures::smallest>(), of_each<measures::largest>(),
                          measures::counts{1, 2, 3, 4, 5, 6, 7, 8}}) {
    libsync::statebox<measures::register_of_counts> sent;
    REQUIRE(sent.record(1, one));
    wire::check_round_trip(sent);
  }
}

TEST_CASE("what is not a number is sent as that", "[inspect]") {
  box sent;
  REQUIRE(sent.record(1, of(std::numeric_limits<double>::quiet_NaN())));
  box came;
  REQUIRE(wire::read(wire::bytes_of(sent), came) == "");
  const auto& one = came.value().all.at(0);
  CHECK(one.single != one.single);
  CHECK(one.fraction != one.fraction);
  CHECK(one.wide != one.wide);
}

#if LIBSYNC_CAF_VERSION < 18 // later versions have a writer of their own
TEST_CASE("the smallest numbers are sent as they are, and zero with its sign", "[inspect]") {
  using limits = std::numeric_limits<double>;
  box sent;
  REQUIRE(sent.record(1, measures::measure{std::numeric_limits<float>::denorm_min(),
                                           limits::denorm_min(),
                                           std::numeric_limits<long double>::denorm_min()}));
  REQUIRE(
      sent.record(2, measures::measure{-std::numeric_limits<float>::min() / 3, -limits::min() / 3,
                                       std::numeric_limits<long double>::max()}));
  wire::check_round_trip(sent);
  box zero;
  REQUIRE(zero.record(1, of(-0.0)));
  const auto bytes = wire::bytes_of(zero);
  box came;
  REQUIRE(wire::read(bytes, came) == "");
  CHECK(wire::bytes_of(came) == bytes);
  CHECK(1 / came.value().all.at(0).fraction == -infinity<double>);
}
#endif

TEST_CASE("a text in the place of a number is refused", "[inspect]") {
  box sent;
  REQUIRE(sent.record(1, of(1.5)));
  for (const std::string text : {"", "x", "1.5x", " 1", "1e9999"}) {
    wire::sent_box changed{wire::bytes_of(sent)};
    auto& value = changed.parts.at(1);
    REQUIRE(value.ends_with(std::string{'\3'} + "1.5"));
    value.resize(value.size() - 4);
    value += static_cast<char>(text.size());
    value += text;
    CHECK_THAT(wire::error_of<box>(changed.sealed()),
               Catch::Matchers::Contains("expected a number in it"));
  }
}
