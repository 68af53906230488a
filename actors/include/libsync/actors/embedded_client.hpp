#pragma once

/// A client inside any actor.

#include <functional>
#include <memory>
#include <span>
#include <type_traits>
#include <utility>

#include "libsync/actors/client_options.hpp"
#include "libsync/actors/detail/caf/client_handlers.hpp"
#include "libsync/actors/detail/client_core.hpp"
#include "libsync/actors/handles.hpp"
#include "libsync/actors/supervisor.hpp"

#include "libsync/protocol/parcel.hpp"
#include "libsync/replica.hpp"
#include "libsync/result.hpp"
#include "libsync/shared_view.hpp"
#include "libsync/snapshot.hpp"
#include "libsync/submission.hpp"

#include <caf/all.hpp>

namespace libsync {

namespace detail {

struct embedded; // what several in one actor need of each

} // namespace detail

/// A replica with the message handlers that drive it, to be a member of any event-based actor:
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
/// a handle to it any more are they dropped: nothing can be sent then.
///
/// A handler or observer that throws is isolated and counted. It may call anything here, also
/// close this client or destroy it: by the time that it is called the copy is at the version that
/// it is told of. Receipts that fall due meanwhile are told after those that were due before; when
/// `close` or the destructor returns, all are told. Once it has left or closed it is told of
/// nothing more.
///
/// Where memory runs out while a message is handled, it joins again with a new snapshot, or, if
/// there is none even for that, closes and says so.
template <class Data, replica_mode Mode = own_copy>
class embedded_client {
  using core = detail::client_core<Data, Mode>;

public:
  using operation = typename Data::operation;
  /// What an actor handles that has one, to extend the interface of a typed actor by:
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

  /// Becomes a member, or does so again after leaving. Submissions may come before.
  void join() { core_->join(); }

  /// Stops being a member. What has no receipt waits until it joins again, or is closed.
  void leave() { core_->leave(); }

  /// Submits an operation, a transaction, or either with a condition. If it is taken, `on_receipt`
  /// is called once, later, after this copy shows it; else the receipt is in what is returned, and
  /// `on_receipt` is not called. What it throws, such as std::bad_alloc, has taken nothing.
  result<submission_number, receipt> submit(submission<Data> one, receipt_handler on_receipt = {}) {
    return core_->submit(std::move(one), std::move(on_receipt));
  }

  result<submission_number, receipt> submit(operation op, receipt_handler on_receipt = {}) {
    return core_->submit(std::move(op), std::move(on_receipt));
  }

  /// Takes a submission without sending it: call `pump` after the last of several.
  result<submission_number, receipt> push(submission<Data> one, receipt_handler on_receipt = {}) {
    return core_->push(std::move(one), std::move(on_receipt));
  }

  result<submission_number, receipt> push(operation op, receipt_handler on_receipt = {}) {
    return core_->push(std::move(op), std::move(on_receipt));
  }

  /// The same for several, as a parcel: all of them are taken, or none. `on_receipts` are for
  /// those whose numbers in the parcel they name, in ascending order.
  result<submission_number, receipt>
  push(parcel<Data> several, std::span<std::pair<submission_number, receipt_handler>> on_receipts) {
    return core_->push(std::move(several), on_receipts);
  }

  void pump() { core_->pump(); }

  /// Leaves for good: what has no receipt gets `unknown` with `why`, and later submissions are
  /// refused with it.
  void close(reason why) { alive()->close(std::move(why)); }

  /// Takes an observer, which is told from the next change on, and returns how to take it off
  /// again: then it hears nothing more, at once.
  observer_id observe(observer_of<Data, Mode> one) { return core_->observe(std::move(one)); }
  void unobserve(observer_id which) noexcept { core_->unobserve(which); }

  /// Calls `done` each time that a message of the server was handled.
  void on_progress(std::function<void()> done) { core_->on_progress(std::move(done)); }

  /// The copy, its version, what is undecided.
  [[nodiscard]] const replica<Data, Mode>& state() const noexcept { return core_->state(); }

  /// The data with their version, to be given away: shared, not copied.
  [[nodiscard]] snapshot<Data> read() { return core_->read(); }

  [[nodiscard]] client_status status() const { return core_->status(); }

  /// Returns the behavior of an actor that is this client and handles `own` messages besides. Once
  /// the client is destroyed it ignores the server's messages.
  template <class Behavior = caf::behavior, class... Own>
  Behavior behavior(Own... own) {
    const auto find = [me = std::weak_ptr<core>(core_)] { return me.lock(); };
    return detail::compat::client_behavior<Behavior>(find, std::move(own)...);
  }

private:
  friend struct detail::embedded;

  // For a call from within which this object may be destroyed.
  [[nodiscard]] std::shared_ptr<core> alive() const noexcept { return core_; }

  std::shared_ptr<core> core_;
};

} // namespace libsync
