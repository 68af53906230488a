#include <string>
#include <type_traits>

#include "libsync/watch.hpp"
#include "support/catch.hpp"

namespace {

struct place {
  int x = 0;
  int y = 0;
};
struct figure {
  place where;
  std::string name;
};
struct game {
  figure hero;
};

} // namespace

TEST_CASE("a path leads to a nested member, which is not copied", "[watch]") {
  const game data{{{3, 4}, "Ada"}};
  CHECK(&libsync::path(&game::hero, &figure::where, &place::y)(data) == &data.hero.where.y);
  CHECK(&libsync::path(&game::hero)(data) == &data.hero);
  constexpr auto name = libsync::path(&game::hero, &figure::name);
  CHECK(name(data) == "Ada");
  STATIC_REQUIRE(std::is_same_v<libsync::projected<decltype(name), game>, std::string>);
}

TEST_CASE("what is projected is the value, whatever makes it", "[watch]") {
  const auto twice = [](const game& data) { return 2 * data.hero.where.x; };
  STATIC_REQUIRE(std::is_same_v<libsync::projected<decltype(twice), game>, int>);
  STATIC_REQUIRE(std::is_same_v<libsync::projected<decltype(&game::hero), game>, figure>);
  STATIC_REQUIRE_FALSE(libsync::projection<decltype(&place::x), game>);
}
