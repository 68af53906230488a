#pragma once

/// Keeps a server alive.

#include <chrono>
#include <cstddef>
#include <functional>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "libsync/actors/detail/actor_ref.hpp"
#include "libsync/actors/detail/any_server.hpp"
#include "libsync/actors/detail/client_base.hpp"
#include "libsync/actors/detail/typed_server.hpp"
#include "libsync/actors/server.hpp"
#include "libsync/actors/server_options.hpp"
#include "libsync/actors/status.hpp"

#include "libsync/detail/shared.hpp"
#include "libsync/reason.hpp"
#include "libsync/result.hpp"

namespace libsync {

/// A server has died.
struct server_death {
  libsync::reason reason;
  /// It died within a call to the sequencer, so the next one begins a new epoch.
  bool interrupted = false;
  /// It is started again; if not, it has died too often.
  bool restarted = false;
};

/// How a supervisor is made.
struct supervisor_options {
  static constexpr std::size_t without_end = std::numeric_limits<std::size_t>::max();
  static constexpr std::chrono::milliseconds ever = std::chrono::milliseconds::max();

  /// Most restarts `within` that time. When one more is due, the supervisor gives up, and everybody
  /// is told. 0 restarts are allowed: then the first death is the last. It remembers when each of
  /// these was, unless there are any number of them, `without_end`.
  std::size_t restarts = 5;
  /// At least 1 ms. `ever`: so many restarts in all.
  std::chrono::milliseconds within = std::chrono::seconds{10};
  /// Told of each death, in the supervisor's actor; one that throws is isolated.
  std::function<void(const server_death&)> on_death = {};

  /// Returns these options. Throws std::invalid_argument, naming the first that makes no sense.
  [[nodiscard]] const supervisor_options& checked() const {
    if (within.count() <= 0)
      throw std::invalid_argument("libsync::supervisor_options: `within` is " +
                                  std::to_string(within.count()) + " ms, expected at least 1 ms");
    return *this;
  }
};

/// A handle to a supervisor; may be null. Any thread may use it, and copies refer to the same one.
///
/// A supervisor starts a server, starts it again when it has died, and tells clients where it is.
/// The sequencer outlives its servers: since it is changed before anything is sent, a server that
/// died between two calls leaves nothing missing, and the next one goes on in the same epoch; one
/// that died within a call (an exception out of the sequencer, such as std::bad_alloc) is followed
/// by a new epoch, which begins with the data as they are.
///
/// Clients hold it strongly. It ends when the last handle and the last client are gone, and the
/// server with it; told to stop, it ends the server too.
template <class Data>
class supervisor : public detail::actor_handle {
public:
  using detail::actor_handle::actor_handle;

  friend bool operator==(const supervisor& one, const supervisor& other) noexcept {
    return one.ref() == other.ref();
  }

  /// The server that is alive; or why there is none any more. It waits for one that is being
  /// started.
  [[nodiscard]] result<libsync::server<Data>> server() const {
    const auto found =
        detail::answer<detail::server_found>(detail::ask(ref(), detail::message::locate));
    if (!found)
      return result<libsync::server<Data>>::failed(found.reason());
    if (!found->server)
      return result<libsync::server<Data>>::failed(found->why_none);
    return libsync::server<Data>{found->server};
  }

  [[nodiscard]] result<supervisor_status> status() const {
    return detail::answer<supervisor_status>(detail::ask(ref(), detail::message::status));
  }

  /// Ends the supervisor and its server, soon.
  void stop() const noexcept { detail::stop(ref()); }
};

/// Where a client finds its server: it is told, or it asks a supervisor.
template <class Data>
class server_address {
public:
  server_address(const server<Data>& known) : place_{known.ref(), {}} {}
  server_address(const supervisor<Data>& knows) : place_{{}, knows.ref()} {}

  /// For the library's own use.
  [[nodiscard]] const detail::server_place& place() const noexcept { return place_; }

private:
  detail::server_place place_;
};

namespace detail {

[[nodiscard]] actor_ref spawn_supervisor(caf::actor_system& system,
                                         std::shared_ptr<any_server> state,
                                         supervisor_options options);

} // namespace detail

/// Starts a server with `initial` as version 0, and a supervisor that keeps it alive. Throws
/// std::invalid_argument if a limit is 0, or `within` is not at least 1 ms.
template <class Data>
supervisor<Data> spawn_supervisor(caf::actor_system& system, Data initial,
                                  server_options<Data> server = {},
                                  supervisor_options options = {}) {
  static_cast<void>(server.bounds.checked()); // here, where somebody hears it
  static_cast<void>(options.checked());
  return supervisor<Data>{detail::spawn_supervisor(
      system, detail::shared<detail::typed_server<Data>>(std::move(initial), std::move(server)),
      std::move(options))};
}

} // namespace libsync
