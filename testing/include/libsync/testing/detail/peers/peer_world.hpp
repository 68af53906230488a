#pragma once

/// Peers and what lies between them, for one seed of `simulate_peers`.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "libsync/statebox/gossip.hpp"

#include "libsync/testing/detail/broken.hpp"
#include "libsync/testing/detail/made_operations.hpp"
#include "libsync/testing/detail/peers/expected_box.hpp"
#include "libsync/testing/detail/run_record.hpp"
#include "libsync/testing/detail/simulation_events.hpp"
#include "libsync/testing/digest.hpp"
#include "libsync/testing/random.hpp"
#include "libsync/testing/simulation.hpp"

namespace libsync::testing::detail {

template <class Data>
class peer_world : private run_record {
  using operation = typename Data::operation;
  using gossip = libsync::gossip<Data, std::size_t>;
  using box = typename gossip::box_type;
  using change = composite<operation>;

  friend class run_record;

public:
  using generator = std::function<operation(const Data&, random&)>;
  using invariant = std::function<bool(const Data&)>;

  peer_world(const simulation_options<Data>& how, std::uint64_t seed, generator make,
             invariant holds, bool tells)
      : run_record(tells), how_(how), seed_(seed), make_(std::move(make)), holds_(std::move(holds)),
        bounds_(tiny(seed)), history_(how.initial) {
    for (std::size_t i = 0; i < how.clients; ++i)
      add_peer();
  }

  peer_world(const peer_world&) = delete;
  peer_world& operator=(const peer_world&) = delete;

  /// Returns whether all is well.
  bool play(const simulated_event& next) {
    attempt([&] {
      random choices{next.seed ^ 0x57E9};
      for (auto left = next.steps; left > 0 && step(choices); --left) {
      }
      act(next);
    });
    return is_sound();
  }

  void finish() {
    if (is_sound() && how_.mode == mode::liveness)
      attempt([&] { end(); });
  }

  [[nodiscard]] played result() const {
    return told(peers_.size(), history_.size() - history_.acceptances().size());
  }

private:
  struct peer {
    peer(std::size_t name, const event_history<Data>& history)
        : index(name), expected(history), expected_of_backup(history) {}

    [[nodiscard]] bool lives() const noexcept { return itself.has_value(); }

    const std::size_t index;
    std::optional<gossip> itself; // nothing while it is dead
    expected_box<Data> expected;
    origin by{};
    /// What is on its disk when it dies, and an older copy of that.
    std::optional<box> stored;
    std::optional<box> backup;
    expected_box<Data> expected_of_backup;
    timestamp skew = 0;
    bool wants_to_share = false;
    bool is_frozen = false;
  };

  struct acknowledgement {};
  struct sent_box {
    typename gossip::box_ptr what;
    typename expected_box<Data>::seen seen;
  };
  using message = std::variant<sent_box, acknowledgement>;

  struct link {
    std::deque<message> all;
    bool is_open = false;
    bool is_held = false;
    bool loses_next = false;
    bool repeats_next = false;
    bool has_lost = false;
  };

  // The sink of a peer.
  struct sink {
    peer_world& in;
    peer& self;

    void send(std::size_t to, const typename gossip::box_ptr& what) {
      in.put(self.index, to, sent_box{what, self.expected.all()});
      in.within(self);
    }
    void acknowledge(std::size_t to) {
      in.put(self.index, to, acknowledgement{});
      in.within(self);
    }
    void ask_to_share() {
      self.wants_to_share = true;
      in.within(self);
    }
    void changed(const box& what) {
      in.check_shown(self, what);
      in.within(self);
    }
  };

  static gossip_limits tiny(std::uint64_t seed) {
    random choices{seed ^ 0x71717};
    gossip_limits made;
    if (choices.chance(25))
      made.events = 1 + static_cast<std::size_t>(choices.below(64));
    if (choices.chance(15))
      made.age = choices.between(0, 50);
    return made;
  }

  [[nodiscard]] bool may_lose() const noexcept {
    return bounds_.age || bounds_.events < gossip_limits{}.events;
  }

  link& between(std::size_t from, std::size_t to) { return links_[{from, to}]; }

  void put(std::size_t from, std::size_t to, message what) {
    if (auto& over = between(from, to); over.is_open)
      over.all.push_back(std::move(what));
  }

  // peer_checks.hpp has these.
  void check_shown(peer& self, const box& what);
  void check_box(const peer& self);
  void end();
  void heal();
  void accept_loss();
  void accept_loss(peer& self);
  std::optional<Data> prevailing(const peer& self, const sent_box& other) const;
  std::string what_is_missing() const;

  // peer_events.hpp has these.
  void add_peer();
  bool step(random& choices);
  void deliver(std::size_t from, std::size_t to);
  void hear(peer& self, std::size_t from, const sent_box& what);
  void hear(peer& self, std::size_t from, const acknowledgement&);
  void act(const simulated_event& next);
  void disturb(const simulated_event& next, peer& self, peer& other);
  void submit(peer& self, const simulated_event& next);
  void meet(peer& one, peer& other);
  void part(std::size_t one, std::size_t other);
  void die(peer& self);
  void come_back(peer& self, bool is_from_backup);
  void within(peer& self);
  peer* any_peer(std::uint64_t which);

  const simulation_options<Data>& how_;
  const std::uint64_t seed_;
  const generator make_;
  const invariant holds_;
  const gossip_limits bounds_;
  std::vector<std::unique_ptr<peer>> peers_;
  std::map<std::pair<std::size_t, std::size_t>, link> links_;
  event_history<Data> history_;
  std::uint64_t last_origin_ = 0;
  timestamp now_ = 0;
  bool has_accepted_loss_ = false;
  std::vector<std::pair<std::size_t, std::uint64_t>> calls_back_; // who, and by which seed
};

} // namespace libsync::testing::detail

#include "libsync/testing/detail/peers/peer_checks.hpp"
#include "libsync/testing/detail/peers/peer_events.hpp"
