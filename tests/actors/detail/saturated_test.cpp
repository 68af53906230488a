#include "libsync/actors/detail/saturated.hpp"

#include <chrono>
#include <limits>

#include "support/catch.hpp"

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

TEST_CASE("a duration that another unit cannot hold becomes that unit's longest or shortest",
          "[saturated]") {
  using libsync::detail::saturated;
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
