#pragma once

/// The clients of a relay.

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <set>
#include <vector>

#include "libsync/ids.hpp"
#include "libsync/limits.hpp"
#include "libsync/protocol/membership.hpp"
#include "libsync/protocol/relayed.hpp"
#include "libsync/protocol/reply.hpp"

namespace libsync::detail {

/// Whoever leaves is remembered by the server, not by the relay.
[[nodiscard]] inline limits limits_of_relay(limits bounds) noexcept {
  bounds.absent = bounds.absent_bytes = 0;
  return bounds;
}

/// What a relay knows of one client, beside what a server would know.
template <class Data, class Route>
struct relay_client {
  /// It waits to be welcomed; it is a member; or it was told that it is suspended, and will ask.
  enum class stage : std::uint8_t { asks, belongs, is_away };

  Route route;
  channel_id channel;
  join_request request = {};
  stage now = stage::asks;
  // What waits for the copy to show the versions that it speaks of.
  welcome_ptr<Data> welcome = nullptr;
  std::vector<reply_ptr> replies = {};

  [[nodiscard]] bool is_member() const noexcept { return now == stage::belongs; }
  [[nodiscard]] bool asks() const noexcept { return now == stage::asks; }
  /// A client has one parcel in flight, so a server that keeps to the protocol sends fewer.
  [[nodiscard]] bool has_too_many() const noexcept { return replies.size() > 8; }
  [[nodiscard]] bool has_waiting() const noexcept { return welcome || !replies.empty(); }

  void forget_what_came() noexcept {
    welcome = nullptr;
    replies.clear();
  }
};

/// They are in the order of their channels, which is the same wherever actors lie in memory.
template <class Data, class Route>
class relay_clients {
public:
  using client = relay_client<Data, Route>;

  [[nodiscard]] std::size_t size() const noexcept { return all_.size(); }

  /// Returns null if there is none.
  [[nodiscard]] client* find(const Route& route) {
    const auto found = channels_.find(route);
    return found == channels_.end() ? nullptr : find(found->second);
  }
  [[nodiscard]] client* find(channel_id channel) {
    const auto found = all_.find(channel);
    return found == all_.end() ? nullptr : &found->second;
  }

  [[nodiscard]] const client* find(const Route& route) const {
    const auto found = channels_.find(route);
    return found == channels_.end() ? nullptr : find(found->second);
  }
  [[nodiscard]] const client* find(channel_id channel) const {
    const auto found = all_.find(channel);
    return found == all_.end() ? nullptr : &found->second;
  }

  client& open(const Route& route) {
    if (auto* known = find(route))
      return *known;
    const auto channel = last_ + 1;
    auto& made = all_.try_emplace(channel, client{route, channel}).first->second;
    channels_.emplace(route, channel);
    last_ = channel;
    return made;
  }

  /// Forgets one of these.
  void forget(const client& whom) {
    const auto channel = whom.channel;
    waiting_.erase(channel);
    channels_.erase(whom.route);
    all_.erase(channel);
  }

  void clear() noexcept {
    waiting_.clear();
    channels_.clear();
    all_.clear();
  }

  template <class Visit>
  void for_each(Visit visit) {
    for (auto& [channel, one] : all_)
      visit(one);
  }
  template <class Visit>
  void for_each(Visit visit) const {
    for (const auto& [channel, one] : all_)
      visit(one);
  }

  /// Something has come for one that waits.
  void note_waiting(const client& who) { waiting_.insert(who.channel); }
  /// Calls `visit(client)` for each who was noted, and forgets those for whom nothing waits
  /// any more.
  template <class Visit>
  void for_each_waiting(Visit visit) {
    for (auto next = waiting_.begin(); next != waiting_.end();) {
      auto& one = all_.find(*next)->second;
      if (one.has_waiting())
        visit(one);
      next = one.has_waiting() ? std::next(next) : waiting_.erase(next);
    }
  }

private:
  std::map<channel_id, client> all_;
  std::map<Route, channel_id> channels_;
  std::set<channel_id> waiting_;
  channel_id last_ = 0;
};

} // namespace libsync::detail
