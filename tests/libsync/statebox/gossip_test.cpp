#include "libsync/statebox/gossip.hpp"

#include <deque>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "libsync/statebox/set.hpp"
#include "support/catch.hpp"

namespace {

using libsync::origin;
using numbers = libsync::set<int>;
using peer = libsync::gossip<numbers, int>;

// Peers that are reached by their place, with links that keep the order.
struct network {
  struct acknowledgement {};
  struct sink {
    network& in;
    int self;

    void send(int to, const peer::box_ptr& what) { in.put(self, to, what); }
    void acknowledge(int to) { in.put(self, to, acknowledgement{}); }
    void ask_to_share() { in.asked.insert(self); }
    void changed(const peer::box_type&) { ++in.changes; }
  };
  using message = std::variant<peer::box_ptr, acknowledgement>;

  explicit network(int size, const libsync::gossip_limits& bounds = {})
      : links(static_cast<std::size_t>(size * size)) {
    for (int i = 0; i < size; ++i)
      peers.emplace_back(peer::box_type{}, origin(static_cast<std::uint64_t>(i) + 1), bounds);
  }

  int size() const { return static_cast<int>(peers.size()); }
  peer& at(int which) { return peers[static_cast<std::size_t>(which)]; }
  std::deque<message>& link(int from, int to) {
    return links[static_cast<std::size_t>(from * size() + to)];
  }
  void put(int from, int to, message what) { link(from, to).push_back(std::move(what)); }

  auto change(int which, numbers::operation op, libsync::timestamp now) {
    sink out{*this, which};
    return at(which).change(std::move(op), now, out);
  }
  void meet(int one, int other) {
    for (auto [self, to] : {std::pair{one, other}, std::pair{other, one}}) {
      sink out{*this, self};
      at(self).meet(to, out);
    }
  }
  void part(int one, int other) {
    at(one).part(other);
    at(other).part(one);
  }

  bool deliver(int from, int to) {
    auto& over = link(from, to);
    if (over.empty())
      return false;
    auto first = std::move(over.front());
    over.pop_front();
    sink out{*this, to};
    if (const auto* box = std::get_if<peer::box_ptr>(&first))
      REQUIRE(at(to).receive(from, **box, out));
    else
      at(to).acknowledged(from, out);
    return true;
  }

  void share(int which) {
    sink out{*this, which};
    if (asked.erase(which) != 0)
      at(which).share(out);
  }

  void settle() {
    for (bool moved = true; std::exchange(moved, false);)
      for (int one = 0; one < size(); ++one) {
        moved = moved || asked.contains(one);
        share(one);
        for (int other = 0; other < size(); ++other)
          while (deliver(one, other))
            moved = true;
      }
  }

  std::vector<peer> peers;
  std::vector<std::deque<message>> links;
  std::set<int> asked;
  int changes = 0;
};

} // namespace

TEST_CASE("peers that know each other exchange what they change", "[statebox][gossip]") {
  network of{2};
  of.meet(0, 1);
  REQUIRE(of.change(0, numbers::add{1}, 10));
  REQUIRE(of.change(1, numbers::add{2}, 20));
  of.settle();
  CHECK(of.at(0).box().value() == numbers{1, 2});
  CHECK(of.at(0).box() == of.at(1).box());
}

TEST_CASE("news travel through others", "[statebox][gossip]") {
  network of{4};
  for (int i = 0; i + 1 < 4; ++i)
    of.meet(i, i + 1);
  REQUIRE(of.change(0, numbers::add{1}, 10));
  REQUIRE(of.change(3, numbers::add{2}, 10));
  of.settle();
  for (int i = 0; i < 4; ++i)
    CHECK(of.at(i).box().value() == numbers{1, 2});
}

TEST_CASE("one box is under way to a neighbour at most", "[statebox][gossip]") {
  network of{2};
  of.meet(0, 1);
  for (int i = 0; i < 5; ++i) {
    REQUIRE(of.change(0, numbers::add{i}, i));
    of.share(0);
  }
  CHECK(of.link(0, 1).size() == 1);
  of.settle();
  CHECK(of.at(1).box().value() == numbers{0, 1, 2, 3, 4});
  CHECK(of.at(0).counters().sent == 2);
}

TEST_CASE("what brings nothing new is not passed on", "[statebox][gossip]") {
  network of{2};
  of.meet(0, 1);
  REQUIRE(of.change(0, numbers::add{1}, 10));
  of.settle();
  const auto sent = of.at(0).counters().sent + of.at(1).counters().sent;
  of.meet(0, 1);
  of.settle();
  CHECK(of.at(0).counters().sent + of.at(1).counters().sent <= sent + 2); // one each at most
  CHECK(of.at(0).counters().repeated + of.at(1).counters().repeated > 0);
  CHECK(of.changes == 2);
}

TEST_CASE("an origin that acts for two cannot be merged, and nothing is changed",
          "[statebox][gossip]") {
  network of{1};
  auto other = peer::box_type{};
  REQUIRE(of.change(0, numbers::add{1}, 10));
  REQUIRE(other.record({10, origin{1}}, numbers::add{2}));
  network::sink out{of, 0};
  const auto done = of.at(0).receive(0, other, out);
  CHECK(done.reason() ==
        "two different events have the time 10 of origin 1: its origin has two lineages");
  CHECK(of.at(0).box().value() == numbers{1});
  CHECK(of.at(0).counters().failed == 1);
}

TEST_CASE("the queue is bounded by age and by number", "[statebox][gossip]") {
  network aged{1, {.age = 5, .events = 1000}};
  for (int i = 0; i < 500; ++i)
    REQUIRE(aged.change(0, numbers::add{i}, i));
  CHECK(aged.at(0).box().queue().size() < 64);
  CHECK(aged.at(0).counters().truncated == 0);

  network few{1, {.age = {}, .events = 16}};
  for (int i = 0; i < 100; ++i) {
    REQUIRE(few.change(0, numbers::add{i}, i));
    CHECK(few.at(0).box().queue().size() <= 16);
  }
  CHECK(few.at(0).counters().truncated > 0);
  CHECK(few.at(0).box().value().size() == 100);

  CHECK_THROWS_WITH(peer(peer::box_type{}, origin{1}, {.age = -1, .events = 1}),
                    "libsync::gossip_limits: `age` is -1, expected at least 0");
  CHECK_THROWS_WITH(peer(peer::box_type{}, origin{1}, {.age = {}, .events = 0}),
                    "libsync::gossip_limits: `events` is 0, expected at least 1");
}

TEST_CASE("a loss is passed on as such, until somebody accepts it", "[statebox][gossip]") {
  network of{3, {.age = {}, .events = 8}};
  for (int i = 0; i < 50; ++i) // apart for too long
    for (int which = 0; which < 2; ++which)
      REQUIRE(of.change(which, numbers::add{2 * i + which}, i));
  of.meet(0, 1);
  of.meet(1, 2);
  of.settle();
  for (int i = 0; i < 3; ++i)
    CHECK(of.at(i).box().forgotten());
  network::sink out{of, 1};
  REQUIRE(of.at(1).accept_forgotten(100, out));
  of.settle();
  for (int i = 0; i < 3; ++i)
    CHECK(of.at(i).box() == of.at(1).box());
  for (int i = 0; i < 3; ++i)
    CHECK(!of.at(i).box().forgotten());
}

TEST_CASE("random networks with partitions end with one value", "[statebox][gossip]") {
  for (unsigned seed = 1; seed <= 500; ++seed) {
    INFO("seed " << seed);
    std::mt19937 random{seed};
    const auto below = [&](int bound) { return static_cast<int>(random() % unsigned(bound)); };
    network of{3 + below(3)};
    libsync::timestamp now = 0;
    for (int step = 0; step < 200; ++step) {
      const int one = below(of.size());
      const int other = below(of.size());
      switch (below(6)) {
      case 0:
        now += below(2); // often at the same time
        if (below(2) == 0)
          REQUIRE(of.change(one, numbers::add{below(20)}, now));
        else
          REQUIRE(of.change(one, numbers::remove{below(20)}, now));
        break;
      case 1:
        if (one != other && below(4) == 0)
          below(2) == 0 ? of.meet(one, other) : of.part(one, other);
        break;
      case 2:
        of.share(one);
        break;
      default:
        of.deliver(one, other);
      }
    }
    for (int i = 0; i + 1 < of.size(); ++i)
      of.meet(i, i + 1);
    of.settle();
    for (int i = 1; i < of.size(); ++i) {
      CHECK(of.at(i).box() == of.at(0).box());
      CHECK(!of.at(i).box().forgotten());
    }
  }
}
