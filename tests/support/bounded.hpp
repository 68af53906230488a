#pragma once

/// Operations of any size, and a server with clients that read what they are sent, or do not.

#include <array>
#include <cstddef>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "libsync/protocol/membership.hpp"
#include "libsync/replica.hpp"
#include "libsync/sequencer.hpp"
#include "libsync/snapshot.hpp"
#include "libsync/submission.hpp"

namespace bounded {

/// 64 bytes, all in itself.
struct block {
  std::array<char, 64> bytes{};
};

/// Any number of bytes.
struct text {
  std::string what;
};

inline std::size_t size_of(const text& op) {
  return sizeof op + op.what.size();
}

/// Refused with a reason of that length; one that differs for each `id`.
struct refusal {
  std::size_t length = 0;
  int id = 0;
};

struct data {
  using operation = std::variant<block, text, refusal>;
  std::size_t seen = 0;
};

inline void reduce(data& self, const block&) {
  ++self.seen;
}
inline void reduce(data& self, const text& op) {
  self.seen += op.what.size();
}
inline libsync::outcome reduce(data&, const refusal& op) {
  return libsync::refused(std::to_string(op.id) + std::string(op.length, 'x'));
}

using operation = data::operation;

constexpr libsync::epoch_id epoch{7};
constexpr std::size_t mib = std::size_t{1} << 20;

inline libsync::submission<data> blocks(std::size_t count) {
  return libsync::transaction<data>{std::vector<operation>(count, block{})};
}

inline libsync::submission<data> texts(std::size_t count, std::size_t size) {
  return libsync::transaction<data>{std::vector<operation>(count, text{std::string(size, 'x')})};
}

/// A server with clients that handle what they are sent at once, or, where they do not read, keep
/// it. Route i is client i.
struct world {
  using message = std::variant<libsync::welcome_ptr<data>, libsync::batch_ptr<data>,
                               libsync::reply_ptr, libsync::suspended, libsync::snapshot<data>>;

  struct client {
    client(world& of, int index, const libsync::limits& with) : in(of), route(index), copy(with) {}

    void send(const libsync::join_request& request) { in.server.join(route, request, 0, in); }
    void send(const libsync::parcel_ptr<data>& what) { in.server.submit(route, *what, 0, in); }
    void send_leave() { in.server.leave(route, 0, in); }
    void send_acknowledgement(libsync::version version) {
      in.server.acknowledge(route, version, in);
    }
    void accepted(libsync::submission_number, std::size_t count, libsync::version) {
      receipts += count;
    }
    void settled(libsync::submission_number, const libsync::receipt& what) {
      ++receipts;
      last = what;
    }
    bool observes() const { return false; }
    void changed(const libsync::change<data>&) {}
    void diverged(libsync::version, const operation&, const libsync::reason&) {}

    world& in;
    int route;
    bool reads = true;
    std::deque<message> mailbox;
    libsync::replica<data> copy;
    std::size_t receipts = 0;
    libsync::receipt last;
  };

  explicit world(const libsync::limits& with = {}) : server(data{}, epoch, with), bounds(with) {}

  client& join() {
    clients.push_back(std::make_unique<client>(*this, static_cast<int>(clients.size()), bounds));
    clients.back()->copy.connect(*clients.back());
    deliver();
    return *clients.back();
  }

  template <class Submission>
  libsync::result<libsync::submission_number, libsync::receipt> submit(client& by, Submission one) {
    auto taken = by.copy.submit(std::move(one), by);
    deliver();
    return taken;
  }

  void deliver() {
    for (bool moved = true; std::exchange(moved, false);) {
      for (auto& to : clients)
        while (to->reads && !to->mailbox.empty()) {
          const auto next = std::move(to->mailbox.front());
          to->mailbox.pop_front();
          std::visit([&](const auto& what) { receive(*to, what); }, next);
          moved = true;
        }
      if (std::exchange(flush_asked, false)) {
        server.flush(*this);
        moved = true;
      }
    }
  }

  void receive(client& to, const libsync::batch_ptr<data>& what) { to.copy.receive(what, to); }
  template <class Message>
  void receive(client& to, const std::shared_ptr<Message>& what) {
    to.copy.receive(*what, to);
  }
  void receive(client& to, const libsync::suspended& what) { to.copy.receive(what, to); }
  void receive(client&, const libsync::snapshot<data>&) {}

  // The sink of the sequencer.
  template <class Message>
  void send(int route, const Message& what) {
    clients[static_cast<std::size_t>(route)]->mailbox.push_back(what);
  }
  void ask_for_flush() { flush_asked = true; }
  bool run(const libsync::effect_key&, libsync::no_effect) { return true; }
  bool observes() const { return false; }
  void changed(const libsync::change<data>&) {}
  void refused(libsync::client_id, libsync::submission_number, std::span<const operation>,
               const libsync::reason&) {}

  libsync::sequencer<data, int> server;
  libsync::limits bounds;
  std::vector<std::unique_ptr<client>> clients;
  bool flush_asked = false;
};

} // namespace bounded
