#pragma once

/// Who takes part, as a server sees it.

#include <algorithm>
#include <cstddef>
#include <deque>
#include <map>
#include <utility>
#include <vector>

#include "libsync/ids.hpp"
#include "libsync/window.hpp"

namespace libsync {

/// One member: a client that gets every batch. `Route` is how messages reach it.
template <class Route>
struct member {
  Route route;
  submission_window window;
  /// The version that it last acknowledged.
  version reached = 0;
  /// It fell too far behind and gets nothing until it joins again.
  bool suspended = false;

  [[nodiscard]] client_id id() const noexcept { return window.by; }
};

/// The members by ascending id, and the windows of a bounded number of clients that left.
template <class Route>
class member_list {
public:
  explicit member_list(std::size_t absent_limit) : absent_limit_(absent_limit) {}

  [[nodiscard]] auto begin() noexcept { return present_.begin(); }
  [[nodiscard]] auto end() noexcept { return present_.end(); }
  [[nodiscard]] std::size_t size() const noexcept { return present_.size(); }
  [[nodiscard]] std::size_t absent() const noexcept { return absent_.size(); }

  /// Calls `visit(member)` for each, from `first` on and round to the one before it.
  template <class Visit>
  void for_each_beginning_with(client_id first, Visit visit) {
    const auto middle = position(first);
    std::for_each(middle, present_.end(), visit);
    std::for_each(present_.begin(), middle, visit);
  }

  /// Returns the member that is reached by `route`, or null. Valid until members come or go.
  [[nodiscard]] member<Route>* find(const Route& route) {
    auto id = ids_.find(route);
    return id == ids_.end() ? nullptr : find(id->second);
  }

  [[nodiscard]] member<Route>* find(client_id id) {
    auto at = position(id);
    return at != present_.end() && at->id() == id ? &*at : nullptr;
  }

  /// Makes a member of `window.by`, which is none, reached by `route`, which reaches no member.
  member<Route>& add(const Route& route, submission_window window) {
    ids_[route] = window.by;
    auto at = position(window.by);
    return *present_.insert(at, member<Route>{route, std::move(window)});
  }

  /// Reaches a member by another route from now on.
  void move(member<Route>& who, const Route& route) {
    ids_.erase(who.route);
    ids_[route] = who.id();
    who.route = route;
  }

  /// Moves a member to those that left; the oldest of these is forgotten if they are too many.
  void remove(const member<Route>& who) {
    ids_.erase(who.route);
    auto at = position(who.id());
    absent_.push_back(std::move(at->window));
    present_.erase(at);
    if (absent_.size() > absent_limit_)
      absent_.pop_front();
  }

  /// Takes the window of a client that left, if it is still remembered, into `window`.
  bool recall(client_id id, submission_window& window) {
    auto at = std::find_if(absent_.begin(), absent_.end(),
                           [id](const submission_window& one) { return one.by == id; });
    if (at == absent_.end())
      return false;
    window = std::move(*at);
    absent_.erase(at);
    return true;
  }

private:
  auto position(client_id id) {
    return std::lower_bound(present_.begin(), present_.end(), id,
                            [](const member<Route>& one, client_id key) { return one.id() < key; });
  }

  std::size_t absent_limit_;
  std::vector<member<Route>> present_;
  std::map<Route, client_id> ids_;
  std::deque<submission_window> absent_;
};

} // namespace libsync
