#pragma once

/// A client inside any actor.

#include <functional>
#include <memory>
#include <span>
#include <type_traits>
#include <utility>

#include "libsync/actors/client_options.hpp"
#include "libsync/actors/detail/caf/client_handlers.hpp"
#include "libsync/actors/detail/client/client_core.hpp"
#include "libsync/actors/detail/client/presence_desk.hpp"
#include "libsync/actors/detail/watch/make_watch.hpp"
#include "libsync/actors/detail/watch/presence_watch.hpp"
#include "libsync/actors/embedded_undo.hpp"
#include "libsync/actors/handles.hpp"
#include "libsync/actors/supervisor.hpp"
#include "libsync/actors/watcher.hpp"

#include "libsync/detail/shared.hpp"
#include "libsync/presence.hpp"
#include "libsync/protocol/parcel.hpp"
#include "libsync/replica.hpp"
#include "libsync/result.hpp"
#include "libsync/shared_view.hpp"
#include "libsync/snapshot.hpp"
#include "libsync/submission.hpp"
#include "libsync/watch.hpp"

#include <caf/all.hpp>

namespace libsync {

namespace detail {

struct embedded; // what several in one actor need of each

} // namespace detail

/// A replica with the message handlers that drive it. It is a data member of an event-based actor:
///
///     my_actor(caf::actor_config& config, libsync::server<counter> server)
///         : caf::event_based_actor(config), client_(this, server) {}
///     caf::behavior make_behavior() override {
///       client_.join();
///       return client_.behavior([this](go_atom) { client_.submit(add{1}); });
///     }
///
/// A client made with a supervisor asks the supervisor for the server, at first and each time that
/// the server has ended. Meanwhile receipts wait. A client made with a server closes when the
/// server has ended.
///
/// Use it from its actor only. It holds the server strongly until the server ends. When its actor
/// ends, or when the client is destroyed before, the client calls the handlers of receipts that are
/// still to come with `unknown`. Declare the client after the objects that these handlers use. If
/// the actor is destroyed because nobody holds a handle to it any more, the handlers are dropped,
/// because nothing can be sent then.
///
/// An exception of a handler or an observer is counted, not propagated. Handlers and observers may
/// call anything here, and may also close this client or destroy it. When one is called, the copy
/// has reached the version that it is told. Receipts that fall due meanwhile are told after those
/// that were due before. When `close` or the destructor returns, all receipts are told. Once the
/// client has left or closed, its observers are not called any more.
///
/// If memory runs out while the client handles a message, it joins again with a new snapshot. If
/// there is no memory even for that, it closes and says so.
template <class Data, replica_mode Mode = own_copy>
class embedded_client : public embedded_undo<embedded_client<Data, Mode>, Data, Mode> {
  using core = detail::client_core<Data, Mode>;

public:
  using operation = typename Data::operation;
  /// The messages that an actor with such a client handles. They extend the interface of a typed
  /// actor:
  ///
  ///     using thermostat = caf::typed_actor<...>::extend_with<embedded_client<counter>::messages>;
  using messages = client_messages;

  /// Throws std::invalid_argument if a limit is 0.
  template <class Actor>
  embedded_client(Actor* self, const server_address<Data>& to,
                  client_options<Data, Mode> options = {})
      : core_(new core(self, to.place(), std::move(options))) {
    static_assert(std::is_base_of_v<caf::scheduled_actor, Actor>,
                  "libsync: a client can be embedded in an event-based actor only");
  }

  embedded_client(const embedded_client&) = delete;
  embedded_client& operator=(const embedded_client&) = delete;

  ~embedded_client() { alive()->end("the client has ended"_reason); }

  /// Joins the server, for the first time or again after leaving. You may submit before that.
  void join() { alive()->join(); }

  /// Leaves the server. Submissions without a receipt wait until the client joins again or closes.
  void leave() { alive()->leave(); }

  /// Submits an operation or a transaction, with or without a condition. If the client takes it, it
  /// calls `on_receipt` once, later, after its copy shows the change. Otherwise the result holds
  /// the receipt, and `on_receipt` is not called. A call that throws, for instance std::bad_alloc,
  /// has taken nothing.
  result<submission_number, receipt> submit(submission<Data> one, receipt_handler on_receipt = {}) {
    return core_->submit(std::move(one), std::move(on_receipt));
  }

  result<submission_number, receipt> submit(operation op, receipt_handler on_receipt = {}) {
    return core_->submit(std::move(op), std::move(on_receipt));
  }

  /// Takes a submission and does not send it yet. Call `pump` after the last of several.
  result<submission_number, receipt> push(submission<Data> one, receipt_handler on_receipt = {}) {
    return core_->push(std::move(one), std::move(on_receipt));
  }

  result<submission_number, receipt> push(operation op, receipt_handler on_receipt = {}) {
    return core_->push(std::move(op), std::move(on_receipt));
  }

  /// The same for several submissions, as a parcel. All of them are taken, or none. `on_receipts`
  /// names the submissions by their numbers in the parcel, in ascending order.
  result<submission_number, receipt>
  push(parcel<Data> several, std::span<std::pair<submission_number, receipt_handler>> on_receipts) {
    return core_->push(std::move(several), on_receipts);
  }

  void pump() { core_->pump(); }

  /// Leaves for good. Submissions without a receipt get `unknown` with the reason `why`, and later
  /// submissions are refused with that reason.
  void close(reason why) { alive()->close(std::move(why)); }

  /// Adds an observer, which is called with each change from the next one on. Returns its id for
  /// `unobserve`, after which it is not called any more.
  observer_id observe(observer_of<Data, Mode> one) { return core_->observe(std::move(one)); }
  void unobserve(observer_id which) noexcept { core_->unobserve(which); }

  /// Watches what `project` makes of the data, as `session::watch` says. If there are data, it is
  /// told of them within this call. Its values are made in this actor.
  template <class Project, class OnChange, watch_delivery How = latest_only>
  watcher watch(Project project, OnChange on_change, How how = {}, watch_options options = {}) {
    const auto made = detail::make_watch<Data, Mode>(std::move(project), std::move(on_change), how,
                                                     std::move(options), nullptr);
    watcher watching{made};
    alive()->watch(made);
    return watching;
  }

  /// Shows another value to all clients, as `session::present` says; and nothing any more.
  template <class Of = Data>
  void present(detail::presence_of<Of> value) {
    detail::show_presence<Of>([this](auto what) { show(std::move(what)); }, std::move(value));
  }
  template <class Of = Data>
  void withdraw() {
    detail::show_presence<Of>([this](auto what) { show(std::move(what)); });
  }

  /// Returns what all show, as of the latest round that was handled; nobody while this client is no
  /// member.
  template <class Of = Data>
  [[nodiscard]] auto presence() const noexcept {
    if constexpr (detail::check_presence<Of>())
      return core_->presence().seen();
  }

  /// Watches what all show, as `session::watch_presence` says. If that is known, it is told within
  /// this call.
  template <class OnChange>
  watcher watch_presence(OnChange on_change, watch_options options = {}) {
    const auto made = detail::make_presence_watch<Data>(std::move(on_change), std::move(options));
    watcher watching{made};
    if constexpr (has_presence<Data>)
      static_cast<void>(
          alive()->observe_enclosed(enclose(detail::presence_watch_request<Data>{made})));
    return watching;
  }

  /// Calls `done` each time that a message of the server was handled.
  void on_progress(std::function<void()> done) { core_->on_progress(std::move(done)); }

  /// Returns the replica, with its copy, its version and its counters.
  [[nodiscard]] const replica<Data, Mode>& state() const noexcept { return core_->state(); }

  /// Returns the data with their version. They are shared, not copied.
  [[nodiscard]] snapshot<Data> read() { return core_->read(); }

  [[nodiscard]] client_status status() const { return core_->status(); }

  /// Returns the behavior of an actor that is this client, and that also handles its `own`
  /// messages. Once the client is destroyed, the behavior ignores the server's messages.
  template <class Behavior = caf::behavior, class... Own>
  Behavior behavior(Own... own) {
    const auto find = [me = std::weak_ptr<core>(core_)] { return me.lock(); };
    return detail::compat::client_behavior<Behavior>(find, std::move(own)...);
  }

private:
  friend struct detail::embedded;
  friend embedded_undo<embedded_client, Data, Mode>;

  template <class Value>
  void show(Value what) {
    const auto core = alive();
    core->presence().show(std::move(what));
    core->tend_presence();
  }

  // For a call from within which this object may be destroyed.
  [[nodiscard]] std::shared_ptr<core> alive() const noexcept { return core_; }

  std::shared_ptr<core> core_;
};

} // namespace libsync
