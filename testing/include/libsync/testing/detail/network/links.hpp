#pragma once

/// The links of a simulated network, and what is under way on them.

#include <cstddef>
#include <deque>
#include <memory>
#include <variant>
#include <vector>

#include "libsync/ids.hpp"
#include "libsync/protocol/audit.hpp"
#include "libsync/protocol/batch.hpp"
#include "libsync/protocol/membership.hpp"
#include "libsync/protocol/parcel.hpp"
#include "libsync/protocol/reply.hpp"
#include "libsync/snapshot.hpp"

namespace libsync::testing::detail {

struct leave_message {};
/// What a client hears when its server has died and has a successor.
struct ended {};
/// What it hears when its link is cut.
struct cut_off {};
template <class Data>
using to_server = std::variant<join_request, parcel_ptr<Data>, version, leave_message, digest_told>;
template <class Data>
using to_client = std::variant<welcome_ptr<Data>, batch_ptr<Data>, reply_ptr, suspended,
                               snapshot<Data>, digest_wanted_ptr<Data>, ended, cut_off>;

/// One direction of a link.
template <class Message>
struct half_link {
  std::deque<Message> all;
  /// Nothing arrives for now.
  bool held = false;
  /// What becomes of the next message.
  bool loses_next = false;
  bool repeats_next = false;
  /// The first message has arrived, and will come again.
  bool has_repeated = false;

  /// What is under way is lost, together with what was to come again.
  void lose_all() noexcept {
    all.clear();
    has_repeated = false;
  }
};

/// A connection of one client, in order in both directions. A route is an index of one.
template <class Data>
struct link {
  std::size_t client = 0;
  bool is_cut = false;
  bool is_member = false;
  /// The server has died and the client has not heard of it: what it sends goes nowhere.
  bool is_stale = false;
  /// An epoch has begun, and the client has not heard of it: it is told as soon as it submits.
  bool is_unaware = false;
  /// A message was lost.
  bool has_lost = false;
  /// A message to the client was lost, or came twice.
  bool is_disturbed = false;
  half_link<to_server<Data>> up = {};
  half_link<to_client<Data>> down = {};
};

/// All links that there ever were.
template <class Data>
class links {
public:
  static constexpr auto none = static_cast<std::size_t>(-1);

  [[nodiscard]] link<Data>& at(std::size_t route) { return *all_.at(route); }

  /// Returns the route of a new link.
  std::size_t open(std::size_t client) {
    all_.push_back(std::make_unique<link<Data>>(link<Data>{client}));
    return all_.size() - 1;
  }

  /// What is under way on it is lost. The server has not noticed it yet.
  void cut(std::size_t route) {
    auto& old = at(route);
    if (old.is_cut)
      return;
    old.is_cut = true;
    old.up.lose_all();
    old.down.lose_all();
    unnoticed_.push_back(route);
  }

  /// How many are cut and the server has not noticed it.
  [[nodiscard]] std::size_t unnoticed() const { return unnoticed_.size(); }

  /// Returns the route of one of these, which is noticed.
  std::size_t notice(std::size_t which) {
    const auto route = unnoticed_[which];
    unnoticed_.erase(unnoticed_.begin() + static_cast<std::ptrdiff_t>(which));
    return route;
  }

  /// The client of a link asks to join over it, under a name that it was given if `is_named`. Of
  /// its other links that one is no member's any more.
  void join(std::size_t route, bool is_named) {
    at(route).is_member = true;
    at(route).is_unaware = false;
    for (auto& other : all_)
      if (other->client == at(route).client && other.get() != &at(route))
        other->is_member = other->is_member && !is_named;
  }

  /// Everybody has to join again.
  void end_membership() {
    for (auto& one : all_)
      one->is_member = false;
  }

  /// What waits in the dead server's mailbox is lost; everybody hears of its end.
  void end_server() {
    for (auto& one : all_) {
      one->up.lose_all();
      if (!one->is_cut) {
        one->is_stale = true;
        one->down.all.push_back(ended{});
      }
    }
  }

  /// An epoch has begun in a server that nobody has seen end. Only the client whose message it was
  /// handling hears of that.
  void end_unheard(std::size_t sender) {
    for (auto& one : all_)
      one->is_unaware = true;
    if (sender != none && !at(sender).is_cut)
      at(sender).down.all.push_back(ended{});
  }

  /// All links break, and the next server hears nothing of them.
  void cut_all() {
    for (std::size_t route = 0; route < all_.size(); ++route)
      if (!at(route).is_cut) {
        cut(route);
        at(route).down.all.push_back(cut_off{});
      }
    unnoticed_.clear();
  }

  /// A client has heard of its server's end.
  void find_next_server(std::size_t client) {
    for (auto& one : all_)
      if (one->client == client)
        one->is_stale = one->is_unaware = false;
  }

private:
  std::vector<std::unique_ptr<link<Data>>> all_;
  std::vector<std::size_t> unnoticed_;
};

} // namespace libsync::testing::detail
