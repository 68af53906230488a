#pragma once

/// Stock clients: actors that are clients and nothing else.

#include <concepts>
#include <memory>
#include <utility>

#include "libsync/actors/client_options.hpp"
#include "libsync/actors/detail/actor_ref.hpp"
#include "libsync/actors/detail/client/any_client.hpp"
#include "libsync/actors/detail/client/presence_desk.hpp"
#include "libsync/actors/detail/client/typed_client.hpp"
#include "libsync/actors/detail/watch/make_watch.hpp"
#include "libsync/actors/detail/watch/presence_watch.hpp"
#include "libsync/actors/server.hpp"
#include "libsync/actors/status.hpp"
#include "libsync/actors/supervisor.hpp"
#include "libsync/actors/undo_request.hpp"
#include "libsync/actors/watcher.hpp"

#include "libsync/detail/shared.hpp"
#include "libsync/presence.hpp"
#include "libsync/result.hpp"
#include "libsync/shared_view.hpp"
#include "libsync/snapshot.hpp"
#include "libsync/submission.hpp"
#include "libsync/watch.hpp"

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

  /// Asks the client to undo, or what else the option `undo` makes possible. An actor that wants
  /// the receipt sends the request in an envelope, as it does with a submission.
  template <std::same_as<undo_request> Request>
  void post(Request what) const {
    static_assert(std::same_as<Mode, optimistic>,
                  "libsync: only optimistic clients undo: make this one with the mode "
                  "libsync::optimistic, and the option `undo`");
    detail::send(ref(), detail::message::submit, enclose(what));
  }

  /// Calls `one` with each change from the next one on, in the client's actor.
  void observe(observer_of<Data, Mode> one) const {
    detail::send(ref(), detail::message::observe, enclose(std::move(one)));
  }

  /// Watches what `project` makes of the data, as `session::watch` says. If it is called elsewhere
  /// than in the client, its values are made in the client all the same.
  template <class Project, class OnChange, watch_delivery How = latest_only>
  watcher watch(Project project, OnChange on_change, How how = {},
                watch_options options = {}) const {
    const auto made = detail::make_watch<Data, Mode>(std::move(project), std::move(on_change), how,
                                                     std::move(options), nullptr);
    watcher watching{made};
    detail::send(ref(), detail::message::observe, enclose(detail::watch_request<Data, Mode>{made}));
    return watching;
  }

  /// Shows another value to all clients, as `session::present` says; and nothing any more.
  template <class Of = Data>
  void present(detail::presence_of<Of> value) const {
    detail::show_presence<Of>([this](auto what) { show<Of>(std::move(what)); }, std::move(value));
  }
  template <class Of = Data>
  void withdraw() const {
    detail::show_presence<Of>([this](auto what) { show<Of>(std::move(what)); });
  }

  /// Returns what all clients show, as of the latest round that the client's actor has handled, or
  /// the reason for which it does not tell. It waits for that actor. A session's `presence` does
  /// not.
  template <class Of = Data>
  [[nodiscard]] auto presence() const {
    if constexpr (detail::check_presence<Of>()) {
      const auto seen = detail::shared<presences<Of>>();
      detail::send(ref(), detail::message::observe, enclose(detail::presence_question<Of>{seen}));
      const auto told = status(); // which is asked behind that
      return told ? result<presences<Of>>{*seen} : result<presences<Of>>::failed(told.reason());
    }
  }

  /// Watches what all clients show, as `session::watch_presence` says.
  template <class OnChange>
  watcher watch_presence(OnChange on_change, watch_options options = {}) const {
    auto made = detail::make_presence_watch<Data>(std::move(on_change), std::move(options));
    watcher watching{made};
    if constexpr (has_presence<Data>)
      detail::send(ref(), detail::message::observe,
                   enclose(detail::presence_watch_request<Data>{std::move(made)}));
    return watching;
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

private:
  template <class Of, class Value>
  void show(Value what) const {
    detail::send(ref(), detail::message::observe,
                 enclose(detail::presence_wish<Of>{std::move(what)}));
  }
};

/// Starts a client of the server `to`, or of the server that the supervisor `to` keeps alive.
/// `spawn_client<shared_view>` starts a viewer. Throws std::invalid_argument if a limit is 0.
template <replica_mode Mode = own_copy, class Data>
client<Data, Mode> spawn_client(const server_address<Data>& to,
                                client_options<Data, Mode> options = {}) {
  static_cast<void>(options.bounds.checked());
  return client<Data, Mode>{detail::spawn_typed_client(to.place(), std::move(options))};
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
