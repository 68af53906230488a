#pragma once

/// What a stock client and an embedded client have in common.

#include <concepts>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "libsync/actors/client_options.hpp"
#include "libsync/actors/detail/compat.hpp"
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
      : self_(self), to_(std::move(to)), options_(std::move(options)),
        replica_(options_.bounds, std::move(copy)), watch_(self, [this](const caf::error&) {
          const auto alive = this->weak_from_this().lock();
          end("the client has ended"_reason);
        }) {
    observers_.add(std::move(options_.on_change));
    request_join_ = [this, self](const join_request& request) {
      compat::request(
          self, to_.server, [] {},
          if_alive<caf::error>([failed = to_.server.address()](client_core& me, caf::error&) {
            me.server_ended(failed);
          }),
          join_atom::value, enclose(request));
    };
    request_location_ = [this, self] {
      compat::request(
          self, to_.supervisor,
          if_alive<envelope<location<Data>>>(
              [](client_core& me, envelope<location<Data>>& found) { me.located(*found); }),
          if_alive<caf::error>([](client_core& me, caf::error&) {
            me.give_up("the server's supervisor has ended"_reason);
          }),
          locate_atom::value, failed_);
    };
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
    handlers handlers{receipts_};
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
    handlers handlers{receipts_};
    for (const auto& [number, handler] : on_receipts)
      handlers.add(number + shift, {});
    auto result = replica.push(std::move(several));
    if (result) {
      auto kept = receipts_.end() - static_cast<std::ptrdiff_t>(on_receipts.size());
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
    forget_server();
  }

  /// Closes because the actor ends, or the one that holds this.
  void end(reason why) noexcept {
    if (!compat::is_reachable(self_)) {
      receipts_.clear();
      forget_server();
    }
    close(std::move(why));
  }

  observer_id observe(observer_of<Data, Mode> one) { return observers_.add(std::move(one)); }
  void unobserve(observer_id which) noexcept { observers_.remove(which); }

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

  /// Calls `done` each time that a message of the server was handled.
  void on_progress(std::function<void()> done) { on_progress_ = std::move(done); }

  /// The server that it is a member of; null while there is none.
  [[nodiscard]] const libsync::server<Data>& server() const noexcept { return to_.server; }

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
  using waiting_handlers = std::deque<std::pair<submission_number, receipt_handler>>;

  // What the replica hands out, as messages and calls.
  struct sink {
    client_core& self;

    void send(const join_request& request) { self.ask_to_join(request); }
    void send(const parcel_ptr<Data>& what) {
      send_to_server(submit_atom::value, envelope<parcel<Data>>{what});
    }
    void send_leave() {
      self.wants_to_join_.reset();
      send_to_server(leave_atom::value);
      if (!self.to_.server)
        self.locate();
    }
    void send_acknowledgement(version at) { send_to_server(acknowledge_atom::value, at); }
    void accepted(submission_number first, std::size_t count, version at) {
      self.tell(first, count, receipt::accepted(at));
    }
    void settled(submission_number number, const receipt& what) { self.tell(number, 1, what); }
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
      compat::send(self.self_, self.to_.server, std::forward<Parts>(parts)...);
    }
  };

  // Handlers that are entered before their submissions are taken, and taken back if they are not.
  class handlers {
  public:
    explicit handlers(waiting_handlers& in) noexcept : in_(in) {}
    handlers(const handlers&) = delete;
    handlers& operator=(const handlers&) = delete;
    ~handlers() {
      for (; entered_ > 0; --entered_)
        in_.pop_back();
    }
    void add(submission_number number, receipt_handler one) {
      in_.emplace_back(number, std::move(one));
      ++entered_;
    }
    void keep() noexcept { entered_ = 0; }

  private:
    waiting_handlers& in_;
    std::size_t entered_ = 0;
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

  void ask_to_join(const join_request& request) {
    if (to_.server)
      return request_join_(request);
    wants_to_join_ = request;
    locate();
  }

  void locate() {
    if (!to_.supervisor || locating_)
      return;
    request_location_();
    locating_ = true;
  }

  void located(const location<Data>& found) {
    locating_ = false;
    if (own().closed())
      return; // meanwhile
    if (!found.server)
      return give_up(found.reason);
    to_.server = found.server;
    failed_ = caf::actor_addr{}; // or it would keep the memory of the dead one
    run([this](sink& out) {
      if (const auto request = std::exchange(wants_to_join_, std::nullopt))
        request_join_(*request);
      else
        out.send_leave();
    });
  }

  // A server's end may be heard of twice: by its last word, and by a request that it did not take.
  void server_ended(const caf::actor_addr& which) {
    if (!to_.server || to_.server.address() != which)
      return;
    if (!to_.supervisor)
      return give_up("the server has ended"_reason);
    failed_ = which;
    to_.server = nullptr;
    run([this](sink& out) { own().reconnect(out); });
    progress();
  }

  void give_up(reason why) {
    close(std::move(why));
    progress();
  }

  void forget_server() noexcept {
    to_.server = nullptr;
    to_.supervisor = nullptr;
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

  // Receipts come in order, so the handler that waits first is the next one, if any. A handler may
  // close this client, and so come here again: then the rest of its own run goes first.
  void tell(submission_number first, std::size_t count, const receipt& what) noexcept {
    tell_handlers();
    told_first_ = first;
    told_end_ = first + count;
    told_ = what;
    tell_handlers();
  }

  void tell_handlers() noexcept {
    while (!receipts_.empty() && receipts_.front().first < told_end_) {
      const auto [number, handler] = std::move(receipts_.front());
      receipts_.pop_front();
      auto what = told_;
      if (what.is_accepted())
        what.version += number - told_first_;
      const no_waiting here{"a receipt's handler"};
      calls_([&, &call = handler] { call(what); });
    }
  }

  caf::local_actor* self_;
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
  callback_guard calls_;
  waiting_handlers receipts_;
  // The run of receipts that is being told.
  submission_number told_first_ = 0;
  submission_number told_end_ = 0;
  receipt told_;
  replica<Data, Mode> replica_;
  compat::end_watch watch_;
};

} // namespace libsync::detail
