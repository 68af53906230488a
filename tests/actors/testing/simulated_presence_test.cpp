#include <string>

#include "libsync/actors/testing/simulate_actors.hpp"
#include "support/catch.hpp"
#include "support/whiteboard.hpp"

using libsync::testing::simulate_actors;
using whiteboard::board;

namespace {

int draw(const board&, libsync::testing::random& choices) {
  return static_cast<int>(choices.below(3));
}

bool is_sound(const board& data) {
  return data.strokes >= 0;
}

} // namespace

TEST_CASE("simulated clients see in the end what all who live show, and no ghost",
          "[testing][presence]") {
  libsync::testing::simulation_options<board> how{.seeds = 60, .submissions = 120};
  SECTION("of values that are made of nothing") {}
  SECTION("of values that are made") {
    how.show = [](libsync::testing::random& choices) {
      return whiteboard::cursor{static_cast<int>(choices.below(100)), 0};
    };
  }
  const auto told = simulate_actors<board>(how, draw, is_sound);
  INFO(told);
  CHECK(told);
}
