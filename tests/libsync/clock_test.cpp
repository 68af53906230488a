#include "libsync/clock.hpp"

#include "libsync/statebox/stamp.hpp"

#include "support/catch.hpp"

TEST_CASE("a clock never steps back", "[clock]") {
  libsync::clock clock;
  CHECK(clock.not_before(5) == 5);
  CHECK(clock.not_before(3) == 5);
  CHECK(clock.not_before(6) == 6);
  const auto now = clock.now();
  CHECK(now > 1'600'000'000'000); // in milliseconds
  CHECK(now < 16'000'000'000'000);
  CHECK(clock.not_before(now - 1) == now);
}

TEST_CASE("a random origin is new", "[clock]") {
  const auto one = libsync::random_origin();
  CHECK(one != libsync::origin::none);
  CHECK(one != libsync::random_origin());
}

TEST_CASE("stamps are ordered by time, then by origin", "[clock]") {
  using libsync::origin;
  using libsync::stamp;
  CHECK(stamp{1, origin{9}} < stamp{2, origin{1}});
  CHECK(stamp{1, origin{1}} < stamp{1, origin{2}});
  CHECK(stamp{} < stamp{0, origin{}});
}
