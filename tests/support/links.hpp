#pragma once

/// The links of a simulated network, and what is under way on them.

#include <cstddef>
#include <deque>
#include <memory>
#include <variant>
#include <vector>

#include "libsync/sequencer.hpp"
#include "libsync/snapshot.hpp"

namespace simulation {

struct leave_message {};
/// What a client hears when its server has died and has a successor.
struct ended {};
template <class Data>
using to_server =
    std::variant<libsync::join_request, libsync::parcel_ptr<Data>, libsync::version, leave_message>;
template <class Data>
using to_client =
    std::variant<libsync::welcome_ptr<Data>, libsync::batch_ptr<Data>, libsync::reply_ptr,
                 libsync::suspended, libsync::snapshot<Data>, ended>;

/// A connection of one client, in order in both directions. A route is an index of one.
template <class Data>
struct link {
  int client;
  bool cut = false;
  bool member = false;
  // The server has died and the client has not heard of it: what it sends goes nowhere.
  bool stale = false;
  std::deque<to_server<Data>> up;
  std::deque<to_client<Data>> down;
};

/// All links that there ever were.
template <class Data>
class links {
public:
  [[nodiscard]] int size() const { return static_cast<int>(all_.size()); }
  link<Data>& at(int route) { return *all_[static_cast<std::size_t>(route)]; }

  /// Returns the route of a new link.
  int open(int client) {
    all_.push_back(std::make_unique<link<Data>>(link<Data>{client, false, false, false, {}, {}}));
    return size() - 1;
  }

  /// What is under way on it is lost. The server has not noticed it yet.
  void cut(int route) {
    auto& old = at(route);
    old.cut = true;
    old.up.clear();
    old.down.clear();
    unnoticed_.push_back(route);
  }

  /// How many are cut and the server has not noticed it.
  [[nodiscard]] std::size_t unnoticed() const { return unnoticed_.size(); }

  /// Returns the route of one of these, which is noticed.
  int notice(std::size_t which) {
    const int route = unnoticed_[which];
    unnoticed_.erase(unnoticed_.begin() + static_cast<std::ptrdiff_t>(which));
    return route;
  }

  /// The client of a link asks to join over it, under a name that it was given if `named`. Of its
  /// other links that one is no member's any more.
  void join(int route, bool named) {
    at(route).member = true;
    for (auto& other : all_)
      if (other->client == at(route).client && other.get() != &at(route))
        other->member = other->member && !named;
  }

  /// Everybody has to join again.
  void end_membership() {
    for (auto& one : all_)
      one->member = false;
  }

  /// What waits in the dead server's mailbox is lost; everybody hears of its end.
  void end_server() {
    for (auto& one : all_) {
      one->up.clear();
      if (!one->cut) {
        one->stale = true;
        one->down.push_back(ended{});
      }
    }
  }

  /// A client has heard of its server's end.
  void find_next_server(int client) {
    for (auto& one : all_)
      if (one->client == client)
        one->stale = false;
  }

private:
  std::vector<std::unique_ptr<link<Data>>> all_;
  std::vector<int> unnoticed_;
};

} // namespace simulation
