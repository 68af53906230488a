#pragma once

/// The common part of stock clients and embedded clients.

#include <concepts>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "libsync/actors/client_options.hpp"
#include "libsync/actors/detail/compat.hpp"
#include "libsync/actors/detail/receipt_handlers.hpp"
#include "libsync/actors/detail/server_link.hpp"
#include "libsync/actors/detail/waiting.hpp"
#include "libsync/actors/handles.hpp"

#include "libsync/change.hpp"
#include "libsync/detail/callback_guard.hpp"
#include "libsync/detail/observers.hpp"
#include "libsync/detail/thrown.hpp"
#include "libsync/protocol/membership.hpp"
#include "libsync/protocol/parcel.hpp"
#include "libsync/replica.hpp"
#include "libsync/result.hpp"
#include "libsync/shared_view.hpp"
#include "libsync/snapshot.hpp"

namespace libsync::detail {

/// A replica, the server that it belongs to, and the handlers and observers that wait for it: what
/// drives a replica by an actor's messages. It is shared, so that it outlives a call from within
/// which its owner is destroyed. To be used in its actor only.
///
/// What its own calls throw does not come out of the handlers of messages: it joins again from a
/// snapshot, and where even that fails it closes with what was thrown as the reason. `submit` and
/// `push` throw, and have taken nothing then.
template <class Data, replica_mode Mode = own_copy>
class client_core : public std::enable_shared_from_this<client_core<Data, Mode>> {
public:
  using operation = typename Data::operation;

  /// Shows the data in `copy`, or in one of its own where that is null.
  template <class Actor>
  client_core(Actor* self, server_address<Data> to, client_options<Data, Mode> options,
              shared_copy_ptr<Data> copy = nullptr)
      : self_(self), link_(std::move(to)), options_(std::move(options)),
        replica_(options_.bounds, std::move(copy)), watch_(self, [this](const caf::error&) {
          const auto alive = this->weak_from_this().lock();
          end("the client has ended"_reason);
        }) {
    observers_.add(std::move(options_.on_change));
    link_.on_join([this, self](const libsync::server<Data>& server, const join_request& request) {
      compat::request(
          self, server, [] {},
          if_alive<caf::error>([failed = server.address()](client_core& me, caf::error&) {
            me.server_ended(failed);
          }),
          join_atom::value, enclose(request));
    });
    link_.on_locate([this, self](const supervisor<Data>& whom, const caf::actor_addr& failed) {
      compat::request(
          self, whom,
          if_alive<envelope<location<Data>>>(
              [](client_core& me, envelope<location<Data>>& found) { me.located(*found); }),
          if_alive<caf::error>([](client_core& me, caf::error&) {
            me.give_up("the server's supervisor has ended"_reason);
          }),
          locate_atom::value, failed);
    });
  }

  client_core(const client_core&) = delete;
  client_core& operator=(const client_core&) = delete;

  void join() {
    run([this](sink& out) { own().connect(out); });
  }

  void leave() {
    run([this](sink& out) { own().leave(out); });
  }

  template <class Submission>
  result<submission_number, receipt> submit(Submission one, receipt_handler on_receipt) {
    auto result = push(std::move(one), std::move(on_receipt));
    pump();
    return result;
  }

  template <class Submission>
  result<submission_number, receipt> push(Submission one, receipt_handler on_receipt) {
    auto& replica = own();
    receipt_handlers::entering handlers{receipts_};
    if (on_receipt)
      handlers.add(replica.next(), std::move(on_receipt));
    auto result = replica.push(std::move(one));
    if (result)
      handlers.keep();
    return result;
  }

  /// All of them are taken, or none; then `on_receipts` are as they were.
  result<submission_number, receipt>
  push(parcel<Data> several, std::span<std::pair<submission_number, receipt_handler>> on_receipts) {
    auto& replica = own();
    const auto shift = replica.next() - several.first;
    receipt_handlers::entering handlers{receipts_};
    for (const auto& [number, handler] : on_receipts)
      handlers.add(number + shift, {});
    auto result = replica.push(std::move(several));
    if (result) {
      auto kept = handlers.last(on_receipts.size());
      for (auto& [number, handler] : on_receipts)
        (kept++)->second = std::move(handler);
      handlers.keep();
    }
    return result;
  }

  void pump() {
    run([this](sink& out) { replica_.pump(out); });
  }

  /// Leaves for good. When it returns every handler has been called, but for one that is calling.
  void close(reason why) noexcept {
    observers_.clear();
    try {
      own();
    } catch (...) { // whoever came up with something to adopt answers it
    }
    try {
      sink out{*this};
      replica_.close(std::move(why), out);
    } catch (...) { // the server was not told; it will hear of the actor's end
    }
    link_.forget();
  }

  /// Closes because the actor ends, or the one that holds this.
  void end(reason why) noexcept {
    if (!compat::is_reachable(self_)) {
      receipts_.clear();
      link_.forget();
    }
    close(std::move(why));
  }

  observer_id observe(observer_of<Data, Mode> one) { return observers_.add(std::move(one)); }
  void unobserve(observer_id which) noexcept { observers_.remove(which); }

  /// Takes a parcel that was sent already in this client's name: the next submission, while nothing
  /// was undecided. `on_receipt` may be empty.
  void adopt(parcel_ptr<Data> sent, receipt_handler on_receipt) {
    if (on_receipt)
      receipts_.add(sent->first, std::move(on_receipt));
    replica_.adopt(std::move(sent));
  }

  /// Calls `first` before what this client knows of itself is used: what came up meanwhile is to be
  /// adopted now.
  void before_use(std::function<void()> first) { before_use_ = std::move(first); }

  /// Calls `done` each time that a message of the server was handled.
  void on_progress(std::function<void()> done) { on_progress_ = std::move(done); }

  /// The server that it is a member of; null while there is none.
  [[nodiscard]] const libsync::server<Data>& server() const noexcept { return link_.server(); }

  [[nodiscard]] const replica<Data, Mode>& state() const noexcept { return replica_; }
  [[nodiscard]] snapshot<Data> read() { return replica_.read(); }

  [[nodiscard]] client_status status() const {
    return {.id = replica_.id(),
            .epoch = replica_.epoch(),
            .version = replica_.version(),
            .joined = replica_.joined(),
            .undecided = replica_.undecided(),
            .waiting = replica_.waiting(),
            .counters = replica_.counters(),
            .thrown = observers_.thrown() + calls_.thrown()};
  }

  /// Returns the behavior of an actor that is this client and handles `own` messages besides.
  /// `find()` returns a pointer to this client that keeps it alive for the handler, or null.
  template <class Behavior, class Find, class... Own>
  static Behavior behavior(Find find, Own... own) {
    const auto pass_on = [find](const auto& what) {
      if (const auto core = find())
        core->receive(what);
    };
    // CAF tries one after the other, so the frequent ones come first.
    return Behavior{
        [pass_on](typename broadcast<Data, Mode>::atom,
                  const typename broadcast<Data, Mode>::content& what) { pass_on(what.content); },
        [pass_on](reply_atom, const envelope<reply>& what) { pass_on(*what); },
        [pass_on](welcome_atom, const envelope<welcome<Data>>& what) { pass_on(*what); },
        [pass_on](suspended_atom, const envelope<suspended>& what) { pass_on(*what); },
        [find](ended_atom, const caf::actor_addr& which) {
          if (const auto core = find())
            core->server_ended(which);
        },
        std::move(own)...,
    };
  }

private:
  // What the replica hands out, as messages and calls.
  struct sink {
    client_core& self;

    void send(const join_request& request) { self.link_.join(request); }
    void send(const parcel_ptr<Data>& what) {
      send_to_server(submit_atom::value, envelope<parcel<Data>>{what});
    }
    void send_leave() {
      self.link_.forget_request();
      send_to_server(leave_atom::value);
      if (!self.link_.server())
        self.link_.locate();
    }
    void send_acknowledgement(version at) { send_to_server(acknowledge_atom::value, at); }
    void accepted(submission_number first, std::size_t count, version at) {
      self.receipts_.tell(first, count, receipt::accepted(at), self.calls_);
    }
    void settled(submission_number number, const receipt& what) {
      self.receipts_.tell(number, 1, what, self.calls_);
    }
    [[nodiscard]] bool observes() const { return !self.observers_.empty(); }
    void changed(const typename observed<Data, Mode>::type& what) {
      const no_waiting here{"an observer"};
      self.observers_.tell(what);
    }
    void diverged(version at, const operation&,
                  const reason& why) requires std::same_as<Mode, own_copy> {
      const no_waiting here{"an observer"};
      self.calls_([&] {
        if (self.options_.on_diverged)
          self.options_.on_diverged(at, why);
      });
    }
    template <class... Parts>
    void send_to_server(Parts&&... parts) {
      compat::send(self.self_, self.link_.server(), std::forward<Parts>(parts)...);
    }
  };

  void receive(
      const std::shared_ptr<const view_slot<Data>>& what) requires std::same_as<Mode, shared_view> {
    receive(what->take());
  }

  template <class Message>
  void receive(const Message& what) {
    run([&](sink& out) { own().receive(what, out); });
    progress();
  }

  template <class Call>
  void run(Call call) {
    try {
      sink out{*this};
      call(out);
    } catch (...) {
      recover();
    }
  }

  // It may call out, and be destroyed from there; what only submits and sends does not.
  void recover() noexcept {
    const auto alive = this->weak_from_this().lock();
    try {
      sink out{*this};
      replica_.recover(out);
    } catch (...) {
      close(thrown());
    }
  }

  void located(const location<Data>& found) {
    link_.end_locating();
    if (own().closed())
      return; // meanwhile
    if (!found.server)
      return give_up(found.reason);
    link_.found(found.server);
    run([this](sink& out) {
      if (const auto request = link_.take_request())
        link_.join(*request);
      else
        out.send_leave();
    });
  }

  void server_ended(const caf::actor_addr& which) {
    if (!link_.is(which))
      return;
    if (!link_.lost(which))
      return give_up("the server has ended"_reason);
    run([this](sink& out) { own().reconnect(out); });
    progress();
  }

  void give_up(reason why) {
    close(std::move(why));
    progress();
  }

  // Returns a function that calls `handler` with this client, if it still exists by then.
  template <class Message, class Handler>
  auto if_alive(Handler handler) {
    return [me = this->weak_from_this(), handler](Message& what) {
      if (const auto alive = me.lock())
        handler(*alive, what);
    };
  }

  replica<Data, Mode>& own() {
    if (before_use_)
      before_use_();
    return replica_;
  }

  void progress() {
    if (on_progress_)
      on_progress_();
  }

  caf::local_actor* self_;
  server_link<Data> link_;
  client_options<Data, Mode> options_;
  std::function<void()> before_use_;
  std::function<void()> on_progress_;
  observers<typename observed<Data, Mode>::type> observers_;
  callback_guard calls_;
  receipt_handlers receipts_;
  replica<Data, Mode> replica_;
  compat::end_watch watch_;
};

} // namespace libsync::detail
