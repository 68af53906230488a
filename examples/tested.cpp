// How to test your own data: laws, clients and faults by chance, a race, a server that is killed.

#include <cstdint>
#include <iostream>

#include "libsync/actors.hpp"
#include "libsync/actors_testing.hpp"

#include "shared/auction.hpp"

void race(std::uint64_t seed) {
  libsync::testing::runtime runtime{seed};
  auto server = libsync::spawn_server(runtime, auction{});
  libsync::session one{server}, other{server};
  auto first = one.submit(bid{10}), second = other.submit(bid{10});
  runtime.run();
  expect(first.get().is_accepted() != second.get().is_accepted(), "one of two equal bids wins");
}

void kill_server() {
  libsync::testing::runtime runtime;
  auto supervisor = libsync::spawn_supervisor(runtime, auction{});
  libsync::session session{supervisor};
  auto receipt = session.submit(bid{10});
  runtime.kill(*supervisor.server());
  expect(receipt.get() == libsync::receipt::accepted(1), "a killed server loses no bid");
}

int main() {
  libsync::testing::check_reducer<auction>(make_bid).check();
  libsync::testing::simulate_actors<auction>({.seeds = 20}, make_bid, is_sound).check();
  for (std::uint64_t seed = 1; seed <= 10; ++seed)
    race(seed);
  kill_server();
  std::cout << "an auction keeps its promises\n";
}
