#pragma once

/// A client inside any actor.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "libsync/actors/interface.hpp"

#include "libsync/change.hpp"
#include "libsync/isolation.hpp"
#include "libsync/limits.hpp"
#include "libsync/mode.hpp"
#include "libsync/parcel.hpp"
#include "libsync/replica.hpp"

namespace libsync {

/// How a client is made. Its mode says what it holds: with `shared_view` it is a viewer.
template <class Data, replica_mode Mode = plain>
struct client_options {
  limits bounds;
  /// Told of each change, in the client's actor; one that throws is isolated and counted.
  observer_of<Data, Mode> on_change;
  /// Told when the copy has diverged from the server's: the version, and why its reducer refused.
  std::function<void(version, const reason&)> on_diverged;
};

template <class Data>
struct client_options<Data, shared_view> {
  limits bounds;
  /// Told of each snapshot, in the client's actor; one that throws is isolated and counted.
  observer_of<Data, shared_view> on_change;
};

/// A replica with the message handlers that drive it, to be a member of any event-based actor: the
/// stock client is made of it, and so may be an actor of yours.
///
///     my_actor(caf::actor_config& config, libsync::server<counter> server)
///         : caf::event_based_actor(config), client_(this, server) {}
///     caf::behavior make_behavior() override {
///       client_.join();
///       return client_.behavior([this](go_atom) { client_.submit(add{1}); });
///     }
///
/// Made with a supervisor, it asks that for the server, first and each time that the server has
/// ended; meanwhile receipts wait. Made with a server, it closes when that has ended.
///
/// Use it from its actor only. It holds the server strongly until the server ends. When its actor
/// ends, or it is destroyed before, handlers of receipts that are still out are called with
/// `unknown`; declare it after what they use. Only when an actor is destroyed because nobody holds
/// a handle to it any more are they dropped: nothing can be sent then. A handler or observer that
/// throws is isolated and counted. The behavior must not be in use any more once it is destroyed.
template <class Data, replica_mode Mode = plain>
class embedded_client {
public:
  using operation = typename Data::operation;

  /// Throws std::invalid_argument if a limit is 0.
  template <class Actor>
  embedded_client(Actor* self, server_address<Data> to, client_options<Data, Mode> options = {})
      : self_(self), to_(std::move(to)), options_(std::move(options)), replica_(options_.bounds) {
    observers_.add(std::move(options_.on_change));
    spelled::when_ended(self, [me = std::weak_ptr<embedded_client*>(me_)](const caf::error&) {
      if (const auto alive = me.lock())
        (*alive)->end();
    });
    request_join_ = [this, self](const join_request& request) {
      spelled::request(
          self, to_.at, [] {},
          if_alive<caf::error>([failed = to_.at.address()](embedded_client& me, caf::error&) {
            me.server_ended(failed);
          }),
          join_atom::value, enclose(request));
    };
    request_location_ = [this, self] {
      spelled::request(
          self, to_.through,
          if_alive<envelope<location<Data>>>(
              [](embedded_client& me, envelope<location<Data>>& found) { me.located(*found); }),
          if_alive<caf::error>([](embedded_client& me, caf::error&) {
            me.give_up("the server's supervisor has ended"_reason);
          }),
          locate_atom::value, failed_);
    };
  }

  embedded_client(const embedded_client&) = delete;
  embedded_client& operator=(const embedded_client&) = delete;

  ~embedded_client() { end(); }

  /// Becomes a member, or does so again after leaving. Submissions may come before.
  void join() {
    sink out{*this};
    own().connect(out);
  }

  /// Stops being a member. What has no receipt waits until it joins again, or is closed.
  void leave() {
    sink out{*this};
    own().leave(out);
  }

  /// Submits an operation, a transaction, or either with a condition. If it is taken, `on_receipt`
  /// is called once, later, after this copy shows it; else the receipt is in what is returned, and
  /// `on_receipt` is not called.
  submitted submit(submission<Data> one, receipt_handler on_receipt = {}) {
    return submit_any(std::move(one), std::move(on_receipt));
  }

  submitted submit(operation op, receipt_handler on_receipt = {}) {
    return submit_any(std::move(op), std::move(on_receipt));
  }

  /// Takes a submission without sending it: call `pump` after the last of several.
  submitted push(submission<Data> one, receipt_handler on_receipt = {}) {
    return push_any(std::move(one), std::move(on_receipt));
  }

  submitted push(operation op, receipt_handler on_receipt = {}) {
    return push_any(std::move(op), std::move(on_receipt));
  }

  /// The same for several, as a parcel: all of them are taken, or none. `on_receipts` are for
  /// those whose numbers in the parcel they name, in ascending order.
  submitted push(parcel<Data> several,
                 std::span<std::pair<submission_number, receipt_handler>> on_receipts) {
    const auto first = several.first;
    auto result = own().push(std::move(several));
    if (result)
      for (auto& [number, handler] : on_receipts)
        receipts_.emplace_back(result.number + (number - first), std::move(handler));
    return result;
  }

  void pump() {
    sink out{*this};
    replica_.pump(out);
  }

  /// Leaves for good: what has no receipt gets `unknown` with `reason`, and later submissions are
  /// refused with it.
  void close(reason why) {
    sink out{*this};
    own().close(std::move(why), out);
    forget_server();
  }

  /// Closes because the actor ends; called by itself then.
  void end() {
    if (!spelled::is_reachable(self_)) {
      receipts_.clear();
      forget_server();
    }
    close("the client has ended"_reason);
  }

  void observe(observer_of<Data, Mode> one) { observers_.add(std::move(one)); }

  /// Takes a parcel that was sent already in this client's name: the next submission, while nothing
  /// was undecided. `on_receipt` may be empty.
  void adopt(parcel_ptr<Data> sent, receipt_handler on_receipt) {
    if (on_receipt)
      receipts_.emplace_back(sent->first, std::move(on_receipt));
    replica_.adopt(std::move(sent));
  }

  /// Calls `first` before what this client knows of itself is used: what came up meanwhile is to be
  /// adopted now.
  void before_use(std::function<void()> first) { before_use_ = std::move(first); }

  /// The server that it is a member of; null while there is none.
  [[nodiscard]] const server<Data>& at() const noexcept { return to_.at; }

  /// Calls `done` each time that a message of the server was handled.
  void on_progress(std::function<void()> done) { on_progress_ = std::move(done); }

  /// The copy, its version, what is undecided.
  [[nodiscard]] const replica<Data, Mode>& state() const noexcept { return replica_; }

  /// The data with their version, to be given away: shared, not copied.
  [[nodiscard]] snapshot<Data> read() { return replica_.read(); }

  [[nodiscard]] client_status status() const {
    return {.id = replica_.id(),
            .epoch = replica_.epoch(),
            .at = replica_.at(),
            .joined = replica_.joined(),
            .undecided = replica_.undecided(),
            .waiting = replica_.waiting(),
            .counters = replica_.counters(),
            .thrown = observers_.thrown() + calls_.thrown()};
  }

  /// Returns the behavior of an actor that is this client and handles `own` messages besides.
  template <class Behavior = caf::behavior, class... Own>
  Behavior behavior(Own... own) {
    // CAF tries one after the other, so the frequent ones come first.
    return Behavior{
        [this](typename broadcast<Data, Mode>::atom,
               const typename broadcast<Data, Mode>::content& what) { receive(*what); },
        [this](answers_atom, const envelope<answers>& what) { receive(*what); },
        [this](welcome_atom, const envelope<welcome<Data>>& what) { receive(*what); },
        [this](suspended_atom, const envelope<suspended>& what) { receive(*what); },
        [this](ended_atom, const caf::actor_addr& which) { server_ended(which); },
        std::move(own)...,
    };
  }

private:
  // What the replica hands out, as messages and calls.
  struct sink {
    embedded_client& self;

    void send(const join_request& request) { self.ask_to_join(request); }
    void send(const parcel_ptr<Data>& what) {
      send_to_server(submit_atom::value, envelope<parcel<Data>>{what});
    }
    void send_leave() {
      self.wants_to_join_.reset();
      send_to_server(leave_atom::value);
      if (!self.to_.at)
        self.locate();
    }
    void send_reached(version at) { send_to_server(reached_atom::value, at); }
    void accepted(submission_number first, std::size_t count, version at) {
      self.settle(first, first + count, [&](submission_number number) {
        return receipt::accepted(at + (number - first));
      });
    }
    void settled(submission_number number, const receipt& what) {
      self.settle(number, number + 1, [&](submission_number) { return what; });
    }
    [[nodiscard]] bool observes() const { return !self.observers_.empty(); }
    void changed(const typename observed<Data, Mode>::type& what) { self.observers_.tell(what); }
    void diverged(version at, const operation&,
                  const reason& why) requires std::same_as<Mode, plain> {
      self.calls_([&] {
        if (self.options_.on_diverged)
          self.options_.on_diverged(at, why);
      });
    }
    template <class... Parts>
    void send_to_server(Parts&&... parts) {
      spelled::send(self.self_, self.to_.at, std::forward<Parts>(parts)...);
    }
  };

  void receive(const view_slot<Data>& what) requires std::same_as<Mode, shared_view> {
    receive(what.take());
  }

  template <class Message>
  void receive(const Message& what) {
    sink out{*this};
    own().receive(what, out);
    progress();
  }

  void ask_to_join(const join_request& request) {
    if (to_.at)
      return request_join_(request);
    wants_to_join_ = request;
    locate();
  }

  void locate() {
    if (to_.through && !std::exchange(locating_, true))
      request_location_();
  }

  void located(const location<Data>& found) {
    locating_ = false;
    if (own().closed())
      return; // meanwhile
    if (!found.at)
      return give_up(found.why_none);
    to_.at = found.at;
    sink out{*this};
    if (const auto request = std::exchange(wants_to_join_, std::nullopt))
      request_join_(*request);
    else
      out.send_leave();
  }

  // A server's end may be heard of twice: by its last word, and by a request that it did not take.
  void server_ended(const caf::actor_addr& which) {
    if (!to_.at || to_.at.address() != which)
      return;
    if (!to_.through)
      return give_up("the server has ended"_reason);
    failed_ = which;
    to_.at = nullptr;
    sink out{*this};
    own().reconnect(out);
    progress();
  }

  void give_up(reason why) {
    close(std::move(why));
    progress();
  }

  void forget_server() {
    to_.at = nullptr;
    to_.through = nullptr;
  }

  // Returns a function that calls `handler` with this client, if it still exists by then.
  template <class Message, class Handler>
  auto if_alive(Handler handler) {
    return [me = std::weak_ptr<embedded_client*>(me_), handler](Message& what) {
      if (const auto alive = me.lock())
        handler(**alive, what);
    };
  }

  template <class Submission>
  submitted submit_any(Submission one, receipt_handler on_receipt) {
    auto result = push_any(std::move(one), std::move(on_receipt));
    pump();
    return result;
  }

  template <class Submission>
  submitted push_any(Submission one, receipt_handler on_receipt) {
    auto result = own().push(std::move(one));
    if (result && on_receipt)
      receipts_.emplace_back(result.number, std::move(on_receipt));
    return result;
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

  // Receipts come in order, so the handler that is waiting first is the next one, if any.
  template <class ReceiptOf>
  void settle(submission_number first, submission_number end, ReceiptOf receipt_of) {
    while (!receipts_.empty() && receipts_.front().first < end) {
      const auto [number, handler] = std::move(receipts_.front());
      receipts_.pop_front();
      if (number >= first)
        calls_([&, &call = handler, &of = number] { call(receipt_of(of)); });
    }
  }

  caf::local_actor* self_;
  std::shared_ptr<embedded_client*> me_ = std::make_shared<embedded_client*>(this);
  server_address<Data> to_;
  // The server that has ended, and what the next one is to be asked.
  caf::actor_addr failed_;
  std::optional<join_request> wants_to_join_;
  bool locating_ = false;
  client_options<Data, Mode> options_;
  std::function<void(const join_request&)> request_join_;
  std::function<void()> request_location_;
  std::function<void()> before_use_;
  std::function<void()> on_progress_;
  observers<typename observed<Data, Mode>::type> observers_;
  isolation calls_;
  std::deque<std::pair<submission_number, receipt_handler>> receipts_;
  replica<Data, Mode> replica_;
};

} // namespace libsync
