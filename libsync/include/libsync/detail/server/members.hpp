#pragma once

/// The members of a server.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <utility>
#include <vector>

#include "libsync/detail/server/submission_window.hpp"
#include "libsync/ids.hpp"
#include "libsync/protocol/membership.hpp"
#include "libsync/size_of.hpp"

namespace libsync::detail {

/// One member: a client that gets every batch, a viewer, which is shown snapshots, or one that gets
/// neither, because a relay stands between. `Route` is how messages reach it.
template <class Route>
struct member {
  Route route;
  submission_window window;
  /// The version that it last acknowledged, and what had been sent by then.
  version reached = 0;
  amount acknowledged{};
  /// It fell too far behind and gets nothing until it joins again.
  bool suspended = false;
  bool is_viewer = false;
  bool is_relayed = false;
  /// The version that a viewer was last shown. Until it acknowledges that, it is shown another only
  /// where a reply speaks of one.
  version shown = 0;

  [[nodiscard]] client_id id() const noexcept { return window.by; }

  /// Whether a request that came by its route is its own.
  [[nodiscard]] bool asks(const join_request& request, epoch_id epoch) const {
    if (request.known == id() && request.epoch == epoch)
      return true;
    // It may not have heard its name yet; then it has submitted nothing under it.
    return window.last.count == 0 && window.next == request.first_unanswered;
  }

  /// It begins to listen at a version, by which so much had been sent.
  void begin(libsync::version version, amount sent, const join_request& how) {
    suspended = false;
    reached = version;
    acknowledged = sent;
    is_viewer = how.is_viewer;
    is_relayed = how.is_relayed;
    shown = version;
  }

  /// Whether it is shown snapshots.
  [[nodiscard]] bool looks() const noexcept { return is_viewer && !is_relayed; }

  /// Whether a viewer has seen all that it was shown.
  [[nodiscard]] bool is_up_to_date() const noexcept { return reached >= shown; }
};

/// The members by ascending id, and the windows of clients that left: of a bounded number, which
/// take bounded memory. It gives the ids, and none twice.
template <class Route>
class member_list {
public:
  member_list(std::size_t absent_limit, std::uint64_t absent_bytes)
      : absent_limit_(absent_limit), absent_bytes_limit_(absent_bytes) {}

  [[nodiscard]] auto begin() noexcept { return present_.begin(); }
  [[nodiscard]] auto end() noexcept { return present_.end(); }
  [[nodiscard]] std::size_t size() const noexcept { return present_.size(); }
  [[nodiscard]] std::size_t absent() const noexcept { return absent_.size(); }
  /// How much memory is taken by those that left.
  [[nodiscard]] std::uint64_t absent_bytes() const noexcept { return absent_bytes_; }

  [[nodiscard]] bool has_viewers() const noexcept {
    return std::any_of(present_.begin(), present_.end(),
                       [](const auto& one) { return one.looks(); });
  }

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

  /// Makes whoever is reached by `route` a member, at `version` of `epoch`: the one that it
  /// names, if that is a member or remembered, else a new one.
  member<Route>& admit(const Route& route, const join_request& request, epoch_id epoch,
                       libsync::version version) {
    if (auto* present = find(route))
      return *present;
    submission_window window;
    if (request.known && request.epoch == epoch) {
      if (auto* moved = find(*request.known)) {
        move(*moved, route);
        return *moved;
      }
      if (recall(*request.known, window))
        return add(route, std::move(window));
    }
    window.by = client_id{++last_id_};
    window.next = request.first_unanswered;
    window.last.to = window.by;
    window.last.epoch = epoch;
    window.last.before = version;
    window.last.first = window.next;
    return add(route, std::move(window));
  }

  /// Makes whoever is reached by `route` the member whose window another server has, and has told.
  /// It must not be a member, and nobody may be reached by that route.
  member<Route>& admit(const Route& route, submission_window known) {
    return add(route, std::move(known));
  }

  /// Calls `visit(id)` for each member, and each client that left and is remembered.
  template <class Visit>
  void for_each_id(Visit visit) const {
    for (const auto& one : present_)
      visit(one.id());
    for (const auto& one : absent_)
      visit(one.by);
  }

  /// Returns what is remembered of a client, which may have left; null if nothing is.
  [[nodiscard]] const submission_window* window_of(client_id id) {
    if (const auto* present = find(id))
      return &present->window;
    const auto at = position_of_absent(id);
    return at != absent_.end() ? &*at : nullptr;
  }

  /// Calls `visit(window)` for each client that is remembered.
  template <class Visit>
  void for_each_window(Visit visit) {
    for (auto& one : present_)
      visit(one.window);
    for (auto& one : absent_)
      visit(one);
  }

  [[nodiscard]] std::uint64_t last_id() const noexcept { return last_id_; }
  /// Ids that were given by others before are not given again.
  void give_ids_after(std::uint64_t last) noexcept { last_id_ = std::max(last_id_, last); }

  /// Remembers a client that left. However many these are, none of them is forgotten until as many
  /// others have left.
  void remember(submission_window window) {
    absent_bytes_ += memory_of(window);
    absent_.push_back(std::move(window));
    absent_limit_ = std::max(absent_limit_, absent_.size());
    absent_bytes_limit_ = std::max(absent_bytes_limit_, absent_bytes_);
  }

  /// Whether somebody is, or was, a member by that id.
  [[nodiscard]] bool has_named(client_id id) const noexcept {
    return id != client_id::server && id <= client_id{last_id_};
  }

  /// Moves a member to those that left; the oldest of these are forgotten while they are too many
  /// or take too much memory. Returns how many were forgotten.
  std::size_t remove(const member<Route>& who) {
    auto at = position(who.id());
    absent_.push_back(std::move(at->window)); // what may throw comes first
    absent_bytes_ += memory_of(absent_.back());
    ids_.erase(at->route);
    present_.erase(at);
    std::size_t forgotten = 0;
    for (; absent_.size() > absent_limit_ || absent_bytes_ > absent_bytes_limit_; ++forgotten) {
      absent_bytes_ -= memory_of(absent_.front());
      absent_.pop_front();
    }
    return forgotten;
  }

  /// Forgets everybody, also those that left. No id is given again.
  void clear() {
    present_.clear();
    ids_.clear();
    absent_.clear();
    absent_bytes_ = 0;
  }

private:
  member<Route>& add(const Route& route, submission_window window) {
    ids_[route] = window.by;
    auto at = position(window.by);
    return *present_.insert(at, member<Route>{.route = route, .window = std::move(window)});
  }

  // Reaches a member by another route from now on.
  void move(member<Route>& who, const Route& route) {
    ids_[route] = who.id();
    ids_.erase(who.route);
    who.route = route;
  }

  // Takes the window of a client that left, if it is still remembered, into `window`.
  bool recall(client_id id, submission_window& window) {
    auto at = position_of_absent(id);
    if (at == absent_.end())
      return false;
    absent_bytes_ -= memory_of(*at);
    window = std::move(*at);
    absent_.erase(at);
    return true;
  }

  auto position_of_absent(client_id id) {
    return std::find_if(absent_.begin(), absent_.end(),
                        [id](const submission_window& one) { return one.by == id; });
  }

  auto position(client_id id) {
    return std::lower_bound(present_.begin(), present_.end(), id,
                            [](const member<Route>& one, client_id key) { return one.id() < key; });
  }

  std::size_t absent_limit_;
  std::uint64_t absent_bytes_limit_;
  std::uint64_t absent_bytes_ = 0;
  std::uint64_t last_id_ = 0;
  std::vector<member<Route>> present_;
  std::map<Route, client_id> ids_;
  std::deque<submission_window> absent_;
};

} // namespace libsync::detail
