#pragma once

/// What the clients of a server show each other.

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <utility>

#include "libsync/context.hpp"
#include "libsync/detail/shared.hpp"
#include "libsync/ids.hpp"
#include "libsync/presence.hpp"

namespace libsync::detail {

/// Gathers the newest value of each member, and sends all members what all show, in rounds that are
/// at least `pause` apart. A member gets the next round once it has told that it has seen the one
/// before. So one that is slow skips rounds, delays nobody, and has one round in its mailbox at
/// most. A round is one immutable list, which all share.
///
/// Whoever is no member, or is suspended, shows nothing from the next round on. Each call is given
/// `who(route)`, which returns the `context` of the member that is reached by a route, or nothing.
///
/// Deterministic; one thread at a time.
template <has_presence Data, class Route>
class presence_board {
public:
  /// `pause` is in the units of `timestamp`, and not negative.
  explicit presence_board(timestamp pause) : pause_(pause) {}

  /// Somebody has joined, for the first time or again: what was sent before may be lost.
  void join(const Route& route) {
    auto& reads = clients_[route];
    reads.seen = reads.sent = 0;
    is_due_ = true;
  }

  /// Members may have left, or may have been suspended.
  void notice() noexcept { is_due_ = true; }

  /// A member of `epoch` tells what it has seen and shows. What is old or foreign is ignored.
  template <class Who>
  void receive(epoch_id epoch, const Route& from, const presence_update<Data>& what, Who who) {
    const auto known = clients_.find(from);
    if (known == clients_.end() || what.epoch != epoch)
      return;
    const auto by = who(from);
    if (!by)
      return;
    auto& client = known->second;
    client.seen = std::clamp(what.seen, client.seen, client.sent);
    is_due_ = is_due_ || (client.is_idle() && client.seen < number());
    auto& shows = client.shows;
    if (!what.value || (shows.by == by->by && what.sequence <= shows.sequence))
      return;
    shows = {by->by, by->identity, what.sequence, *what.value};
    is_due_ = has_changed_ = true;
  }

  /// When `round` is to be called next; nothing if there is nothing new.
  [[nodiscard]] std::optional<timestamp> due() const noexcept {
    return is_due_ ? std::optional{next_} : std::nullopt;
  }

  /// Makes the next round, if there is something new, and sends the latest to all who are ready for
  /// it, by `out.send(route, presence_round_ptr<Data>)`. Does nothing before it is due. If it
  /// throws, it is still due. If the clock was set back, the pause ends.
  template <class Who, class Out>
  void round(epoch_id epoch, timestamp now, Who who, Out& out) {
    const bool was_set_back = next_ > now && next_ - now > pause_;
    if (!is_due_ || (now < next_ && !was_set_back))
      return;
    forget_absent(who);
    if (has_changed_ || (latest_ && latest_->epoch != epoch))
      make_round(epoch);
    for (auto& [route, client] : clients_)
      if (client.is_idle() && client.seen < number()) {
        out.send(route, latest_);
        client.sent = number();
      }
    next_ = now + std::min(pause_, std::numeric_limits<timestamp>::max() - now);
    is_due_ = false;
  }

  /// An epoch has begun, and has no members.
  void clear() noexcept {
    clients_.clear();
    has_changed_ = is_due_ = true;
  }

private:
  struct client {
    // Rounds.
    std::uint64_t seen = 0;
    std::uint64_t sent = 0;
    present<Data> shows;

    [[nodiscard]] bool is_idle() const noexcept { return seen == sent; }
    [[nodiscard]] bool has_shown() const noexcept { return shows.sequence != 0; }
  };

  [[nodiscard]] std::uint64_t number() const noexcept { return latest_ ? latest_->number : 0; }

  template <class Who>
  void forget_absent(Who who) {
    for (auto next = clients_.begin(); next != clients_.end();) {
      auto& shows = next->second.shows;
      const auto by = who(next->first);
      const bool is_same = by && (!next->second.has_shown() || by->by == shows.by);
      has_changed_ = has_changed_ || !is_same;
      if (by && !is_same)
        shows = {};
      next = by ? std::next(next) : clients_.erase(next);
    }
  }

  void make_round(epoch_id epoch) {
    auto next = shared<presence_round<Data>>();
    next->epoch = epoch;
    next->number = number() + 1;
    for (const auto& [route, one] : clients_)
      if (one.shows.value)
        next->all.push_back(one.shows);
      else if (one.has_shown())
        next->withdrawn.emplace_back(one.shows.by, one.shows.sequence);
    std::sort(next->all.begin(), next->all.end(),
              [](const auto& left, const auto& right) { return left.by < right.by; });
    latest_ = std::move(next);
    has_changed_ = false;
  }

  timestamp pause_;
  timestamp next_ = std::numeric_limits<timestamp>::min();
  bool is_due_ = false;
  bool has_changed_ = true; // nobody was told so far that nobody shows anything
  std::map<Route, client> clients_;
  presence_round_ptr<Data> latest_;
};

} // namespace libsync::detail
