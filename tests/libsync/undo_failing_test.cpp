#include <cstddef>

#include "support/board.hpp"
#include "support/catch.hpp"
#include "support/failing.hpp"
#include "support/undo_world.hpp"

using board::put;

TEST_CASE("whichever allocation of an undo fails, nothing is half undone, and nothing hangs",
          "[undo][failing]") {
  std::size_t undone = 0;
  const auto failed = failing::each_allocation([&](auto arm) {
    undo_world<board::data> at{2};
    at[1].submit(put{9, 9, {}});
    at.settle();
    auto& user = at[0];
    int place = 0;
    const auto once = [&](auto call) {
      if (!arm(call))
        user.client.recover(user.out);
    };
    for (int i = 0; i < 3; ++i) {
      once([&] { user.submit(put{place++, 1, {}}); });
      const auto before = user.undo.can_undo();
      once([&] { static_cast<void>(user.go_back()); });
      CHECK(user.undo.can_undo() + 1 >= before);
      once([&] { user.submit(put{place++, 1, {}}); });
      once([&] { static_cast<void>(user.go_on()); });
      at.send(0);
      at.flush();
      for (bool goes_on = true; goes_on;)
        once([&] { goes_on = at.receive(0); });
      at.settle();
    }
    CHECK(user.undo.waiting() == 0);
    CHECK(user.shown() == at.server.data());
    CHECK(at[1].shown() == at.server.data());
    // What is left can be undone, unless it was seen inside a snapshot.
    while (user.undo.can_undo() != 0) {
      undone += user.go_back() ? 1 : 0;
      at.settle();
    }
    CHECK(user.undo.waiting() == 0);
    CHECK(user.shown() == at.server.data());
    CHECK(at.server.data().find(9) == 9);
  });
  CHECK(failed > 20);
  CHECK(undone > 20);
}
