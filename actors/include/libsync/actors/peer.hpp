#pragma once

/// Peers: actors that each own a statebox and exchange it, with no server.

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "libsync/actors/detail/compat.hpp"
#include "libsync/actors/messages.hpp"

#include "libsync/clock.hpp"
#include "libsync/detail/callback_guard.hpp"
#include "libsync/detail/thrown.hpp"
#include "libsync/outcome.hpp"
#include "libsync/result.hpp"
#include "libsync/statebox/gossip.hpp"
#include "libsync/statebox/stamp.hpp"
#include "libsync/statebox/statebox.hpp"

namespace libsync {

/// What a peer tells of itself.
struct peer_status {
  origin by{};
  std::size_t neighbours = 0;
  /// Events in its queue.
  std::size_t events = 0;
  /// Something may be lost, and nobody has accepted that yet.
  bool may_have_lost = false;
  gossip_counters counters;
  /// Why the latest box could not be merged, or what ran out; empty if nothing did.
  std::string reason;
  /// Exceptions out of the functions that the peer was given.
  std::size_t thrown = 0;
};

/// How a peer is made. Its functions are called in its actor, once all that it tells of is done;
/// one that throws is isolated and counted.
template <class Data>
struct peer_options {
  using box_type = statebox<Data, stamp>;

  /// What it begins with. If it is not empty, siblings must descend from one such box.
  box_type initial;
  /// `origin::none` stands for a fresh one.
  origin by = origin::none;
  gossip_limits bounds;
  /// Told of the box after each change and each merge that brought something new.
  std::function<void(const box_type&)> on_change;
  /// Told why a box that came cannot be merged. The two then go apart for good; but where memory
  /// ran out the box is asked for again.
  std::function<void(const std::string&)> on_failure;
};

/// A handle to a peer actor.
template <class Data>
using peer = caf::typed_actor<
    // From neighbours.
    detail::compat::reacts<box_atom, envelope<statebox<Data, stamp>>>,
    detail::compat::reacts<merged_atom>,
    // From itself.
    detail::compat::reacts<share_atom>,
    // From users. A change is answered by its stamp, or by why it was refused.
    detail::compat::replies<envelope<result<stamp>>, change_atom,
                            envelope<composite<typename Data::operation>>>,
    // Begin and end to exchange boxes; each side is told for itself (`introduce` tells both).
    detail::compat::reacts<meet_atom, caf::actor_addr>,
    detail::compat::reacts<part_atom, caf::actor_addr>,
    detail::compat::replies<envelope<statebox<Data, stamp>>, read_atom>,
    detail::compat::replies<envelope<outcome>, accept_atom>,
    detail::compat::replies<envelope<peer_status>, status_atom>>;

/// The peer actor; `spawn_peer` makes one. It holds its neighbours weakly and forgets the dead, so
/// it lives until nobody holds a handle to it. Where memory runs out a change is refused, with the
/// reason, and what else was to be done is done later; the box is never left half changed.
template <class Data>
class peer_actor final : public peer<Data>::base {
public:
  using base = typename peer<Data>::base;
  using behavior_type = typename peer<Data>::behavior_type;
  using box_type = statebox<Data, stamp>;
  using operation = typename Data::operation;

  peer_actor(caf::actor_config& config, peer_options<Data> options)
      : base(config), options_(std::move(options)),
        gossip_(std::move(options_.initial),
                options_.by == origin::none ? random_origin() : options_.by, options_.bounds) {}

  const char* name() const override { return "libsync.peer"; }

  behavior_type make_behavior() override {
    this->set_down_handler([this](caf::down_msg& down) { part(down.source); });
    return {
        [this](box_atom, const envelope<box_type>& from) { receive(*from); },
        [this](merged_atom) { enter([this](auto& out) { gossip_.acknowledged(sender(), out); }); },
        [this](share_atom) {
          share_asked_ = false;
          enter([this](auto& out) { gossip_.share(out); });
        },
        [this](change_atom, const envelope<composite<operation>>& what) {
          return enclose(change(*what));
        },
        [this](meet_atom, const caf::actor_addr& whom) { meet(whom); },
        [this](part_atom, const caf::actor_addr& whom) { part(whom); },
        [this](read_atom) { return envelope<box_type>{gossip_.read()}; },
        [this](accept_atom) { return enclose(accept()); },
        [this](status_atom) { return enclose(status()); },
    };
  }

  void on_exit() override { watches_.clear(); }

private:
  using route = caf::actor_addr;
  static constexpr std::size_t most_retries = 3;

  // What the gossip hands out, as messages and calls.
  struct sink {
    peer_actor& self;

    void send(const route& to, const std::shared_ptr<const box_type>& what) {
      self.send_to(to, box_atom::value, envelope<box_type>{what});
    }
    void acknowledge(const route& to) { self.send_to(to, merged_atom::value); }
    void ask_to_share() { self.share_wanted_ = true; }
    void changed(const box_type& box) {
      self.calls_([&] {
        if (self.options_.on_change)
          self.options_.on_change(box);
      });
    }
  };

  // Returns whether nothing was thrown, for want of memory or out of a copy; then the gossip is
  // whole, and what it has not told yet it tells once memory may be there again.
  template <class Call>
  bool enter(Call call) {
    sink out{*this};
    try {
      call(out);
      share_soon();
      return true;
    } catch (...) {
      failed(detail::thrown().text());
    }
    share_wanted_ = true;
    calls_([this] { share_soon(); });
    return false;
  }

  // What waits in the mailbox goes with the same box.
  void share_soon() {
    if (share_wanted_ && !share_asked_) {
      this->send(this, share_atom::value);
      share_asked_ = true;
    }
    share_wanted_ = false;
  }

  template <class... Parts>
  void send_to(const route& to, Parts&&... parts) {
    detail::compat::send(this, to, std::forward<Parts>(parts)...);
  }

  [[nodiscard]] route sender() { return caf::actor_cast<route>(this->current_sender()); }

  [[nodiscard]] static timestamp now() { return process_clock().now(); }

  void meet(const route& whom) {
    if (!whom || whom == this->address())
      return;
    watches_.add(whom);
    enter([&](auto& out) { gossip_.meet(whom, out); });
  }

  void part(const route& whom) {
    watches_.remove(whom);
    gossip_.part(whom);
  }

  // What was thrown after the change was made does not make it undone.
  result<stamp> change(const composite<operation>& what) {
    const auto before = gossip_.counters().changed;
    std::optional<result<stamp>> done;
    if (enter([&](auto& out) { done = gossip_.change(what, now(), out); }))
      return *std::move(done);
    if (gossip_.counters().changed != before)
      return gossip_.box().last_modified();
    return result<stamp>::failed(reason_);
  }

  outcome accept() {
    outcome done;
    if (enter([&](auto& out) { done = gossip_.accept_loss(now(), out); }))
      return done;
    return gossip_.box().may_have_lost() ? refused(reason_) : accepted();
  }

  void receive(const box_type& from) {
    outcome done;
    const bool whole = enter([&](auto& out) { done = gossip_.receive(sender(), from, out); });
    if (whole && !done)
      failed(done.reason());
    retries_ = whole ? 0 : retries_ + 1;
    if (whole)
      return;
    // The neighbour waits to hear that its box was merged. It begins anew, with the whole box; or
    // goes on, if that is no use.
    if (retries_ <= most_retries)
      send_to(sender(), meet_atom::value, this->address());
    else
      send_to(sender(), merged_atom::value);
  }

  void failed(std::string_view why) {
    calls_([&] {
      reason_ = why;
      if (options_.on_failure)
        options_.on_failure(reason_);
    });
  }

  [[nodiscard]] peer_status status() const {
    const auto& box = gossip_.box();
    return {gossip_.by(),        gossip_.neighbours(), box.queue().size(),
            box.may_have_lost(), gossip_.counters(),   reason_,
            calls_.thrown()};
  }

  peer_options<Data> options_;
  gossip<Data, route> gossip_;
  detail::compat::watches watches_{this}; // its neighbours
  detail::callback_guard calls_;
  std::string reason_;
  bool share_wanted_ = false;
  bool share_asked_ = false;
  // How many boxes in a row could not be merged for want of memory.
  std::size_t retries_ = 0;
};

/// Starts a peer. Throws std::invalid_argument if a limit makes no sense.
template <class Data>
peer<Data> spawn_peer(caf::actor_system& system, peer_options<Data> options = {}) {
  static_cast<void>(options.bounds.checked()); // here, where somebody hears it
  return system.spawn<peer_actor<Data>>(std::move(options));
}

/// Lets two peers exchange their boxes, and whatever changes later.
template <class Data>
void introduce(const peer<Data>& one, const peer<Data>& other) {
  caf::anon_send(one, meet_atom::value, other.address());
  caf::anon_send(other, meet_atom::value, one.address());
}

/// Lets two peers exchange nothing any more, as when a network is cut.
template <class Data>
void separate(const peer<Data>& one, const peer<Data>& other) {
  caf::anon_send(one, part_atom::value, other.address());
  caf::anon_send(other, part_atom::value, one.address());
}

} // namespace libsync
