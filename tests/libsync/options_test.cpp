// Every option of a value at 0, 1, its greatest and, where it has one, a negative value: it is
// rejected by name, or what it bounds works in a small world. tests/actors/options_test.cpp does
// the same for those of actors.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include "libsync/history.hpp"
#include "libsync/limits.hpp"
#include "libsync/statebox/gossip.hpp"
#include "libsync/statebox/set.hpp"
#include "support/catch.hpp"
#include "support/simulation.hpp"
#include "support/tape.hpp"

namespace {

constexpr auto greatest = std::numeric_limits<std::size_t>::max();

template <class Limits>
std::string zero_of(const char* limits, Limits member) {
  return std::string{"libsync::"} + limits + ": `" + member + "` is 0, expected at least 1";
}

// Random worlds with these limits, of clients that come, go, break and submit anything.
void run_world(const libsync::limits& bounds) {
  simulation::options<tape::loud_data> how;
  how.seeds = 8;
  how.submissions = 100;
  how.bounds = bounds;
  static_cast<void>(simulation::run(how));
}

} // namespace

TEST_CASE("each limit of a server and its clients is rejected at 0 and works at 1 and the greatest",
          "[options][limits]") {
  // Where all others are usual, and where they are met at every step.
  for (const bool others_tiny : {false, true})
    for (const auto& [name, member] : libsync::limits::all()) {
      INFO(name << (others_tiny ? ", the others tiny" : ""));
      libsync::limits bounds;
      if (others_tiny)
        bounds = {.batch = 3, .parcel = 2, .outbox = 5, .log = 9, .lag = 6, .absent = 3};
      bounds.*member = 0;
      CHECK_THROWS_WITH(bounds.checked(), zero_of("limits", name));
      CHECK_THROWS_AS(libsync::replica<tape::data>{bounds}, std::invalid_argument);
      for (const auto value : {std::size_t{1}, greatest}) {
        INFO("value " << value);
        bounds.*member = value;
        run_world(bounds);
      }
    }
}

TEST_CASE("all limits at once work at 1 and at the greatest", "[options][limits]") {
  for (const auto value : {std::size_t{1}, greatest}) {
    libsync::limits bounds;
    for (const auto& [name, member] : libsync::limits::all())
      bounds.*member = value;
    run_world(bounds);
  }
}

TEST_CASE("each limit of a history is rejected at 0 and works at 1 and the greatest",
          "[options][limits]") {
  const auto run = [](const libsync::history_limits& bounds) {
    libsync::history<tape::data> past{tape::data{}, bounds};
    for (std::int64_t i = 0; i < 20; ++i)
      REQUIRE(past.apply(tape::append{i}));
    REQUIRE(past.undo());
    REQUIRE(past.redo());
    REQUIRE(past.go_to(past.oldest()));
    REQUIRE_FALSE(past.undo());
    REQUIRE(past.go_to(past.newest()));
    REQUIRE(past.data().values.size() == 20);
  };
  // Another limit must have its row: this says so.
  auto [operations, checkpoint_every] = libsync::history_limits{};
  for (const auto value : {std::size_t{1}, operations, greatest})
    for (const auto every : {std::size_t{1}, checkpoint_every, greatest})
      run({value, every});
  CHECK_THROWS_WITH(run({0, 1}), zero_of("history_limits", "operations"));
  CHECK_THROWS_WITH(run({1, 0}), zero_of("history_limits", "checkpoint_every"));
}

namespace {

// What a peer sends goes nowhere.
template <class Box>
struct nowhere {
  void send(int, const std::shared_ptr<const Box>&) {}
  void acknowledge(int) {}
  void ask_to_share() {}
  void changed(const Box&) {}
};

} // namespace

TEST_CASE("each limit of a peer is rejected if it makes no sense and else works",
          "[options][limits]") {
  using numbers = libsync::set<int>;
  using peer = libsync::gossip<numbers, int>;
  using libsync::timestamp;
  const auto run = [](const libsync::gossip_limits& bounds) {
    peer one{peer::box_type{}, libsync::origin{1}, bounds};
    peer other{peer::box_type{}, libsync::origin{2}, bounds};
    nowhere<peer::box_type> out;
    for (timestamp now : {1, 2, 1000, 1'000'000})
      for (int i = 0; i < 20; ++i)
        REQUIRE(one.change(numbers::add{i}, now + i, out));
    other.meet(1, out);
    REQUIRE(other.receive(1, one.box(), out));
    other.share(out);
    REQUIRE(other.box().value() == one.box().value());
  };
  auto [age, events] = libsync::gossip_limits{};
  for (const auto chosen : {std::size_t{1}, events, greatest}) {
    run({age, chosen});
    for (const timestamp longest :
         {timestamp{0}, timestamp{1}, std::numeric_limits<timestamp>::max()})
      run({longest, chosen});
  }
  CHECK_THROWS_WITH(run({age, 0}), zero_of("gossip_limits", "events"));
  for (const timestamp negative : {timestamp{-1}, std::numeric_limits<timestamp>::min()})
    CHECK_THROWS_WITH(run({negative, 1}), "libsync::gossip_limits: `age` is " +
                                              std::to_string(negative) + ", expected at least 0");
}
