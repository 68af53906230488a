#include <optional>

#include "support/catch.hpp"
#include "support/presence_world.hpp"

using libsync::client_id;
using libsync::epoch_id;
using presence::shown;
using presence::world;

TEST_CASE("whoever joins twice, or in an epoch that began in place, is sent rounds", "[presence]") {
  world at{2};
  at.join(0, false);
  at.join(1, false);
  at.show(0, 1);
  at.settle();
  SECTION("a request to join that comes twice") {
    at.board.join(1);
    at.settle();
  }
  SECTION("an epoch of which the board was not told") {
    at.show(0, std::nullopt);
    at.settle();
    at.epoch = epoch_id{2};
    at.join(1, true);
    at.settle();
  }
  at.clients[0].id.reset();
  at.join(0, true);
  at.show(0, 2);
  at.settle();
  CHECK(shown(at.clients[1].copy.seen()) == at.expected());
}

TEST_CASE("a clock that was set back ends the pause", "[presence]") {
  world at{2};
  at.join(0, false);
  at.join(1, false);
  at.now = 1'000'000;
  at.settle();
  at.show(0, 1);
  at.up(0);
  at.board.round(at.epoch, at.now + 3, at.who(), at); // not yet
  CHECK(at.clients[1].down.empty());
  at.board.round(at.epoch, 5, at.who(), at);
  CHECK(at.clients[1].down.size() == 1);
}

TEST_CASE("a client sees others and itself, and nobody while it is no member", "[presence]") {
  world at{2};
  at.join(0, false);
  at.join(1, false);
  at.show(0, 10);
  at.show(1, 20);
  at.settle();
  const auto seen = at.clients[1].copy.shown();
  REQUIRE(seen.size() == 2);
  CHECK(seen.begin()->by == client_id{1});
  CHECK(*seen.find(client_id{1})->value == 10);
  CHECK(*seen.own()->value == 20);
  CHECK(seen.is_own(*seen.own()));
  CHECK_FALSE(seen.is_own(*seen.begin()));
  CHECK(seen == at.clients[1].copy.shown());
  at.leave(1);
  const auto later = at.clients[1].copy.shown();
  CHECK_FALSE(later.is_known());
  CHECK(later.empty());
  CHECK(later.begin() == later.end());
  CHECK(later.own() == nullptr);
  CHECK(later != seen);
}
