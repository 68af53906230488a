// Simulated users: one whose connection breaks, and a hundred with habits of their own, in a test
// on one thread.

#include <algorithm>
#include <chrono>
#include <iostream>

#include "libsync/actors.hpp"
#include "libsync/actors_testing.hpp"

#include "shared/auction.hpp"

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
  break_connection();
  std::cout << "a connection broke, and no bid was lost\n";
  crowd();
  std::cout << "100 users saw what was promised\n";
}
