// That numbers with a fraction, which a user's data hold, are sent as they are.

#include "libsync/actors/inspect_statebox.hpp"

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
