#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "support/catch.hpp"
#include "support/failing.hpp"
#include "support/law.hpp"
#include "support/presence_world.hpp"

using libsync::client_id;
using presence::shown;
using presence::world;

TEST_CASE("members see what all show, and nothing of whoever has gone", "[presence]") {
  world at{3};
  for (std::size_t i = 0; i < 3; ++i)
    at.join(i, false);
  at.show(0, 10);
  at.show(1, 20);
  at.settle();
  for (auto& one : at.clients)
    CHECK(shown(one.copy.seen()) == at.expected());
  at.show(0, std::nullopt);
  at.leave(1);
  at.show(2, 30);
  at.settle();
  CHECK(shown(at.clients[0].copy.seen()) == std::map<client_id, int>{{client_id{3}, 30}});
  CHECK(at.clients[1].copy.seen() == nullptr);
  at.show(0, 11);
  at.settle();
  CHECK(shown(at.clients[2].copy.seen()) == at.expected());
}

TEST_CASE("the first value is shown at once, and others after a pause", "[presence]") {
  world at{2};
  at.join(0, false);
  at.join(1, false);
  at.settle();
  at.show(0, 1);
  at.up(0);
  const auto first = at.board.due();
  REQUIRE(first);
  at.board.round(at.epoch, at.now, at.who(), at); // too early
  CHECK(at.clients[1].down.empty());
  at.tick();
  CHECK(at.clients[1].down.size() == 1);
  CHECK_FALSE(at.board.due());
  at.now += 1000;
  at.down(0);
  at.show(0, 2);
  at.up(0);
  at.up(0);
  REQUIRE(at.board.due());
  CHECK(*at.board.due() <= at.now); // there was a pause already
}

TEST_CASE("a fast writer has one value under way, and a slow reader one round", "[presence]") {
  world at{2};
  at.join(0, false);
  at.join(1, false);
  at.settle();
  for (int i = 0; i < 100; ++i) {
    at.show(0, i);
    CHECK(at.clients[0].up.size() <= 2); // and that the round before was seen
    at.up(0);
    at.up(0);
    at.tick();
    at.down(0);
    CHECK(at.clients[1].down.size() <= 1);
  }
  at.settle();
  CHECK(shown(at.clients[1].copy.seen()) == std::map<client_id, int>{{client_id{1}, 99}});
}

TEST_CASE("what anybody shows reaches all who stay, and ghosts nobody", "[presence][law]") {
  check_law("what anybody shows reaches all who stay, and ghosts nobody", [] {
    world at{1 + *rc::gen::inRange<std::size_t>(0, 5)};
    int value = 0;
    for (const auto step :
         *rc::gen::container<std::vector<unsigned>>(rc::gen::arbitrary<unsigned>())) {
      const std::size_t which = step / 16 % at.clients.size();
      auto& one = at.clients[which];
      switch (step % 16) {
      case 0:
        at.join(which, step / 1024 % 2 == 0);
        break;
      case 1:
        at.leave(which);
        break;
      case 2:
        if (one.id) {
          one.is_suspended = true;
          at.board.notice();
        }
        break;
      case 3:
        at.cut(which);
        one.copy.leave();
        break;
      case 4:
        if (step / 1024 % 4 == 0)
          at.begin_epoch();
        break;
      case 5:
        at.show(which, std::nullopt);
        break;
      case 6:
      case 7:
      case 8:
        at.show(which, ++value);
        break;
      case 9:
      case 10:
        at.tick();
        break;
      case 11:
      case 12:
      case 13:
        at.up(which);
        break;
      default:
        at.down(which);
      }
      for (const auto& each : at.clients) {
        RC_ASSERT(each.down.size() <= 1);
        RC_ASSERT(each.up.size() <= 2); // a value, and that a round was seen
        for (const auto& [by, what] : shown(each.copy.seen()))
          RC_ASSERT(static_cast<std::uint64_t>(by) <= at.names && what <= value);
      }
    }
    // Whoever is cut off joins again, as all do in the end.
    for (std::size_t i = 0; i < at.clients.size(); ++i)
      if (at.clients[i].id)
        at.join(i, false);
    at.settle();
    for (const auto& one : at.clients)
      if (one.id)
        RC_ASSERT(shown(one.copy.seen()) == at.expected());
  });
}

TEST_CASE("a round for which memory runs out is made later", "[presence]") {
  failing::each_allocation([](auto arm) {
    world at{3};
    const failing::paused own{failing::allocations()};
    for (std::size_t i = 0; i < 3; ++i)
      at.join(i, false);
    at.settle();
    at.show(0, 1);
    at.up(0);
    arm([&] { at.tick(); });
    for (std::size_t i = 0; i < 3; ++i) // what may not have been sent counts as not sent
      CHECK(at.clients[i].down.size() <= 1);
    at.settle();
    CHECK(shown(at.clients[1].copy.seen()) == at.expected());
  });
}
