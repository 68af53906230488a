// Two buyers, one lamp: conditional submissions, transactions, and a server that is killed in the
// middle without anything being lost or done twice.

#include <iostream>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "libsync/actors.hpp"

namespace shop {

struct restock {
  std::string item;
  int pieces;
};
struct pay {
  std::string buyer;
  int coins;
};
struct take {
  std::string buyer, item;
};
struct shipment {
  std::string buyer, item;
};

struct inventory {
  using operation = std::variant<restock, pay, take>;
  using effect = shipment;
  std::map<std::string, int> pieces;
  std::map<std::string, int> purses;
};

void reduce(inventory& data, const restock& op) {
  data.pieces[op.item] += op.pieces;
}

libsync::outcome reduce(inventory& data, const pay& op) {
  auto& purse = data.purses[op.buyer];
  if (purse < op.coins)
    return libsync::refused(op.buyer + " has only " + std::to_string(purse) + " coins");
  purse -= op.coins;
  return libsync::accepted();
}

// The shipment is described here and run by the server, once the operation is accepted.
libsync::outcome reduce(inventory& data, const take& op, libsync::effects<inventory>& asked) {
  auto& left = data.pieces[op.item];
  if (left == 0)
    return libsync::refused("no " + op.item + " is left");
  --left;
  asked.emit({op.buyer, op.item});
  return libsync::accepted();
}

// Both or neither: nobody pays for what is not there.
libsync::submission<inventory> buy(const std::string& buyer, const std::string& item, int coins) {
  libsync::transaction<inventory> both;
  both.add(pay{buyer, coins}).add(take{buyer, item});
  return {both};
}

} // namespace shop

namespace {

void kill_server(const libsync::supervisor<shop::inventory>& of) {
  if (const auto found = of.server())
    found->stop();
  else
    std::cout << "there is no server: " << found.reason() << '\n';
}

} // namespace

int main() {
  std::vector<std::string> shipped; // read once the server is gone
  {
    libsync::runtime runtime;
    libsync::server_options<shop::inventory> options;
    options.on_effect = [&](const libsync::effect_token&, const shop::shipment& one) {
      shipped.push_back(one.item + " to " + one.buyer);
      return libsync::effect_state::done;
    };
    const shop::inventory opening{{{"lamp", 1}}, {{"Ann", 40}, {"Bob", 40}}};
    auto supervisor = libsync::spawn_supervisor(runtime, opening, options);
    libsync::session ann{supervisor}, bob{supervisor};

    // Both look at the same version, and decide to buy if nobody else was quicker.
    const auto seen = ann.snapshot()->version;
    std::cout << "Ann: " << ann.submit(shop::buy("Ann", "lamp", 30).only_since(seen)).get() << '\n';
    std::cout << "Bob: " << bob.submit(shop::buy("Bob", "lamp", 30).only_since(seen)).get() << '\n';
    // Bob insists, and keeps his coins.
    std::cout << "Bob: " << bob.submit(shop::buy("Bob", "lamp", 30)).get() << '\n';

    // Ten candles, and a server that is killed while they are ordered.
    bob.post(shop::restock{"candle", 10});
    std::vector<libsync::receipt_future> orders;
    for (int i = 0; i < 10; ++i) {
      if (i == 5)
        kill_server(supervisor);
      orders.push_back(bob.submit(shop::buy("Bob", "candle", 2)));
    }
    int accepted = 0;
    for (auto& order : orders)
      accepted += order.get().is_accepted() ? 1 : 0;
    std::cout << accepted << " of 10 candles were sold, across a server's death\n";

    const auto last = bob.snapshot();
    std::cout << "version " << last->version << ": " << last->data->pieces.at("lamp") << " lamps, "
              << last->data->pieces.at("candle") << " candles; Ann has "
              << last->data->purses.at("Ann") << " coins, Bob " << last->data->purses.at("Bob")
              << '\n';
  }
  std::cout << shipped.size() << " shipments, the first: " << shipped.front() << '\n';
}
