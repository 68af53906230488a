#pragma once

/// The front door for threads that are no actors.

#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "libsync/actors/client.hpp"
#include "libsync/actors/interface.hpp"
#include "libsync/actors/runtime.hpp"
#include "libsync/actors/server.hpp"
#include "libsync/actors/session_buffer.hpp"

#include "libsync/result.hpp"

namespace libsync {

/// What became of a submission that nobody waits for.
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
/// throws because a server has ended.
///
/// Its own observers must not call members that wait, such as `close`, `snapshot`, or `submit` to a
/// full outbox: they run in the client for which these wait.
///
///     libsync::runtime runtime;
///     auto server = libsync::spawn_server(runtime, counter{});
///     libsync::session session{server};
///     session.post(add{1});                      // fire and forget
///     auto receipt = session.submit(add{2});     // a future
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
      close();
      buffer_ = std::move(other.buffer_);
      client_ = std::move(other.client_);
    }
    return *this;
  }

  /// Closes.
  ~session() { close(); }

  /// Submits an operation, a transaction, or either with a condition, and returns the receipt to
  /// come. Every future becomes ready.
  [[nodiscard]] std::future<receipt> submit(submission<Data> one,
                                            when_full full = when_full::wait) {
    return submit_any(std::move(one), full);
  }

  [[nodiscard]] std::future<receipt> submit(operation op, when_full full = when_full::wait) {
    return submit_any(std::move(op), full);
  }

  /// Submits without waiting for a receipt.
  posted post(submission<Data> one, when_full full = when_full::wait) {
    return post_any(std::move(one), full);
  }

  posted post(operation op, when_full full = when_full::wait) {
    return post_any(std::move(op), full);
  }

  /// Returns the version that the session's copy has reached.
  [[nodiscard]] version at() const { return buffer_ ? buffer_->at() : 0; }

  /// Waits until the session's copy has reached `target`, for at most `patience`.
  /// Returns the version that it is at, or why it did not get there.
  template <class Rep, class Period>
  result<version> wait_for(version target, std::chrono::duration<Rep, Period> patience) {
    if (!buffer_)
      return result<version>::failed("the session was moved from");
    // Beyond a hundred years it is for ever; adding more to a clock would overflow.
    constexpr std::chrono::hours for_ever{24 * 365 * 100};
    const bool limited = std::chrono::duration<double>(patience) < for_ever;
    const auto deadline =
        std::chrono::steady_clock::now() +
        (limited ? std::chrono::ceil<std::chrono::steady_clock::duration>(patience) : for_ever);
    if (buffer_->wait_for(target, deadline))
      return buffer_->at();
    return result<version>::failed(
        (buffer_->closed() ? buffer_->why_closed() : "the deadline passed"_reason) +
        " at version " + std::to_string(at()) + ", before version " + std::to_string(target));
  }

  /// Returns the session's copy of the data with its version, shared and immutable; waits for the
  /// first one.
  result<libsync::snapshot<Data>> snapshot() {
    auto answer = result<libsync::snapshot<Data>>::failed("the session is closed");
    if (!client_)
      return answer;
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
  /// be used meanwhile by other threads.
  void close() {
    if (!buffer_)
      return;
    buffer_->close("the session is closed");
    caf::anon_send(client_, close_atom::value);
    buffer_->wait_for_end();
  }

private:
  template <class Submission>
  std::future<receipt> submit_any(Submission one, when_full full) {
    auto wanted = std::make_shared<std::promise<receipt>>();
    auto coming = wanted->get_future();
    const auto what = post_any(std::move(one), full, wanted);
    if (what == posted::overloaded)
      wanted->set_value(receipt::overloaded());
    else if (what == posted::closed)
      wanted->set_value(
          receipt::refused(buffer_ ? buffer_->why_closed() : "the session was moved from"_reason));
    return coming;
  }

  template <class Submission>
  posted post_any(Submission one, when_full full,
                  typename session_buffer<Data>::promise wanted = nullptr) {
    if (!buffer_)
      return posted::closed;
    using kind = typename session_buffer<Data>::put_result::kind;
    auto done = buffer_->put(std::move(one), std::move(wanted), full);
    if (done.what == kind::wake)
      caf::anon_send(client_, drain_atom::value);
    else if (done.what == kind::send)
      spelled::send_as(client_, done.direct->to, submit_atom::value,
                       envelope<parcel<Data>>{std::move(done.direct->what)});
    else if (done.what == kind::overloaded)
      return posted::overloaded;
    else if (done.what == kind::closed)
      return posted::closed;
    return posted::taken;
  }

  std::shared_ptr<session_buffer<Data>> buffer_;
  client<Data, Mode> client_;
};

template <class Data>
session(const server<Data>&) -> session<Data>;

template <class Data>
session(const supervisor<Data>&) -> session<Data>;

} // namespace libsync
