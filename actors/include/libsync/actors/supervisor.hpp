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
#include "libsync/actors/detail/client/client_base.hpp"
#include "libsync/actors/detail/server/any_server.hpp"
#include "libsync/actors/detail/server/typed_server.hpp"
#include "libsync/actors/server.hpp"
#include "libsync/actors/server_options.hpp"
#include "libsync/actors/status.hpp"

#include "libsync/detail/shared.hpp"
#include "libsync/reason.hpp"
#include "libsync/result.hpp"

namespace libsync {

/// The death of a server.
struct server_death {
  libsync::reason reason;
  /// It died within a call to the sequencer, so the next one begins a new epoch.
  bool interrupted = false;
  /// The supervisor starts it again. If not, it has died too often.
  bool restarted = false;
};

/// The options of a supervisor.
struct supervisor_options {
  static constexpr std::size_t without_end = std::numeric_limits<std::size_t>::max();
  static constexpr std::chrono::milliseconds ever = std::chrono::milliseconds::max();

  /// The most restarts `within` that time. When one more is due, the supervisor gives up, and
  /// notifies the clients. With 0 restarts the first death is the last. The supervisor remembers
  /// the time of each of these restarts, unless their number is `without_end`.
  std::size_t restarts = 5;
  /// At least 1 ms. With `ever`, `restarts` counts all restarts.
  std::chrono::milliseconds within = std::chrono::seconds{10};
  /// Called with each death, in the supervisor's actor. An exception is not propagated.
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
/// The sequencer outlives its servers, and changes before it sends anything. So a server that dies
/// between two calls leaves nothing missing, and the next server goes on in the same epoch. If a
/// server dies within a call (by an exception of the sequencer, such as std::bad_alloc), a new
/// epoch begins with the data as they are.
///
/// Clients hold it strongly. It ends when the last handle and the last client are gone, or when it
/// is told to stop. The server ends with it.
template <class Data>
class supervisor : public detail::actor_handle {
public:
  using detail::actor_handle::actor_handle;

  friend bool operator==(const supervisor& one, const supervisor& other) noexcept {
    return one.ref() == other.ref();
  }

  /// Returns the living server, or the reason for which there is none any more. It waits for a
  /// server that is being started.
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

/// The place where a client finds its server: the server itself, or a supervisor to ask.
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

/// Starts a server with `initial` as version 0, or with what its journal has, and a supervisor that
/// keeps it alive. Throws std::invalid_argument if a limit is 0, or `within` is not at least 1 ms,
/// and storage_error if there is a journal that cannot be read or written.
template <class Data>
supervisor<Data> spawn_supervisor(caf::actor_system& system, Data initial,
                                  server_options<Data> server = {},
                                  const supervisor_options& options = {}) {
  static_cast<void>(options.checked());
  return supervisor<Data>{detail::spawn_supervisor(
      system, detail::make_server(system, std::move(initial), std::move(server)), options)};
}

} // namespace libsync
