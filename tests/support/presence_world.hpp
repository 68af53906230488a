#pragma once

/// A board, its members, and the connections between them.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "libsync/context.hpp"
#include "libsync/detail/client/presence_copy.hpp"
#include "libsync/detail/server/presence_board.hpp"
#include "libsync/ids.hpp"
#include "libsync/presence.hpp"

namespace presence {

using libsync::client_id;
using libsync::context;
using libsync::epoch_id;

struct page {
  using operation = int;
  using presence = int;
};

using round = libsync::presence_round_ptr<page>;
using update = libsync::presence_update<page>;

inline std::shared_ptr<const int> shared_int(int value) {
  return std::make_shared<const int>(value);
}

inline std::map<client_id, int> shown(const round& of) {
  std::map<client_id, int> all;
  if (of)
    for (const auto& one : of->all)
      all.emplace(one.by, *one.value);
  return all;
}

// A server and clients that are members of it, each by a connection in which messages wait.
struct world {
  static constexpr libsync::timestamp pause = 16;

  struct client {
    libsync::detail::presence_copy<page> copy;
    std::optional<int> own;
    std::optional<client_id> id; // while it is a member
    bool is_suspended = false;
    std::deque<update> up;
    std::deque<round> down;
  };

  explicit world(std::size_t count) : clients(count) {}

  auto who() {
    return [this](std::size_t route) -> std::optional<context<page>> {
      const auto& one = clients.at(route);
      return one.id && !one.is_suspended ? std::optional{context<page>{.by = *one.id}}
                                         : std::nullopt;
    };
  }
  void send(std::size_t route, const round& what) { clients.at(route).down.push_back(what); }

  // A connection that breaks loses what is under way.
  void cut(std::size_t which) {
    clients[which].up.clear();
    clients[which].down.clear();
  }
  void join(std::size_t which, bool under_a_new_name) {
    auto& one = clients[which];
    cut(which);
    if (!one.id || under_a_new_name)
      one.id = client_id{++names};
    one.is_suspended = false;
    board.join(which);
    one.copy.join(*one.id, epoch);
    pump(which);
  }
  void leave(std::size_t which) {
    clients[which].id.reset();
    clients[which].copy.leave();
    board.notice();
  }
  void show(std::size_t which, std::optional<int> what) {
    clients[which].own = what;
    clients[which].copy.show(what ? shared_int(*what) : nullptr);
    pump(which);
  }
  void pump(std::size_t which) {
    while (auto told = clients[which].copy.take())
      clients[which].up.push_back(*std::move(told));
  }
  void begin_epoch() {
    epoch = epoch_id{static_cast<std::uint64_t>(epoch) + 1};
    board.clear();
    for (std::size_t i = 0; i < clients.size(); ++i)
      leave(i);
  }
  // The server reads a message of a client's, or the client one of the server's.
  void up(std::size_t which) {
    if (clients[which].up.empty())
      return;
    board.receive(epoch, which, clients[which].up.front(), who());
    clients[which].up.pop_front();
  }
  void down(std::size_t which) {
    if (clients[which].down.empty())
      return;
    clients[which].copy.receive(clients[which].down.front());
    clients[which].down.pop_front();
    pump(which);
  }
  void tick() {
    if (const auto due = board.due()) {
      now = std::max(now, *due);
      board.round(epoch, now, who(), *this);
    }
  }
  // All messages arrive, and all rounds are made.
  void settle() {
    for (std::size_t quiet = 0; quiet < 2; ++quiet) {
      for (std::size_t i = 0; i < clients.size(); ++i)
        for (; !clients[i].up.empty() || !clients[i].down.empty(); quiet = 0) {
          up(i);
          down(i);
        }
      if (board.due())
        quiet = 0;
      tick();
    }
  }
  std::map<client_id, int> expected() const {
    std::map<client_id, int> all;
    for (const auto& one : clients)
      if (one.id && !one.is_suspended && one.own)
        all.emplace(*one.id, *one.own);
    return all;
  }

  epoch_id epoch{1};
  std::uint64_t names = 0;
  libsync::timestamp now = 0;
  libsync::detail::presence_board<page, std::size_t> board{pause};
  std::vector<client> clients;
};

} // namespace presence
