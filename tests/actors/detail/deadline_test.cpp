#include "libsync/actors/detail/deadline.hpp"

#include <chrono>
#include <limits>

#include "libsync/actors/patience.hpp"
#include "support/catch.hpp"

using libsync::patience;
using libsync::detail::deadline_after;
using std::chrono::steady_clock;

namespace {

template <class Duration>
bool ends_after(Duration patience, std::chrono::nanoseconds expected) {
  const auto before = steady_clock::now();
  const auto deadline = deadline_after(patience);
  return deadline >= before + expected && deadline <= steady_clock::now() + expected;
}

} // namespace

TEST_CASE("a deadline is never before now and never overflows", "[deadline]") {
  const auto ever = steady_clock::time_point::max();
  for (const auto none : {std::chrono::hours{0}, std::chrono::hours{-1}, std::chrono::hours::min()})
    CHECK(ends_after(none, {}));
  CHECK(ends_after(std::chrono::nanoseconds::min(), {}));
  CHECK(ends_after(std::chrono::nanoseconds{1}, std::chrono::nanoseconds{1}));
  CHECK(ends_after(std::chrono::hours{1}, std::chrono::hours{1}));
  CHECK(deadline_after(std::chrono::hours{24 * 365 * 99}) < ever);
  for (const auto most : {std::chrono::hours{24 * 365 * 100}, std::chrono::hours::max()})
    CHECK(deadline_after(most) == ever);
  CHECK(deadline_after(std::chrono::nanoseconds::max()) == ever);
  using seconds = std::chrono::duration<double>;
  CHECK(deadline_after(seconds{std::numeric_limits<double>::infinity()}) == ever);
  CHECK(ends_after(seconds{std::numeric_limits<double>::quiet_NaN()}, {}));
}

TEST_CASE("patience is for ever, none, or limited", "[deadline]") {
  CHECK(patience{libsync::when_full::wait}.waits());
  CHECK_FALSE(patience{libsync::when_full::wait}.is_limited());
  CHECK_FALSE(patience{libsync::when_full::answer}.waits());
  CHECK(patience{std::chrono::seconds{1}}.is_limited());
  CHECK(patience{std::chrono::seconds{-1}}.is_limited());
  CHECK_FALSE(patience{std::chrono::hours::max()}.is_limited());
  const auto when = steady_clock::now();
  CHECK(patience{when}.until() == when);
}
