#pragma once

/// The front door for threads that are no actors.

#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "libsync/actors/client.hpp"
#include "libsync/actors/deadline.hpp"
#include "libsync/actors/interface.hpp"
#include "libsync/actors/patience.hpp"
#include "libsync/actors/receipt_future.hpp"
#include "libsync/actors/runtime.hpp"
#include "libsync/actors/server.hpp"
#include "libsync/actors/session_buffer.hpp"
#include "libsync/actors/waiting.hpp"

#include "libsync/reason.hpp"
#include "libsync/result.hpp"

namespace libsync {

/// What became of a submission at once.
enum class posted {
  /// It will be decided.
  taken,
  /// Not taken: the outbox is full.
  overloaded,
  /// Not taken: the session is closed, or its server has ended.
  closed,
};

/// A client for code that is no actor, of a server or of the one that a supervisor keeps alive. It
/// opens at once and joins meanwhile; it may be used by
/// several threads, and operations of one thread keep their order. Errors are values: nothing here
/// throws because a server has ended. What throws, for want of memory or because an operation
/// cannot be copied, has submitted nothing and told nobody.
///
///     libsync::runtime runtime;
///     auto server = libsync::spawn_server(runtime, counter{});
///     libsync::session session{server};
///     session.post(add{1});                      // fire and forget
///     auto receipt = session.submit(add{2});     // a future
///     session.submit(add{3}, [](const libsync::receipt& what) { ... });
///
/// All members may be called anywhere. But in observers, handlers of receipts, functions that read,
/// and actors on the threads of a `libsync::config` a thread must not wait: there `get`,
/// `wait_for`, `snapshot`, `close` and a `submit` to a full outbox do not, and say so. A session
/// that is destroyed or assigned to there closes by itself: every submission still has its receipt.
///
/// A `session<Data, shared_view>` is a viewer.
template <class Data, replica_mode Mode = plain>
class session {
public:
  using operation = typename Data::operation;

  /// Throws std::invalid_argument if a limit is 0.
  explicit session(const server_address<Data>& to, client_options<Data, Mode> options = {})
      : buffer_(std::make_shared<session_buffer<Data>>(options.bounds.checked().outbox,
                                                       options.bounds.parcel)),
        client_(to.home_system().template spawn<client_actor<Data, Mode>>(to, std::move(options),
                                                                          buffer_)) {}

  session(session&&) noexcept = default;
  session& operator=(session&& other) noexcept {
    if (this != &other) {
      const session former{std::move(*this)}; // closes
      buffer_ = std::move(other.buffer_);
      client_ = std::move(other.client_);
    }
    return *this;
  }

  /// Closes; where this thread must not wait, the session does the rest by itself.
  ~session() {
    if (!buffer_)
      return;
    begin_to_close();
    if (no_waiting::here() == nullptr)
      buffer_->wait_for_end();
  }

  /// Submits an operation, a transaction, or either with a condition, and returns the receipt to
  /// come. Every future becomes ready. `full` says how long to wait for room: a `when_full`, a
  /// duration, or a time of the steady clock.
  [[nodiscard]] receipt_future submit(submission<Data> one, patience full = when_full::wait) {
    return submit_any(std::move(one), full);
  }

  [[nodiscard]] receipt_future submit(operation op, patience full = when_full::wait) {
    return submit_any(std::move(op), full);
  }

  /// The same, with the receipt told instead: `on_receipt` is called exactly once. If the
  /// submission is taken, that is later, in the session's client, after its copy shows it, and also
  /// if the session is destroyed meanwhile; what it throws is counted in the client's status. If it
  /// is not taken, that is here and now. An empty one is told nothing.
  posted submit(submission<Data> one, receipt_handler on_receipt, patience full = when_full::wait) {
    return tell_any(std::move(one), std::move(on_receipt), full);
  }

  posted submit(operation op, receipt_handler on_receipt, patience full = when_full::wait) {
    return tell_any(std::move(op), std::move(on_receipt), full);
  }

  /// Submits without a receipt.
  posted post(submission<Data> one, patience full = when_full::wait) {
    return post_any(std::move(one), full);
  }

  posted post(operation op, patience full = when_full::wait) {
    return post_any(std::move(op), full);
  }

  /// Returns the version that the session's copy has reached.
  [[nodiscard]] version at() const { return buffer_ ? buffer_->at() : 0; }

  /// Waits until the session's copy has reached `target`, for at most `most`; not at all if that is
  /// none or less. Returns the version that it is at, or why it did not get there.
  template <class Rep, class Period>
  result<version> wait_for(version target, std::chrono::duration<Rep, Period> most) {
    if (!buffer_)
      return result<version>::failed("the session was moved from");
    const auto where = [&] {
      return " at version " + std::to_string(at()) + ", before version " + std::to_string(target);
    };
    if (most > most.zero() && at() < target)
      if (const auto why = why_not_wait("observe the changes instead; it is"); !why.empty())
        return result<version>::failed(why + where());
    if (buffer_->wait_for(target, deadline_after(most)))
      return buffer_->at();
    return result<version>::failed(
        (buffer_->closed() ? buffer_->why_closed() : "the deadline passed"_reason) + where());
  }

  /// Returns the session's copy of the data with its version, shared and immutable; waits for the
  /// first one.
  result<libsync::snapshot<Data>> snapshot() {
    auto answer = result<libsync::snapshot<Data>>::failed("the session is closed");
    if (!client_)
      return answer;
    if (const auto why =
            why_not_wait("use the data that an observer is shown, or ask in another thread");
        !why.empty())
      return result<libsync::snapshot<Data>>::failed(why);
    caf::scoped_actor self{client_.home_system()};
    self->request(client_, caf::infinite, read_atom::value)
        .receive([&](libsync::snapshot<Data>& copy) { answer = std::move(copy); },
                 [&](caf::error&) {
                   answer = result<libsync::snapshot<Data>>::failed("there are no data: " +
                                                                    buffer_->why_closed());
                 });
    return answer;
  }

  /// The client actor, for actors that want to talk to it.
  [[nodiscard]] const client<Data, Mode>& handle() const noexcept { return client_; }

  /// Takes nothing more, waits until every submission has its receipt, and leaves. Threads that
  /// wait for room or for a version are told. Harmless if it is closed already; other members may
  /// be used meanwhile by other threads. Returns nothing; but where this thread must not wait, the
  /// session closes by itself, and the answer says so.
  reason close() {
    if (!buffer_)
      return {};
    begin_to_close();
    auto why = why_not_wait("the session closes by itself, and every submission still has its "
                            "receipt; to wait for that, close it in another thread");
    if (why.empty())
      buffer_->wait_for_end();
    return why;
  }

private:
  void begin_to_close() noexcept {
    buffer_->close("the session is closed"_reason);
    if (auto farewell = buffer_->farewell())
      spelled::deliver(client_, std::move(farewell));
  }

  template <class Submission>
  receipt_future submit_any(Submission one, patience full) {
    receipt_promise wanted{nullptr};
    receipt_future coming{wanted};
    put(std::move(one), wanted, full);
    return coming;
  }

  template <class Submission>
  posted tell_any(Submission one, receipt_handler on_receipt, patience full) {
    auto wanted = on_receipt ? receipt_promise{std::move(on_receipt)} : receipt_promise{};
    return put(std::move(one), wanted, full);
  }

  template <class Submission>
  posted post_any(Submission one, patience full) {
    receipt_promise nobody;
    return put(std::move(one), nobody, full);
  }

  // If it is not taken, its receipt is told last of all: a handler may destroy this.
  template <class Submission>
  posted put(Submission&& one, receipt_promise& wanted, patience full) {
    using kind = typename session_buffer<Data>::put_result::kind;
    if (!buffer_)
      return pay(wanted, receipt::refused("the session was moved from"_reason), posted::closed);
    const auto done = put_in_buffer(std::move(one), wanted, full);
    if (done == kind::closed)
      return pay(wanted, receipt::refused(buffer_->why_closed()), posted::closed);
    if (done == kind::overloaded)
      return pay(wanted, overloaded(full), posted::overloaded);
    return posted::taken;
  }

  template <class Submission>
  auto put_in_buffer(Submission&& one, receipt_promise& wanted, patience full) {
    try {
      auto done = buffer_->put(std::move(one), wanted, full, client_);
      if (done.letter)
        done.direct ? spelled::deliver(done.direct->to, std::move(done.letter))
                    : spelled::deliver(client_, std::move(done.letter));
      return done.what;
    } catch (...) {
      wanted.forget();
      throw;
    }
  }

  static posted pay(receipt_promise& wanted, receipt what, posted answer) {
    if (wanted)
      std::exchange(wanted, {}).decide(std::move(what));
    return answer;
  }

  static receipt overloaded(patience full) noexcept {
    auto answer = receipt::overloaded();
    if (full.waits())
      answer.reason =
          no_waiting::here() != nullptr
              ? "the outbox is full, and this thread, which runs an actor or a "
                "callback, must not wait for room: submit later, or in another thread"_reason
              : "the outbox is full, and the deadline passed"_reason;
    return answer;
  }

  std::shared_ptr<session_buffer<Data>> buffer_;
  client<Data, Mode> client_;
};

template <class Data>
session(const server<Data>&) -> session<Data>;

template <class Data>
session(const supervisor<Data>&) -> session<Data>;

} // namespace libsync
