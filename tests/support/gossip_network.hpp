#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <utility>
#include <variant>
#include <vector>

#include "libsync/statebox/gossip.hpp"
#include "libsync/statebox/set.hpp"
#include "support/catch.hpp"
#include "support/failing.hpp"

/// Peers that are reached by their place, with links that keep the order. They may be interrupted:
/// at a callback that is chosen something else is done with the peer that calls.
struct gossip_network {
  using numbers = libsync::set<int>;
  using peer = libsync::gossip<numbers, int>;

  struct acknowledgement {};
  struct sink {
    gossip_network& in;
    int self;

    void send(int to, const peer::box_ptr& what) {
      const failing::paused own{failing::allocations()};
      in.put(self, to, what);
      in.meanwhile(self);
    }
    void acknowledge(int to) {
      const failing::paused own{failing::allocations()};
      in.put(self, to, acknowledgement{});
      in.meanwhile(self);
    }
    void ask_to_share() {
      const failing::paused own{failing::allocations()};
      in.asked.insert(self);
      in.meanwhile(self);
    }
    void changed(const peer::box_type& box) {
      const failing::paused own{failing::allocations()};
      ++in.changes;
      // NOLINTNEXTLINE(performance-unnecessary-copy-initialization): to see whether it changes
      const auto before = box;
      in.meanwhile(self);
      REQUIRE(box == before); // it is what was told of, whatever was done meanwhile
      in.shown[self] = box;
    }
  };
  using message = std::variant<peer::box_ptr, acknowledgement>;

  explicit gossip_network(int size, const libsync::gossip_limits& bounds = {})
      : links(static_cast<std::size_t>(size) * static_cast<std::size_t>(size)) {
    for (int i = 0; i < size; ++i)
      peers.emplace_back(peer::box_type{}, libsync::origin(static_cast<std::uint64_t>(i) + 1),
                         bounds);
  }

  int size() const { return static_cast<int>(peers.size()); }
  peer& at(int which) { return peers[static_cast<std::size_t>(which)]; }
  std::deque<message>& link(int from, int to) {
    return links[static_cast<std::size_t>(from) * peers.size() + static_cast<std::size_t>(to)];
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

  std::function<void(int)> meanwhile = [](int) {};
  std::vector<peer> peers;
  std::map<int, peer::box_type> shown; // as it was told last
  std::vector<std::deque<message>> links;
  std::set<int> asked;
  int changes = 0;
};
