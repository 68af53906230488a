// What clients of several processes show each other.

#include <cstdint>
#include <thread>
#include <vector>

#include "libsync/actors/session.hpp"
#include "libsync/network/connect.hpp"
#include "libsync/network/publish.hpp"
#include "libsync/network/runtime.hpp"
#include "support/catch.hpp"

namespace {

namespace network = libsync::network;

struct point {
  std::int32_t x = 0;

  template <class Inspector>
  friend auto inspect(Inspector& with, point& self) {
    if constexpr (requires { with.object(self); })
      return with.object(self).fields(with.field("x", self.x));
    else
      return with(self.x);
  }
};

struct board {
  using operation = point;
  using presence = point;
  std::vector<std::int32_t> drawn;

  template <class Inspector>
  friend auto inspect(Inspector& with, board& self) {
    if constexpr (requires { with.object(self); })
      return with.object(self).fields(with.field("drawn", self.drawn));
    else
      return with(self.drawn);
  }
};

void reduce(board& data, const point& op) {
  data.drawn.push_back(op.x);
}

std::vector<std::int32_t> seen_by(const libsync::session<board>& who) {
  std::vector<std::int32_t> all;
  for (const auto& one : who.presence())
    all.push_back(one.value->x);
  return all;
}

// Waits until it is so.
void await(const libsync::session<board>& who, const std::vector<std::int32_t>& expected) {
  while (seen_by(who) != expected)
    std::this_thread::yield();
}

} // namespace

TEST_CASE("clients of several processes see what all show, and nothing of whoever has gone",
          "[network]") {
  network::runtime here;
  network::runtime there;
  const auto server = libsync::spawn_server(here, board{});
  const auto place = network::publish(here, server);
  const auto relay = network::connect<board>(there, "127.0.0.1", place.port());
  libsync::session<board> near{server};
  CHECK(near.wait_for(0, std::chrono::seconds{60}));
  libsync::session<board> far{relay};
  CHECK(far.wait_for(0, std::chrono::seconds{60}));
  near.present({1});
  far.present({2});
  await(near, {1, 2});
  await(far, {1, 2});
  {
    libsync::session<board> farther{relay};
    farther.present({3});
    await(near, {1, 2, 3});
    await(far, {1, 2, 3});
    for (int x = 4; x <= 100; ++x)
      farther.present({x});
    await(far, {1, 2, 100});
    await(farther, {1, 2, 100});
  }
  await(near, {1, 2});
  far.withdraw();
  await(far, {1});
}
