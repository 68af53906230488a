#pragma once

/// Stock clients: actors that are clients and nothing else.

#include <memory>
#include <utility>

#include "libsync/actors/client_options.hpp"
#include "libsync/actors/detail/actor_ref.hpp"
#include "libsync/actors/detail/any_client.hpp"
#include "libsync/actors/detail/client_core.hpp"
#include "libsync/actors/detail/session_buffer.hpp"
#include "libsync/actors/detail/typed_intake.hpp"
#include "libsync/actors/server.hpp"
#include "libsync/actors/status.hpp"
#include "libsync/actors/supervisor.hpp"

#include "libsync/detail/client/shared_copy.hpp"
#include "libsync/result.hpp"
#include "libsync/shared_view.hpp"
#include "libsync/snapshot.hpp"
#include "libsync/submission.hpp"

namespace libsync {

/// A handle to a stock client; may be null. Any thread may use it, and copies refer to the same
/// client.
///
/// The client joins when it starts. When it is told to close, it waits until every submission has
/// its receipt, leaves, and ends. When its server ends, it stays, so that its copy can still be
/// read, and refuses submissions. With a supervisor it waits for the server's next life instead.
template <class Data, replica_mode Mode = own_copy>
class client : public detail::actor_handle {
public:
  using detail::actor_handle::actor_handle;

  friend bool operator==(const client& one, const client& other) noexcept {
    return one.ref() == other.ref();
  }

  /// Submits without a receipt.
  void post(submission<Data> one) const {
    detail::send(ref(), detail::message::submit, enclose(std::move(one)));
  }

  /// Calls `one` with each change from the next one on, in the client's actor.
  void observe(observer_of<Data, Mode> one) const {
    detail::send(ref(), detail::message::observe, enclose(std::move(one)));
  }

  /// Returns the data with their version, shared, once there are data; or the reason for which
  /// there are none. It waits for the client's actor. A session's `snapshot` does not.
  [[nodiscard]] result<libsync::snapshot<Data>> snapshot() const {
    return detail::answer<libsync::snapshot<Data>>(detail::ask(ref(), detail::message::read));
  }

  /// Returns the client's status, or the reason for which there is none. Either the client has
  /// ended, or this thread must not wait (`session` says where).
  [[nodiscard]] result<client_status> status() const {
    return detail::answer<client_status>(detail::ask(ref(), detail::message::status));
  }

  void close() const { detail::send(ref(), detail::message::close); }
};

namespace detail {

/// With a session the client takes submissions from `buffer`, and shows its data in `copy`.
template <class Data, replica_mode Mode>
class typed_maker final : public client_maker {
public:
  typed_maker(const server_place& to, client_options<Data, Mode> options,
              std::shared_ptr<session_buffer<Data>> buffer, shared_copy_ptr<Data> copy)
      : to_(to), options_(std::move(options)), buffer_(std::move(buffer)), copy_(std::move(copy)) {}

  [[nodiscard]] made_client make(caf::local_actor* self) override {
    auto* core = new client_core<Data, Mode>(self, to_, std::move(options_), copy_);
    made_client made{std::shared_ptr<client_base>{core}, nullptr};
    if (buffer_)
      made.intake.reset(new typed_intake<Data, Mode>(*core, buffer_, copy_));
    return made;
  }

private:
  server_place to_;
  client_options<Data, Mode> options_;
  std::shared_ptr<session_buffer<Data>> buffer_;
  shared_copy_ptr<Data> copy_;
};

template <class Data, replica_mode Mode>
client<Data, Mode> spawn_typed_client(const server_place& to, client_options<Data, Mode> options,
                                      std::shared_ptr<session_buffer<Data>> buffer = nullptr,
                                      shared_copy_ptr<Data> copy = nullptr) {
  std::unique_ptr<client_maker> how{
      new typed_maker<Data, Mode>{to, std::move(options), std::move(buffer), std::move(copy)}};
  return client<Data, Mode>{spawn_client(to, std::move(how))};
}

} // namespace detail

/// Starts a client of the server `to`, or of the server that the supervisor `to` keeps alive.
/// `spawn_client<shared_view>` starts a viewer. Throws std::invalid_argument if a limit is 0.
template <replica_mode Mode = own_copy, class Data>
client<Data, Mode> spawn_client(const server_address<Data>& to,
                                client_options<Data, Mode> options = {}) {
  static_cast<void>(options.bounds.checked());
  return detail::spawn_typed_client(to.place(), std::move(options));
}

template <replica_mode Mode = own_copy, class Data>
client<Data, Mode> spawn_client(const server<Data>& to, client_options<Data, Mode> options = {}) {
  return spawn_client<Mode>(server_address<Data>{to}, std::move(options));
}

template <replica_mode Mode = own_copy, class Data>
client<Data, Mode> spawn_client(const supervisor<Data>& to,
                                client_options<Data, Mode> options = {}) {
  return spawn_client<Mode>(server_address<Data>{to}, std::move(options));
}

} // namespace libsync
