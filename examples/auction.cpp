// An auction of one lot, which ends by itself. 50 bidders bid, and nobody bids under the name of
// somebody else: the server admits who has a ticket, and the reducer knows each by that. Time is
// that of a testing runtime, so the minute lasts no minute, and each run is the same.

#include <chrono>
#include <cstdint>
#include <functional>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

#include "libsync/actors.hpp"
#include "libsync/actors_testing.hpp"

namespace sale {

struct bidder {
  std::string name;
  std::size_t ticket = 0;
  bool operator==(const bidder&) const = default;
};

struct bid {
  std::int64_t amount = 0;
};

struct close {};

struct lot {
  using operation = std::variant<bid, close>;
  using identity = bidder;
  std::int64_t highest = 0;
  std::string leader = "nobody";
  bool is_open = true;
};

libsync::outcome reduce(lot& self, const bid& op, const libsync::context<lot>& how) {
  if (!self.is_open)
    return libsync::refused("the auction has ended");
  if (op.amount <= self.highest)
    return libsync::refused(self.leader + " bids more");
  self.highest = op.amount;
  self.leader = how.identity->name; // which no operation says
  return libsync::accepted();
}

libsync::outcome reduce(lot& self, const close&, const libsync::context<lot>& how) {
  if (how.by != libsync::client_id::server)
    return libsync::refused("only the clock ends an auction");
  self.is_open = false;
  return libsync::accepted();
}

// What the auctioneer's office knows. A real one would check a signature.
std::size_t ticket_of(const std::string& name) {
  return std::hash<std::string>{}(name + ", and a secret");
}

libsync::outcome admit(const bidder& who) {
  return who.ticket == ticket_of(who.name)
             ? libsync::accepted()
             : libsync::refused("this is not the ticket of " + who.name);
}

constexpr libsync::timestamp minute = 60'000;

libsync::server_options<lot> auctioneer() {
  const libsync::timetable<lot> later;
  libsync::server_options<lot> how;
  how.timetable = later;
  how.admit = admit;
  how.authorize = [](const libsync::context<lot>& who, const lot::operation&, const lot& seen) {
    return seen.is_open && seen.leader == who.identity->name
               ? libsync::refused("nobody bids against himself")
               : libsync::accepted();
  };
  how.on_joined = [later, begun = false](const auto& who) mutable {
    if (!begun) // with the first bidder
      later.submit_at("the end", who.time + minute, close{});
    begun = true;
    return std::optional<lot::operation>{};
  };
  return how;
}

} // namespace sale

int main() {
  using sale::bid, sale::bidder, sale::lot;
  libsync::testing::runtime runtime{2026};
  auto server = libsync::spawn_server(runtime, lot{}, sale::auctioneer());

  std::vector<libsync::session<lot>> bidders;
  for (int i = 1; i <= 50; ++i) {
    const auto name = "bidder " + std::to_string(i);
    bidders.emplace_back(
        server, libsync::client_options<lot>{.identity = bidder{name, sale::ticket_of(name)}});
  }
  libsync::session<lot> mallory{server, {.identity = bidder{"bidder 1", 4711}}};
  std::cout << "Mallory as bidder 1: " << mallory.submit(bid{1'000'000}).get().reason << '\n';
  std::cout << "bidder 2 ends the auction: " << bidders[1].submit(sale::close{}).get().reason
            << '\n';

  // Each second somebody bids a little more than what he sees.
  std::size_t accepted = 0;
  while (*bidders[0].read([](const lot& seen) { return seen.is_open; })) {
    auto& who = bidders[runtime.random().below(bidders.size())];
    const auto seen = *who.read([](const lot& copy) { return copy.highest; });
    const auto receipt = who.submit(bid{seen + runtime.random().between(1, 10)}).get();
    accepted += receipt.is_accepted() ? 1 : 0;
    runtime.advance(std::chrono::seconds{1});
    runtime.run();
  }

  std::cout << accepted << " bids in " << runtime.now() / std::chrono::seconds{1} << " seconds\n";
  std::cout << "too late: " << bidders[2].submit(bid{1'000'000}).get().reason << '\n';
  runtime.run();
  for (const auto& one : bidders)
    if (*one.read([](const lot& seen) { return seen.highest; }) != server.snapshot()->data->highest)
      throw std::runtime_error("the bidders saw two auctions");
  const auto ended = *server.snapshot();
  std::cout << ended.data->leader << " buys it for " << ended.data->highest << '\n';
}
