#include "libsync/statebox/gossip.hpp"

#include <random>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "support/catch.hpp"
#include "support/gossip_network.hpp"
#include "support/interruption.hpp"

namespace {

using libsync::origin;
using network = gossip_network;
using numbers = network::numbers;
using peer = network::peer;

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

TEST_CASE("updates travel through others", "[statebox][gossip]") {
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

TEST_CASE("a box without anything new is not passed on", "[statebox][gossip]") {
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
    CHECK(of.at(i).box().may_have_lost());
  network::sink out{of, 1};
  REQUIRE(of.at(1).accept_loss(100, out));
  of.settle();
  for (int i = 0; i < 3; ++i)
    CHECK(of.at(i).box() == of.at(1).box());
  for (int i = 0; i < 3; ++i)
    CHECK(!of.at(i).box().may_have_lost());
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
      CHECK(!of.at(i).box().may_have_lost());
    }
  }
}

namespace {

// Four peers in a row that change, meet and part by chance, and besides at callbacks. Whatever is
// recorded must be in all boxes in the end.
class interrupted_network {
public:
  interrupted_network(unsigned seed, interruption& interrupt) : random_(seed) {
    of_.meanwhile = [&](int self) { interrupt([&] { step(self); }); };
  }

  void run() {
    for (int i = 0; i < 60; ++i) {
      const int one = below(of_.size());
      const int other = below(of_.size());
      if (below(3) == 0)
        step(one);
      else
        of_.deliver(one, other);
    }
    of_.meanwhile = [](int) {}; // lest somebody parts again
    for (int i = 0; i + 1 < of_.size(); ++i)
      of_.meet(i, i + 1);
    of_.settle();
    for (int i = 0; i < of_.size(); ++i) {
      const auto& box = of_.at(i).box();
      REQUIRE(box == of_.at(0).box());
      REQUIRE(!box.may_have_lost());
      REQUIRE(box.queue().size() == recorded_.size());
      numbers replayed;
      for (const auto& one : box.queue()) {
        REQUIRE(recorded_.contains(one.time));
        REQUIRE(libsync::step_wholly(replayed, one.what));
      }
      REQUIRE(box.value() == replayed);
      if (const auto shown = of_.shown.find(i); shown != of_.shown.end())
        REQUIRE(shown->second == box);
    }
  }

private:
  int below(int bound) { return static_cast<int>(random_() % unsigned(bound)); }

  void step(int self) {
    const int other = below(of_.size());
    network::sink out{of_, self};
    switch (below(6)) {
    case 0:
      return of_.at(self).share(out);
    case 1:
      if (other != self)
        of_.meet(self, other);
      return;
    case 2:
      return of_.part(self, other);
    case 3:
      of_.deliver(other, self);
      return;
    default: {
      now_ += below(2);
      const auto op = below(2) == 0 ? numbers::operation{numbers::add{below(20)}}
                                    : numbers::operation{numbers::remove{below(20)}};
      const auto when = of_.change(self, op, now_);
      REQUIRE(when);
      REQUIRE(recorded_.insert(*when).second);
    }
    }
  }

  std::mt19937 random_;
  network of_{4};
  libsync::timestamp now_ = 0;
  std::set<libsync::stamp> recorded_;
};

} // namespace

TEST_CASE("peers that are called back in the middle of anything end with one value",
          "[statebox][gossip]") {
  std::size_t interrupted = 0;
  for (unsigned seed = 1; seed <= 30; ++seed) {
    interruption none;
    interrupted_network{seed, none}.run();
    for (std::size_t k = 1; k <= none.calls(); ++k) {
      INFO("seed " << seed << ", callback " << k);
      auto once = interruption::at(k);
      interrupted_network{seed, once}.run();
      interrupted += once.interrupted();
    }
  }
  CHECK(interrupted > 200);
}

TEST_CASE("peers that are called back often, and within that, end with one value",
          "[statebox][gossip]") {
  for (unsigned seed = 1; seed <= 100; ++seed)
    for (const std::size_t period : {2U, 3U, 7U}) {
      INFO("seed " << seed << ", every callback of " << period);
      auto often = interruption::every(period);
      interrupted_network{seed, often}.run();
    }
}

TEST_CASE("a loss that is accepted while it is told of is told again", "[statebox][gossip]") {
  network of{2, {.age = {}, .events = 8}};
  for (int i = 0; i < 50; ++i)
    for (int which = 0; which < 2; ++which)
      REQUIRE(of.change(which, numbers::add{2 * i + which}, i));
  of.meanwhile = [&](int self) {
    network::sink out{of, self};
    if (of.at(self).box().may_have_lost())
      CHECK(of.at(self).accept_loss(100, out));
  };
  of.meet(0, 1);
  of.settle();
  CHECK(of.at(0).box() == of.at(1).box());
  CHECK(!of.at(0).box().may_have_lost());
  CHECK(of.shown.at(0) == of.at(0).box());
}

TEST_CASE("a sink that throws hears of it again", "[statebox][gossip]") {
  network of{2};
  bool throws = true;
  of.meet(0, 1);
  of.meanwhile = [&](int) {
    if (std::exchange(throws, false))
      throw std::runtime_error("no memory");
  };
  throws = false;
  REQUIRE(of.change(0, numbers::add{1}, 10));
  throws = true;
  CHECK_THROWS_WITH(of.share(0), "no memory"); // within `send`
  of.link(0, 1).clear();                       // it was not sent
  network::sink out{of, 0};
  of.at(0).share(out);
  of.settle();
  CHECK(of.at(1).box() == of.at(0).box());
}
