#include <cstddef>
#include <limits>

#include "libsync/undo.hpp"
#include "support/board.hpp"
#include "support/catch.hpp"
#include "support/undo_world.hpp"

using board::put;

TEST_CASE("each limit of undo is the least, the greatest, or below 0", "[undo][options][limits]") {
  constexpr auto greatest = std::numeric_limits<std::size_t>::max();
  using time = std::numeric_limits<libsync::timestamp>;
  libsync::replica<board::data, libsync::optimistic> client;
  CHECK_THROWS_WITH((libsync::undo_stack<board::data>{client, {.steps = 0}}),
                    "libsync::undo_limits: `steps` is 0, expected at least 1");
  for (const std::size_t steps : {std::size_t{1}, greatest})
    for (const libsync::timestamp together :
         {time::min(), libsync::timestamp{-1}, libsync::timestamp{0}, libsync::timestamp{1},
          time::max()}) {
      undo_world<board::data> at{1, {steps, together}};
      int place = 0;
      for (const auto when :
           {time::min(), libsync::timestamp{0}, libsync::timestamp{1}, time::max()})
        at[0].submit(put{place++, 1, {}}, when);
      at.settle();
      // One step while they come soon after each other; and the first comes after nothing.
      const std::size_t made = together <= 0 ? 4 : together == 1 ? 3 : 2;
      CHECK(at[0].undo.can_undo() == (steps == 1 ? 1 : made));
      while (at[0].undo.can_undo() != 0) {
        CHECK(at[0].go_back());
        at.settle();
      }
      CHECK(at[0].shown().numbers.size() == (steps != 1      ? 0
                                             : together <= 0 ? 3
                                             : together == 1 ? 3
                                                             : 1));
    }
}
