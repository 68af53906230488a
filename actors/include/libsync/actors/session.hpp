#pragma once

/// Sessions: clients for threads that are not actors.

#include <chrono>
#include <concepts>
#include <cstdint>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "libsync/actors/client.hpp"
#include "libsync/actors/detail/actor_ref.hpp"
#include "libsync/actors/detail/client/typed_client.hpp"
#include "libsync/actors/detail/deadline.hpp"
#include "libsync/actors/detail/session/session_answers.hpp"
#include "libsync/actors/detail/session/session_copy.hpp"
#include "libsync/actors/detail/waiting.hpp"
#include "libsync/actors/patience.hpp"
#include "libsync/actors/posted.hpp"
#include "libsync/actors/receipt_future.hpp"
#include "libsync/actors/runtime.hpp"
#include "libsync/actors/server.hpp"
#include "libsync/actors/session_undo.hpp"
#include "libsync/actors/session_watch.hpp"
#include "libsync/actors/status.hpp"
#include "libsync/actors/supervisor.hpp"

#include "libsync/reason.hpp"
#include "libsync/result.hpp"
#include "libsync/snapshot.hpp"
#include "libsync/submission.hpp"

namespace libsync {

/// A client for threads, of a server or of the server that a supervisor keeps alive. A session
/// opens at once, and joins meanwhile. Several threads may use it, and operations of one thread
/// keep their order. Errors are values, so no call throws because a server has ended. A call that
/// throws, for lack of memory or because an operation cannot be copied, has submitted nothing and
/// called no handler.
///
///     libsync::runtime runtime;
///     auto server = libsync::spawn_server(runtime, counter{});
///     libsync::session session{server};
///     session.post(add{1});                      // fire and forget
///     auto receipt = session.submit(add{2});     // a future
///     session.submit(add{3}, [](const libsync::receipt& what) { ... });
///
/// Reading sends no message. `read` and `snapshot` read the client's copy itself, from any thread.
///
///     const auto value = session.read([](const counter& data) { return data.value; });
///
/// All members may be called anywhere. But a thread must not wait in observers, in handlers of
/// receipts, in functions that read, in a server's functions, and in actors on the threads of a
/// `libsync::config`. There `get`, `wait_for`, `close`, a `submit` to a full outbox, and reading
/// before there are data return at once, and say so. A session that is destroyed or assigned to
/// there closes by itself, and every submission still gets its receipt.
///
/// A `session<Data, shared_view>` is a viewer. A `session<Data, optimistic>` shows what was
/// submitted at once: when `submit` or `post` has returned, `read` and `snapshot` of the same
/// thread show it. See libsync/optimistic.hpp. It undoes, if its options say so.
template <class Data, replica_mode Mode = own_copy>
class session : public detail::session_copy<Data, Mode>,
                public session_watch<session<Data, Mode>, Data, Mode>,
                public session_undo<session<Data, Mode>, Data, Mode> {
  using base = detail::session_copy<Data, Mode>;
  using base::buffer_;
  using base::copy_;

public:
  using operation = typename Data::operation;

  /// Throws std::invalid_argument if a limit is 0.
  explicit session(const server_address<Data>& to, client_options<Data, Mode> options = {})
      : base(options),
        client_(detail::spawn_typed_client(to.place(), std::move(options), buffer_, copy_)) {}

  session(session&&) noexcept = default;
  session& operator=(session&& other) noexcept {
    if (this != &other) {
      const session former{std::move(*this)}; // closes
      buffer_ = std::move(other.buffer_);
      copy_ = std::move(other.copy_);
      client_ = std::move(other.client_);
    }
    return *this;
  }

  /// Closes the session. If this thread must not wait, the session does the rest by itself.
  ~session() {
    if (!buffer_)
      return;
    begin_to_close();
    if (detail::no_waiting::here() == nullptr)
      static_cast<void>(buffer_->wait_for_end());
  }

  /// Submits an operation or a transaction, with or without a condition, and returns a future for
  /// the receipt. Every future becomes ready. `full` says how long to wait for room: a `when_full`,
  /// a duration, or a time of the steady clock.
  [[nodiscard]] receipt_future submit(submission<Data> one, patience full = when_full::wait) {
    return submit_any(std::move(one), full);
  }

  [[nodiscard]] receipt_future submit(operation op, patience full = when_full::wait) {
    return submit_any(std::move(op), full);
  }

  /// The same with a handler instead of a future. `on_receipt` is called exactly once. If the
  /// submission is taken, the session's client calls it later, after its copy shows the change,
  /// even if the session is destroyed meanwhile. An exception is then counted in the client's
  /// status. If the submission is not taken, this call calls it. An empty `on_receipt` is not
  /// called.
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
  [[nodiscard]] libsync::version version() const { return buffer_ ? buffer_->gate().latest() : 0; }

  /// Waits until the session's copy has reached `target`, for at most `most`, and not at all if
  /// `most` is 0 or less. Returns the version of the copy, or the reason for which it did not reach
  /// `target`.
  template <class Rep, class Period>
  result<libsync::version> wait_for(libsync::version target,
                                    std::chrono::duration<Rep, Period> most) {
    if (!buffer_)
      return result<libsync::version>::failed("the session was moved from");
    const auto where = [&] {
      return " at version " + std::to_string(version()) + ", before version " +
             std::to_string(target);
    };
    if (most > most.zero() && version() < target)
      if (const auto why = detail::why_not_wait("observe the changes instead; it is"); !why.empty())
        return result<libsync::version>::failed(why + where());
    if (buffer_->gate().wait_for(target, detail::deadline_after(most)))
      return buffer_->gate().latest();
    return result<libsync::version>::failed(
        (buffer_->closed() ? buffer_->reason() : "the deadline passed"_reason) + where());
  }

  /// Calls `f(data)` or `f(data, version)` with the session's newest data, which are not copied.
  /// Returns the result of `f` (accepted, if `f` returns nothing), or the reason for which there
  /// are no data. It sends no message, and waits for no server and no observer. It waits at most
  /// for the operations, 256 or one transaction, that are being applied to the copy. The data
  /// include every change of which this thread was told "accepted". An exception of `f` is
  /// propagated.
  ///
  /// The copy does not change until `f` has returned, so `f` should be short. `f` may read again.
  template <class Function>
  auto read(Function f) const {
    const auto reading = [&f](const Data& data, libsync::version version) -> decltype(auto) {
      const detail::no_waiting here{"a function that reads a session"};
      return detail::call_reader(f, data, version);
    };
    using answer = detail::read_answer<decltype(reading), Data>;
    if constexpr (std::is_void_v<typename answer::result>) {
      const auto why = until_there_are_data([&] { return copy_->read(reading); });
      return why.empty() ? accepted() : refused(why);
    } else {
      typename answer::type got;
      const auto why = until_there_are_data([&] {
        got = copy_->read(reading);
        return got.has_value();
      });
      using value = typename answer::result;
      return why.empty() ? result<value>{*std::move(got)} : result<value>::failed(why);
    }
  }

  /// Returns the session's newest data with their version, shared and immutable, or the reason for
  /// which there are none. The client copies the data before its next change if the snapshot lives
  /// until then. It waits for no server and no observer. The data include every change of which
  /// this thread was told "accepted", and every version that was applied before the call. While a
  /// long operation runs, it shows the version before that operation. It waits for the operation
  /// only if the data take long to copy (more than 50 us, or 64 kB by `sizeof`), or if nobody has
  /// called `snapshot` for long.
  ///
  /// `read` and `snapshot` wait for the first data. They also wait while the copy has failed and
  /// waits for a new snapshot. A closed session shows the last data that it had.
  result<libsync::snapshot<Data>> snapshot() const {
    libsync::snapshot<Data> shown;
    const auto why = until_there_are_data([&] {
      shown = copy_->snapshot();
      return shown.data != nullptr;
    });
    if (!why.empty())
      return result<libsync::snapshot<Data>>::failed(why);
    return shown;
  }

  /// Calls `one` with each change from the next one on, in the session's client. An exception is
  /// counted, not propagated. The options have a function for all changes from the first one on.
  void observe(observer_of<Data, Mode> one) const { client_.observe(std::move(one)); }

  /// Returns the status of the session's client, or the reason for which there is none. Either the
  /// client has ended, or this thread must not wait.
  [[nodiscard]] result<client_status> status() const { return client_.status(); }

  /// Returns a handle to the session's client, for actors that talk to it.
  [[nodiscard]] const client<Data, Mode>& handle() const noexcept { return client_; }

  /// Takes nothing more, waits until every submission has its receipt, and leaves. Threads that
  /// wait for room or for a version are told. It is harmless to close a session again. Other
  /// threads may use other members meanwhile. Returns an empty reason. If this thread must not
  /// wait, the session closes by itself, and the reason says so.
  reason close() {
    if (!buffer_)
      return {};
    begin_to_close();
    auto why =
        detail::why_not_wait("the session closes by itself, and every submission still has its "
                             "receipt; to wait for that, close it in another thread");
    return why.empty() ? buffer_->wait_for_end() : why;
  }

private:
  friend session_watch<session, Data, Mode>;
  friend session_undo<session, Data, Mode>;

  // Calls `look` until it has found data. Returns why it has not.
  template <class Look>
  reason until_there_are_data(Look look) const {
    if (!buffer_)
      return "the session was moved from"_reason;
    while (!look())
      if (!copy_->has_data()) {
        if (auto why = detail::why_not_wait("look again later, or observe the changes");
            !why.empty())
          return why;
        this->look_after(client_.ref());
        if (auto why = buffer_->drive_until([&] { return copy_->has_data(); }); !why.empty())
          return why;
        if (!copy_->wait_for_data())
          return "there are no data: " + buffer_->reason();
      }
    return {};
  }

  void begin_to_close() noexcept {
    buffer_->close("the session is closed"_reason);
    if (auto farewell = buffer_->farewell())
      detail::deliver(client_.ref(), std::move(farewell));
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
    using kind = typename detail::session_buffer<Data, Mode>::put_result::kind;
    if (!buffer_)
      return detail::pay(wanted, receipt::refused("the session was moved from"_reason),
                         posted::closed);
    if (auto why = buffer_->refuses(one)) [[unlikely]]
      return detail::pay(wanted, receipt::refused(*std::move(why)), posted::refused);
    const auto done = put_in_buffer(std::forward<Submission>(one), wanted, full);
    if (done == kind::closed)
      return detail::pay(wanted, receipt::refused(buffer_->reason()), posted::closed);
    if (done == kind::overloaded)
      return detail::pay(wanted, detail::overloaded(full), posted::overloaded);
    return posted::taken;
  }

  template <class Submission>
  auto put_in_buffer(Submission&& one, receipt_promise& wanted, patience full) {
    try {
      auto done = buffer_->put(std::forward<Submission>(one), wanted, full, client_.ref());
      if (done.letter)
        detail::deliver(done.direct ? done.direct->to : client_.ref(), std::move(done.letter));
      return done.what;
    } catch (...) {
      wanted.forget();
      throw;
    }
  }

  client<Data, Mode> client_;
};

template <class Data>
session(const server<Data>&) -> session<Data>;

template <class Data>
session(const supervisor<Data>&) -> session<Data>;

template <class Data, replica_mode Mode>
session(const server<Data>&, client_options<Data, Mode>) -> session<Data, Mode>;

template <class Data, replica_mode Mode>
session(const supervisor<Data>&, client_options<Data, Mode>) -> session<Data, Mode>;

} // namespace libsync
