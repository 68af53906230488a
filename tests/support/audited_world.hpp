#pragma once

/// A sequencer with replicas and an auditor, in one thread. A client that does not read keeps what
/// it is sent.

#include <cstddef>
#include <deque>
#include <memory>
#include <span>
#include <sstream>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "libsync/auditor.hpp"
#include "libsync/replica.hpp"
#include "libsync/sequencer.hpp"
#include "libsync/snapshot.hpp"
#include "libsync/testing/detail/network/any_replica.hpp"

template <class Data>
class audited_world {
public:
  using operation = typename Data::operation;
  using message =
      std::variant<libsync::welcome_ptr<Data>, libsync::batch_ptr<Data>, libsync::reply_ptr,
                   libsync::suspended, libsync::snapshot<Data>, libsync::digest_wanted_ptr<Data>>;

  struct client {
    void send(const libsync::join_request& request) { in.server.join(route, request, 0, in); }
    void send(const libsync::parcel_ptr<Data>& what) { in.server.submit(route, *what, 0, in); }
    void send_leave() { in.server.leave(route, 0, in); }
    void send_acknowledgement(libsync::version latest) { in.server.acknowledge(route, latest, in); }
    void accepted(libsync::submission_number, std::size_t, libsync::version) {}
    void settled(libsync::submission_number, const libsync::receipt&) {}
    bool observes() const { return false; }
    template <class Change>
    void changed(const Change&) {}
    void diverged(libsync::version, const operation&, const libsync::reason&) {}

    void submit(operation op) {
      static_cast<void>(copy.submit(std::move(op), *this));
      in.deliver();
    }
    void read() {
      reads = true;
      in.deliver();
    }
    void leave() { copy.leave(*this); }

    audited_world& in;
    std::size_t route;
    libsync::testing::detail::any_replica<Data> copy;
    bool reads = true;
    std::deque<message> inbox = {};
  };

  explicit audited_world(bool keeps_checkpoint = true, const libsync::limits& bounds = {},
                         Data initial = {})
      : server(std::move(initial), libsync::epoch_id{7}, bounds), bounds_(bounds) {
    if (keeps_checkpoint)
      server.keep_checkpoint();
  }

  client& join(bool is_viewer = false) {
    clients.push_back(std::make_unique<client>(
        client{*this, clients.size(),
               libsync::testing::detail::any_replica<Data>(
                   bounds_, libsync::testing::detail::kind_of(is_viewer), {})}));
    clients.back()->copy.connect(*clients.back());
    deliver();
    return *clients.back();
  }

  /// Begins an audit. Returns why not, or nothing.
  libsync::reason begin() {
    auto why_not = auditing.begin(server, by, *this);
    deliver();
    return why_not;
  }

  /// Returns what was found, as it is printed; nothing while somebody has not answered.
  std::string told() {
    const auto answers = auditing.take(server);
    if (!answers)
      return {};
    report = libsync::report_of<Data>(*answers, by);
    std::ostringstream text;
    text << report;
    return text.str();
  }

  std::string audit() {
    const auto why_not = begin();
    return why_not.empty() ? told() : std::string{why_not};
  }

  void deliver() {
    for (bool moved = true; std::exchange(moved, false);) {
      for (auto& to : clients)
        while (to->reads && !to->inbox.empty()) {
          const auto next = std::move(to->inbox.front());
          to->inbox.pop_front();
          std::visit([&](const auto& what) { hear(*to, what); }, next);
          moved = true;
        }
      if (std::exchange(flush_asked_, false)) {
        server.flush(*this);
        moved = true;
      }
    }
  }

  // The sink of the sequencer.
  template <class Message>
  void send(std::size_t route, const Message& what) {
    clients[route]->inbox.push_back(what);
  }
  void ask_for_flush() { flush_asked_ = true; }
  bool run(const libsync::effect_key&, libsync::no_effect) { return true; }
  bool observes() const { return false; }
  void changed(const libsync::change<Data>&) {}
  void refused(libsync::client_id, libsync::submission_number, std::span<const operation>,
               const libsync::reason&) {}

  libsync::sequencer<Data, std::size_t> server;
  libsync::auditor<Data, std::size_t> auditing;
  libsync::digest_function<Data> by = libsync::digest_beside<Data>();
  libsync::audit_report<Data> report;
  std::vector<std::unique_ptr<client>> clients;

private:
  void hear(client& to, const libsync::batch_ptr<Data>& what) { to.copy.receive(what, to); }
  void hear(client& to, const libsync::digest_wanted_ptr<Data>& what) {
    auditing.receive(to.route, to.copy.answer(*what));
  }
  template <class Message>
  void hear(client& to, const std::shared_ptr<Message>& what) {
    to.copy.receive(*what, to);
  }
  template <class Message>
  void hear(client& to, const Message& what) {
    to.copy.receive(what, to);
  }

  libsync::limits bounds_;
  bool flush_asked_ = false;
};
