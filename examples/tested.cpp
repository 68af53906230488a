// How to test your own data: an auction under simulated clients and faults, a race that the test
// decides, and a connection that breaks. Each check throws what it finds.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <iostream>
#include <ostream>
#include <stdexcept>

#include "libsync/actors.hpp"
#include "libsync/actors_testing.hpp"

struct bid {
  std::int64_t amount = 0;

  friend std::ostream& operator<<(std::ostream& out, const bid& self) {
    return out << "bid{" << self.amount << '}';
  }
};

struct auction {
  using operation = bid;
  static constexpr bool throws_cleanly = true;
  std::int64_t highest = 0;
  std::uint64_t bids = 0;

  friend std::ostream& operator<<(std::ostream& out, const auction& self) {
    return out << self.highest << " after " << self.bids << " bids";
  }
};

bool reduce(auction& self, const bid& op) {
  if (op.amount <= self.highest)
    return false;
  self.highest = op.amount;
  ++self.bids;
  return true;
}

bid make_bid(const auction& seen, libsync::testing::random& choices) {
  return {choices.between(0, seen.highest + 10)};
}

bool is_sound(const auction& self) {
  return self.highest >= static_cast<std::int64_t>(self.bids);
}

void expect(bool holds, const char* what) {
  if (!holds)
    throw std::runtime_error(what);
}

void simulate() {
  const auto report = libsync::testing::simulate_actors<auction>({.seeds = 20}, make_bid, is_sound);
  report.check();
  std::cout << report << '\n';
}

void race(std::uint64_t seed) {
  libsync::testing::runtime runtime{seed};
  auto server = libsync::spawn_server(runtime, auction{});
  libsync::session one{server};
  libsync::session other{server};
  auto first = one.submit(bid{10});
  auto second = other.submit(bid{10});
  runtime.run();
  expect(first.get().is_accepted() != second.get().is_accepted(), "one of the two wins");
}

void break_connection() {
  libsync::testing::runtime runtime;
  auto server = libsync::spawn_server(runtime, auction{});
  libsync::testing::proxy<auction> connection{server};
  libsync::session session{connection.address()};
  connection.hold(libsync::testing::direction::to_client); // the receipt waits
  auto receipt = session.submit(bid{10});
  runtime.run();
  expect(!receipt.is_ready(), "the receipt is held");
  connection.cut(); // the session joins again, and learns what became of its bid
  connection.heal();
  expect(receipt.get() == libsync::receipt::accepted(1), "nothing is lost");
}

void crowd() {
  libsync::testing::runtime runtime;
  auto server = libsync::spawn_server(runtime, auction{});
  const auto users = libsync::testing::simulated_clients<auction>(
      100, server, make_bid, {.submissions = 5, .think_time = std::chrono::seconds{1}});
  runtime.run_until([&] {
    return std::all_of(users.begin(), users.end(), [](const auto& one) { return one.is_done(); });
  });
  for (const auto& one : users)
    expect(one.record().broken.empty(), "each user saw what was promised");
}

int main() {
  simulate();
  for (std::uint64_t seed = 1; seed <= 10; ++seed)
    race(seed);
  std::cout << "in 10 races one of two equal bids won\n";
  break_connection();
  std::cout << "a connection broke, and no bid was lost\n";
  crowd();
  std::cout << "100 users saw what was promised\n";
}
