#pragma once

/// A sequencer and optimistic replicas whose users undo. Messages wait until they are delivered.

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <utility>
#include <variant>
#include <vector>

#include "libsync/sequencer.hpp"
#include "libsync/undo.hpp"
#include "support/record.hpp"

template <class Data>
struct undo_world {
  using operation = typename Data::operation;

  struct user {
    libsync::replica<Data, libsync::optimistic> client;
    client_record<Data> out;
    libsync::undo_stack<Data> undo;
    std::deque<typename server_record<Data>::message> down;
    std::size_t joins_sent = 0;
    std::size_t parcels_sent = 0;

    user(libsync::undo_limits bounds, const libsync::limits& own)
        : client(own), undo(client, bounds) {}

    bool submit(operation op, libsync::timestamp now = 0) {
      return static_cast<bool>(undo.submit(client, std::move(op), out, now));
    }
    [[nodiscard]] const Data& shown() const { return client.shown(); }
    auto go_back() { return undo.undo(client, out); }
    auto go_on() { return undo.redo(client, out); }
    // What became of those that had waited.
    std::vector<typename libsync::undo_stack<Data>::undone> told;
  };

  libsync::sequencer<Data, int> server{Data{}, libsync::epoch_id{7}};
  server_record<Data> out;
  std::size_t taken = 0;
  std::vector<std::unique_ptr<user>> users;

  explicit undo_world(std::size_t count, libsync::undo_limits bounds = {},
                      const libsync::limits& own = {}) {
    while (users.size() < count) {
      users.push_back(std::make_unique<user>(bounds, own));
      users.back()->client.connect(users.back()->out);
    }
    settle();
  }
  user& operator[](std::size_t which) { return *users[which]; }

  /// Delivers what one user has sent, or the next message to it. Returns whether there was any.
  bool send(std::size_t which) {
    user& by = *users[which];
    const auto route = static_cast<int>(which);
    if (by.joins_sent < by.out.joins.size()) {
      server.join(route, by.out.joins[by.joins_sent++], 0, out);
    } else if (by.parcels_sent < by.out.parcels.size()) {
      const auto parcel = by.out.parcels[by.parcels_sent++];
      server.submit(route, *parcel, 0, out);
    } else {
      return false;
    }
    return sort_out();
  }
  bool receive(std::size_t which) {
    user& by = *users[which];
    if (by.down.empty())
      return false;
    const auto next = std::exchange(by.down.front(), {});
    by.down.pop_front();
    std::visit([&](const auto& what) { pass_on(by, what); }, next);
    by.undo.go_on(by.client, by.out, [&](const auto& done) { by.told.push_back(done); });
    return true;
  }
  bool flush() {
    if (out.flushes_asked == 0)
      return false;
    out.flushes_asked = 0;
    server.flush(out);
    return sort_out();
  }

  /// Delivers all, until nothing is under way.
  void settle() {
    for (bool moved = true; moved;) {
      moved = false;
      for (std::size_t i = 0; i < users.size(); ++i)
        moved = send(i) || moved;
      moved = flush() || moved;
      for (std::size_t i = 0; i < users.size(); ++i)
        moved = receive(i) || moved;
    }
  }

private:
  bool sort_out() {
    for (; taken < out.sent.size(); ++taken)
      users[static_cast<std::size_t>(out.sent[taken].first)]->down.push_back(
          out.sent[taken].second);
    return true;
  }

  template <class Message>
  static void pass_on(user& to, const std::shared_ptr<Message>& what) {
    if constexpr (std::is_same_v<std::shared_ptr<Message>, libsync::batch_ptr<Data>>)
      to.client.receive(what, to.out);
    else
      to.client.receive(*what, to.out);
  }
  static void pass_on(user& to, const libsync::suspended& what) { to.client.receive(what, to.out); }
  static void pass_on(user&, const libsync::snapshot<Data>&) {}
};
