#include "libsync/actors/deadline.hpp"

#include <chrono>
#include <limits>

#include "support/catch.hpp"

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::steady_clock;

TEST_CASE("a duration that another unit cannot hold becomes the longest or shortest of it",
          "[deadline]") {
  using libsync::saturated;
  STATIC_REQUIRE(saturated<nanoseconds>(milliseconds{3}) == nanoseconds{3'000'000});
  STATIC_REQUIRE(saturated<milliseconds>(nanoseconds{3'000'001}) == milliseconds{4});
  STATIC_REQUIRE(saturated<nanoseconds>(milliseconds{-3}) == nanoseconds{-3'000'000});
  STATIC_REQUIRE(saturated<nanoseconds>(milliseconds::max()) == nanoseconds::max());
  STATIC_REQUIRE(saturated<nanoseconds>(milliseconds::min()) == nanoseconds::min());
  STATIC_REQUIRE(saturated<nanoseconds>(hours::max()) == nanoseconds::max());
  STATIC_REQUIRE(saturated<nanoseconds>(nanoseconds::max()) == nanoseconds::max());
  STATIC_REQUIRE(saturated<nanoseconds>(nanoseconds::min()) == nanoseconds::min());
  using seconds = std::chrono::duration<double>;
  CHECK(saturated<nanoseconds>(seconds{std::numeric_limits<double>::infinity()}) ==
        nanoseconds::max());
  CHECK(saturated<nanoseconds>(seconds{std::numeric_limits<double>::quiet_NaN()}) ==
        nanoseconds::zero());
}

TEST_CASE("patience ends at once where there is none, and never where it is endless",
          "[deadline]") {
  using libsync::deadline_after;
  const auto before = steady_clock::now();
  for (const auto none : {milliseconds{0}, milliseconds{-1}, milliseconds::min()})
    CHECK(deadline_after(none) <= steady_clock::now());
  CHECK(deadline_after(hours::min()) <= steady_clock::now());
  CHECK(deadline_after(hours{1}) >= before + hours{1});
  for (const auto endless : {milliseconds::max(), milliseconds{hours{24 * 365 * 200}}})
    CHECK(deadline_after(endless) >= before + hours{24 * 365 * 100});
  CHECK(deadline_after(hours::max()) >= before + hours{24 * 365 * 100});
}
