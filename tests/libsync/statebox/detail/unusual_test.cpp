#include <compare>
#include <cstddef>
#include <string>
#include <utility>
#include <variant>

#include "libsync/statebox/composite.hpp"
#include "libsync/statebox/counter.hpp"
#include "libsync/statebox/detail/compare.hpp"
#include "libsync/statebox/detail/sound.hpp"
#include "libsync/statebox/stamp.hpp"
#include "support/catch.hpp"

namespace {

struct breaks {
  breaks() = default;
  breaks(const breaks&) { throw 1; }
  breaks& operator=(const breaks&) = default;
};
using operation = std::variant<libsync::counter::increment, breaks>;

template <std::size_t Alternative, class Variant, class Value>
void break_by(Variant& one, const Value& value) {
  try {
    one.template emplace<Alternative>(value);
  } catch (int) {
    // that is how it loses its value
  }
  REQUIRE(one.valueless_by_exception());
}

// Is ordered by `<` only.
struct size {
  int held = 0;
  friend bool operator<(const size& left, const size& right) { return left.held < right.held; }
};

} // namespace

TEST_CASE("an operation that lost its value is refused wherever it is looked at", "[statebox]") {
  operation op;
  break_by<1>(op, breaks{});
  CHECK(libsync::detail::check_sound(op, 3).reason() == "the operation has no value");
  libsync::composite<breaks> made{libsync::composite<breaks>::list{}};
  break_by<0>(made.what, breaks{});
  CHECK(libsync::detail::check_sound(made, 3).reason() == "the operation has no value");
}

TEST_CASE("a counter that holds a time beyond the horizon is not sound", "[statebox]") {
  libsync::counter one;
  CHECK(libsync::detail::check_sound(one, 1));
  reduce(one, libsync::counter::increment{libsync::stamp::none, libsync::detail::farthest, 1, 1});
  CHECK(libsync::detail::check_sound(one, 1));
  reduce(one,
         libsync::counter::increment{libsync::stamp::none, libsync::detail::farthest + 1, 1, 1});
  CHECK_FALSE(libsync::detail::check_sound(one, 1));
}

TEST_CASE("values without `<=>` are ordered by `<`", "[statebox]") {
  const libsync::detail::order_of_values order;
  CHECK(order(size{1}, size{2}) == std::weak_ordering::less);
  CHECK(order(size{2}, size{1}) == std::weak_ordering::greater);
  CHECK(order(size{2}, size{2}) == std::weak_ordering::equivalent);
}
