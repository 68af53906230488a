#pragma once

/// A server, relays, one of which follows another, and clients of all of them, over connections
/// that break.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "support/catch.hpp"
#include "support/relay_scene.hpp"
#include "support/simulated_relay.hpp"
#include "support/tape.hpp"

/// All that happens is by chance, and repeats with the seed.
class relay_world : relay_scene {
public:
  using relay_scene::tally;

  explicit relay_world(std::uint64_t seed, unsigned starving = 0) : relay_scene(seed) {
    starves = starving;
    cut_all_of = [this](node& above) { cut_below(above); };
    server_ = std::make_unique<sequenced>(scene());
    expected[0] = data{};
    nodes_.push_back(server_.get());
    for (std::size_t i = 0; i < 3; ++i) { // the last one follows the first
      relays_.push_back(std::make_unique<relaying>(scene(), *nodes_[i == 2 ? 1 : 0]));
      nodes_.push_back(relays_.back().get());
    }
    for (std::size_t i = 0; i < 8; ++i)
      clients_.push_back(std::make_unique<client>(scene(), *nodes_[i % nodes_.size()], i % 3 == 2));
    for (auto& one : relays_)
      one->connect();
    for (auto& one : clients_)
      one->connect();
  }

  void run(std::size_t steps) {
    for (std::size_t i = 0; i < steps; ++i)
      choices.chance(20) ? disturb() : move();
    heal();
  }

  [[nodiscard]] const tally& counted() const noexcept { return told; }

private:
  void cut_below(node& above) {
    for (auto& one : relays_)
      if (one->above == &above)
        one->disconnect();
    for (auto& one : clients_)
      if (one->above == &above)
        one->connect();
    unheard.erase(std::remove_if(unheard.begin(), unheard.end(),
                                 [&](const auto& one) { return one.first == &above; }),
                  unheard.end());
  }

  relay_scene& scene() noexcept { return *this; }

  // One message is handled.
  void move() {
    const auto which = choices.below(10);
    if (which == 0 && server_->wants_flush) {
      server_->wants_flush = false;
      server_->order.flush(*server_);
    } else if (which == 1 && !unheard.empty()) {
      const auto [above, gone] = unheard.front();
      unheard.pop_front();
      above->leave(gone);
    } else if (which < 4) {
      if (auto* over = any([](auto& one) { return one.follows && one.downs.size() < 4; }))
        lead_on(*over);
    } else if (which < 7) {
      if (auto* over = any([](auto& one) { return !one.ups.empty(); }))
        handle_up(*over);
    } else if (auto* over = any([](auto& one) { return !one.downs.empty(); })) {
      handle_down(*over);
    }
    for (auto& one : relays_)
      one->check();
  }

  template <class Suits>
  connection* any(Suits suits) {
    std::vector<connection*> found;
    for (auto& [number, one] : connections)
      if (suits(*one))
        found.push_back(one.get());
    return found.empty() ? nullptr : choices.one_of(found);
  }

  // A node sends a relay what follows.
  void lead_on(connection& over) {
    auto& position = *over.follows;
    libsync::log_request wanted{position.epoch, position.version.value_or(0)};
    wanted.most = 1 + choices.below(4);
    const auto found = over.above->read_log(wanted);
    if (!found)
      return; // it has no data itself
    if (!position.version || found->truncated_at) {
      const auto all = over.above->read();
      position.epoch = all.epoch;
      position.version = all.version;
      over.downs.emplace_back(shown{position.attempt, all});
    } else if (!found->empty()) {
      position.version = found->last();
      over.downs.emplace_back(part{position.attempt, found->batches});
    }
  }

  void handle_up(connection& over) {
    const auto [channel, what] = std::move(over.ups.front());
    over.ups.pop_front();
    const route by{over.number, channel};
    if (const auto* request = std::get_if<libsync::join_request>(&what)) {
      if (std::find(over.channels.begin(), over.channels.end(), channel) == over.channels.end())
        over.channels.push_back(channel);
      over.above->join(by, *request);
    } else if (const auto* submitted = std::get_if<libsync::parcel_ptr<data>>(&what)) {
      over.above->submit(by, *submitted);
    } else if (const auto* latest = std::get_if<libsync::version>(&what)) {
      over.above->acknowledge(by, *latest);
    } else if (const auto* follows = std::get_if<libsync::follow_request>(&what)) {
      over.follows = *follows;
    } else {
      over.above->leave(by);
    }
  }

  void handle_down(connection& over) {
    const auto what = std::move(over.downs.front());
    over.downs.pop_front();
    for (auto& one : relays_)
      if (one->over == over.number)
        return std::visit([&](const auto& it) { one->hear(it); }, what);
    for (auto& one : clients_)
      if (one->over == over.number)
        return one->hear(std::get<std::pair<libsync::channel_id, to_client>>(what).second);
    FAIL("a connection of nobody's");
  }

  void disturb() {
    auto& who = *clients_[choices.below(clients_.size())];
    auto& which = *relays_[choices.below(relays_.size())];
    switch (choices.below(40)) {
    case 0:
      return which.disconnect();
    case 1:
    case 2:
      if (which.over == 0)
        which.connect();
      return;
    case 3:
      return choices.chance(20) ? which.reset() : void();
    case 4:
      return choices.chance(20) ? server_->die() : void();
    case 5:
      return who.connect(); // over a new link
    case 6:
      return who.with([&](auto& it) { it.leave(who); });
    case 7:
      return who.with([&](auto& it) { it.connect(who); });
    default:
      return who.submit();
    }
  }

  void heal() {
    starves = 0;
    for (auto& one : relays_)
      if (one->over == 0)
        one->connect();
    for (auto& one : clients_)
      one->with([&](auto& it) {
        if (it.away())
          it.connect(*one);
      });
    for (std::size_t left = 200'000; left > 0 && !is_even(); --left)
      move();
    INFO(in_words());
    REQUIRE(is_even());
    for (auto& one : clients_) {
      CHECK(one->last_settled == one->submitted.size());
      one->with([&](auto& it) { CHECK(it.shown() == server_->order.data()); });
    }
    CHECK(server_->order.members() == clients_.size());
    for (auto& one : relays_)
      CHECK(one->decides.waiting() == 0);
  }

  std::string in_words() {
    std::ostringstream out;
    out << "server at " << server_->order.version() << '\n';
    for (auto& one : relays_)
      out << "relay at " << one->decides.version() << " with " << one->decides.members()
          << " members, " << one->decides.waiting() << " wait\n";
    for (auto& one : clients_)
      one->with([&](auto& it) {
        out << "client at " << it.version() << (it.joined() ? ", joined, " : ", not joined, ")
            << it.undecided() << " undecided\n";
      });
    return out.str();
  }

  // Nothing is under way, and all have what the server has.
  bool is_even() {
    if (server_->wants_flush || !unheard.empty())
      return false;
    for (const auto& [number, one] : connections)
      if (!one->ups.empty() || !one->downs.empty())
        return false;
    for (auto& one : clients_)
      if (!one->with([&](auto& it) {
            return it.joined() && it.undecided() == 0 && it.version() == server_->order.version();
          }))
        return false;
    return true;
  }

  std::unique_ptr<sequenced> server_;
  std::vector<std::unique_ptr<relaying>> relays_;
  std::vector<node*> nodes_;
  std::vector<std::unique_ptr<client>> clients_;
};
