#pragma once

/// Which clients that left a server has to remember.

#include <algorithm>
#include <cstddef>
#include <deque>
#include <map>

#include "libsync/ids.hpp"
#include "libsync/protocol/membership.hpp"

#include "libsync/testing/detail/broken.hpp"

namespace libsync::testing::detail {

/// Follows who is a member by which route, and who has left, in that order, from the welcomes and
/// from who leaves. How many are remembered only the server knows, since that depends on the memory
/// that they take; but they are those that left last.
class absent_clients {
public:
  /// A client asks to join, which the next welcome answers.
  void ask(const join_request& request) { asked_ = request; }

  /// That is sent by this route.
  template <class Data>
  void welcome(std::size_t route, const libsync::welcome<Data>& what) {
    const auto known = members_.find(route);
    if (known != members_.end() && known->second != what.you)
      leave(route);
    const auto before = std::find(left_.begin(), left_.end(), what.you);
    came_back_ = before != left_.end();
    is_forgotten_ = asked_.known && asked_.epoch == what.epoch && asked_.known != what.you;
    is_new_ = std::erase_if(members_, [&](const auto& one) { return one.second == what.you; }) == 0;
    members_[route] = what.you;
    back_ = what.you;
  }

  /// Whether the client that was welcomed last was no member.
  [[nodiscard]] bool is_new() const noexcept { return is_new_; }

  /// Whoever came by this route leaves.
  void leave(std::size_t route) {
    const auto known = members_.find(route);
    if (known == members_.end())
      return;
    left_.push_back(known->second);
    members_.erase(known);
  }

  /// A call has come to its end, and the server remembers so many. Who has left first is forgotten
  /// first, before anybody comes back.
  void check(std::size_t remembered) {
    const std::size_t kept = remembered + (came_back_ ? 1 : 0);
    while (left_.size() > kept)
      left_.pop_front();
    const bool has = std::find(left_.begin(), left_.end(), back_) != left_.end();
    require(!came_back_ || has, back_, " came back, although those that left later are forgotten");
    const bool had =
        is_forgotten_ && std::find(left_.begin(), left_.end(), *asked_.known) != left_.end();
    require(!had, *asked_.known, " is forgotten, although those that left earlier are not");
    if (came_back_)
      std::erase(left_, back_);
    came_back_ = is_forgotten_ = false;
  }

  /// Everybody is forgotten.
  void clear() {
    left_.clear();
    members_.clear();
    came_back_ = is_forgotten_ = false;
  }

private:
  std::map<std::size_t, client_id> members_;
  std::deque<client_id> left_; // the earliest first
  join_request asked_;
  client_id back_{};
  bool came_back_ = false;
  bool is_forgotten_ = false;
  bool is_new_ = false;
};

} // namespace libsync::testing::detail
