#include "libsync/reason.hpp"

#include <cstddef>
#include <new>
#include <sstream>
#include <string>
#include <utility>

#include "support/catch.hpp"
#include "support/failing.hpp"

using namespace libsync::literals;
using libsync::reason;

TEST_CASE("a reason is a text that compares, prints and joins as one", "[reason]") {
  const reason none;
  CHECK(none.empty());
  CHECK(none == reason{""});
  const reason made{std::string{"too late"}};
  CHECK(made == "too late");
  CHECK(made == "too late"_reason);
  CHECK_FALSE(made == none);
  CHECK("refused: " + made == "refused: too late");
  CHECK(made + ", by far" == "too late, by far");
  std::ostringstream out;
  out << made;
  CHECK(out.str() == "too late");
  CHECK(std::string{made} == "too late");
}

TEST_CASE("copying a reason, and a literal, allocate nothing", "[reason]") {
  const reason long_one{std::string(1000, 'x')};
  const auto failed = failing::each_allocation([&](auto arm) {
    CHECK(arm([&] {
      // NOLINTNEXTLINE(performance-unnecessary-copy-initialization): that is the case
      const reason copy = long_one;
      const auto literal = "a literal that is longer than any small string"_reason;
      reason other = literal;
      other = copy;
    }));
  });
  CHECK(failed == 0);
}

TEST_CASE("each allocation, and each copy, fails in its turn", "[reason]") {
  std::size_t whole = 0;
  const auto failed = failing::each_allocation([&](auto arm) {
    whole += arm([] {
      ::operator delete(::operator new(1));
      ::operator delete(::operator new(1));
    });
  });
  CHECK(failed == 2);
  CHECK(whole == 1);
  const failing::value<int> one{1};
  CHECK(failing::each_transfer([&](auto arm) {
          arm([&] {
            auto copy = one;
            copy = one;
            const auto moved = std::move(copy);
          });
        }) == 3);
}
