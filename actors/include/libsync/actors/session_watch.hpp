#pragma once

/// The part of a session by which others learn that something has happened.

#include <utility>

#include "libsync/actors/detail/actor_ref.hpp"
#include "libsync/actors/detail/watch/make_watch.hpp"
#include "libsync/actors/envelope.hpp"
#include "libsync/actors/reached.hpp"
#include "libsync/actors/session_presence.hpp"
#include "libsync/actors/watcher.hpp"

#include "libsync/ids.hpp"
#include "libsync/shared_view.hpp"
#include "libsync/watch.hpp"

namespace libsync {

/// A base of `session`.
template <class Session, class Data, replica_mode Mode>
class session_watch : public session_presence<session_watch<Session, Data, Mode>, Data> {
public:
  /// Watches what `project` makes of the session's data, and calls `on_change` when that differs
  /// from what it was. The first call tells what it is now, as soon as there are data. The watcher
  /// watches as long as the handle lives.
  ///
  ///     auto watching = session.watch(&game::score, [](int score) { ... });
  ///
  /// `project` is called as `project(data)`, or is a pointer to a member, or a `path` of these. It
  /// should be short, and must only look. Its values need an ==. One that is not told is not
  /// copied, if `project` returns a reference.
  ///
  /// With `latest_only`, `on_change(value)` or `on_change(value, version)` is told the newest
  /// value. In the client that is the one at the end of a batch, or before a receipt. In a place of
  /// the user's it is what the session shows when the place makes the call. `project` is called
  /// there too, at most once a call, however much has changed.
  ///
  /// With `every_version`, `on_change(watched)` is told the value of each version. `project` is
  /// called in the client. The client then applies batches version by version, as with observers. A
  /// shared view has no every version.
  ///
  /// `options.where` says where `on_change` is called. It may submit, unsubscribe, close and
  /// destroy the session. Calls that wait return at once there, as in all callbacks. An exception
  /// is reported (`watch_options`) and stops nobody else; the next change is told all the same. If
  /// the session ends, what waits in a place of the user's is still told.
  template <class Project, class OnChange, watch_delivery How = latest_only>
  watcher watch(Project project, OnChange on_change, How how = {},
                watch_options options = {}) const {
    const auto& self = static_cast<const Session&>(*this);
    if (!self.copy_)
      return {};
    const auto made = detail::make_watch<Data, Mode>(std::move(project), std::move(on_change), how,
                                                     std::move(options), self.copy_);
    watcher watching{made};
    detail::send(self.client_.ref(), detail::message::observe,
                 enclose(detail::watch_request<Data, Mode>{made}));
    return watching;
  }

  /// Returns what a coroutine awaits, for the time when the session's copy has reached `target`:
  ///
  ///     const libsync::result<libsync::version> reached = co_await session.reached(100);
  ///
  /// The result is the version of the copy, or the reason for which it will not reach `target`: the
  /// session or its server has ended. `libsync/coroutine.hpp` says where the coroutine resumes.
  /// Threads call `wait_for`.
  version_reached reached(libsync::version target) const {
    return {static_cast<const Session&>(*this).buffer_, target};
  }

private:
  friend session_presence<session_watch, Data>;

  [[nodiscard]] bool has_buffer() const noexcept {
    return static_cast<const Session&>(*this).buffer_ != nullptr;
  }
  [[nodiscard]] auto& buffer() const noexcept {
    return *static_cast<const Session&>(*this).buffer_;
  }
  [[nodiscard]] const detail::actor_ref& client() const noexcept {
    return static_cast<const Session&>(*this).client_.ref();
  }
};

} // namespace libsync
