#include "libsync/actors/load/detail/agreement.hpp"

#include <cstdint>
#include <ostream>

#include "load/sums.hpp"
#include "support/catch.hpp"

namespace {

struct digested {
  int shown;
  int hidden;
  friend std::uint64_t digest(const digested& one) { return static_cast<std::uint64_t>(one.shown); }
  friend bool operator==(const digested&, const digested&) = default;
};

struct printed {
  int shown;
  friend std::ostream& operator<<(std::ostream& out, const printed& one) {
    return out << one.shown;
  }
};

} // namespace

TEST_CASE("copies are compared by digest, by == or by <<", "[load]") {
  CHECK(libsync::detail::are_equal(digested{1, 1}, digested{1, 2}));
  CHECK_FALSE(libsync::detail::are_equal(digested{1, 1}, digested{2, 1}));
  CHECK(libsync::detail::are_equal(sum{1}, sum{1}));
  CHECK_FALSE(libsync::detail::are_equal(sum{1}, sum{2}));
  CHECK(libsync::detail::are_equal(printed{1}, printed{1}));
  CHECK_FALSE(libsync::detail::are_equal(printed{1}, printed{2}));
}
