#pragma once

/// The part of a session by which clients show each other small values.

#include <memory>
#include <utility>

#include "libsync/actors/detail/actor_ref.hpp"
#include "libsync/actors/detail/client/presence_desk.hpp"
#include "libsync/actors/detail/watch/presence_watch.hpp"
#include "libsync/actors/envelope.hpp"
#include "libsync/actors/watcher.hpp"

#include "libsync/presence.hpp"

namespace libsync {

/// A base of `session`. The data have a type `presence`: what a client shows of itself, such as
/// where its cursor is. It is no part of the data and is not logged.
///
///     session.present(cursor{10, 20});
///     for (const auto& one : session.presence())
///       if (!session.presence().is_own(one)) draw(one.by, *one.value);
///
/// The server tells all members what all show, in rounds that are `server_options::presence_pause`
/// apart, and only if something has changed. A client that is slow skips rounds, and delays nobody.
/// Only the newest value counts: one that is replaced before its round is never seen. What a client
/// shows is gone, in the next round, when it has left, ended, died or been suspended. A client that
/// joins again shows what it showed before.
template <class Watch, class Data>
class session_presence {
public:
  /// Shows another value in the place of the one before. It may be called as often as you like: it
  /// waits for nobody, and while a value is under way the newest one waits. Does nothing once the
  /// session is closed. A call that throws, for lack of memory or because the value cannot be
  /// moved, has changed nothing.
  template <class Of = Data>
  void present(detail::presence_of<Of> value) {
    detail::show_presence<Of>([this](auto what) { this->show(std::move(what)); }, std::move(value));
  }

  /// Shows nothing any more.
  template <class Of = Data>
  void withdraw() {
    detail::show_presence<Of>([this](auto what) { this->show(std::move(what)); });
  }

  /// Returns what all show, this client too, as of the latest round that has arrived. Nobody is
  /// seen while the session is no member, as before it has joined and while it joins again. It
  /// sends no message and waits for nobody.
  template <class Of = Data>
  [[nodiscard]] auto presence() const {
    if constexpr (detail::check_presence<Of>())
      return self().has_buffer() ? self().buffer().presence().seen() : presences<Of>{};
  }

  /// Calls `on_change(presences)` when what all show has changed, and first with what they show
  /// now, once that is known. It is told the newest only, and that nobody is seen when the session
  /// is no member any more. `options.where` says where it is called. It may present, watch, end
  /// itself, and close or destroy the session. Exceptions are reported as those of `watch` are.
  ///
  ///     const auto watching = session.watch_presence(
  ///         [&](const libsync::presences<board>& all) { redraw(all); }, {.where = queue});
  template <class OnChange>
  watcher watch_presence(OnChange on_change, watch_options options = {}) const {
    auto made = detail::make_presence_watch<Data>(std::move(on_change), std::move(options));
    if (!made || !self().has_buffer())
      return {};
    watcher watching{made};
    if constexpr (has_presence<Data>)
      detail::send(self().client(), detail::message::observe,
                   enclose(detail::presence_watch_request<Data>{std::move(made)}));
    return watching;
  }

private:
  [[nodiscard]] const Watch& self() const noexcept { return static_cast<const Watch&>(*this); }

  template <class Value>
  void show(Value what) {
    if (!self().has_buffer())
      return; // it was moved from
    if (auto wake = self().buffer().presence().put(std::move(what)))
      detail::deliver(self().client(), std::move(wake));
  }
};

} // namespace libsync
