#pragma once

/// Servers.

#include <cstddef>
#include <limits>
#include <memory>
#include <string>
#include <utility>

#include "libsync/actors/detail/actor_ref.hpp"
#include "libsync/actors/detail/server/typed_server.hpp"
#include "libsync/actors/server_options.hpp"
#include "libsync/actors/status.hpp"
#include "libsync/actors/timetable.hpp"

#include "libsync/audit.hpp"
#include "libsync/auditor.hpp"
#include "libsync/detail/shared.hpp"
#include "libsync/digest.hpp"
#include "libsync/ids.hpp"
#include "libsync/outcome.hpp"
#include "libsync/protocol/log.hpp"
#include "libsync/result.hpp"
#include "libsync/snapshot.hpp"

namespace libsync {

/// A handle to a server; may be null. Any thread may use it, and copies refer to the same server. A
/// server lives until the last handle and the last client are gone, or until it is told to stop. A
/// server that ends notifies its clients.
template <class Data>
class server : public detail::actor_handle {
public:
  using detail::actor_handle::actor_handle;

  friend bool operator==(const server& one, const server& other) noexcept {
    return one.ref() == other.ref();
  }

  /// Returns the server's status, or the reason for which there is none. Either the server has
  /// ended, or this thread must not wait (`session` says where).
  [[nodiscard]] result<server_status> status() const {
    return detail::answer<server_status>(detail::ask(ref(), detail::message::status));
  }

  /// Returns the data with their version, shared, or the reason for which there are none. It needs
  /// no membership. If somebody still holds the data, the next submission copies them once.
  [[nodiscard]] result<libsync::snapshot<Data>> snapshot() const {
    return detail::answer<libsync::snapshot<Data>>(detail::ask(ref(), detail::message::read));
  }

  /// Returns the submissions that were accepted after version `after`, up to version `to`, as far
  /// as the log has them; or the reason for which there are none. `log_part::truncated_at` says if
  /// the log does not reach back so far. It needs no membership. A `log_reader` reads on.
  [[nodiscard]] result<log_part<Data>>
  read_log(version after = 0, version to = std::numeric_limits<version>::max()) const {
    const log_request what{epoch_id::none, after, to, std::numeric_limits<std::size_t>::max()};
    return detail::answer<log_part<Data>>(detail::ask(ref(), detail::message::log, enclose(what)));
  }

  /// Compares the copies of all members with the server's data, by digests that `make` makes: by
  /// default, the function `digest` beside the data. Returns what was found, or the reason for
  /// which nothing was: an audit is under way, the server has ended, or this thread must not wait.
  ///
  /// The server asks each member behind the batch of its present version, and waits for nobody who
  /// leaves or is suspended; other messages are handled meanwhile. If copies differ, and the server
  /// keeps the data from before its log (`server_options::keep_checkpoint`), this thread applies
  /// the log again, twice, with two digests a version, to find the first version that leads to
  /// different data. Throws what copying the data, or `make`, throws there.
  [[nodiscard]] result<audit_report<Data>>
  audit(const digest_function<Data>& make = digest_beside<Data>()) const {
    using answers = result<typename auditor<Data, detail::actor_address>::answers>;
    const auto told =
        detail::answer<answers>(detail::ask(ref(), detail::message::audit, enclose(make)));
    if (!told || !*told)
      return result<audit_report<Data>>::failed(told ? told->reason() : told.reason());
    return report_of<Data>(**told, make);
  }

  /// Lets the server submit `op` once `time`, in milliseconds since 1970, has come by its clock. A
  /// timer that is set under the name of another replaces it. Timers outlive a server that a
  /// supervisor starts again. Refused at the limit `timers`, if the server has ended, or if this
  /// thread must not wait: functions of the server use a `timetable`.
  outcome submit_at(std::string name, timestamp time, typename Data::operation op) const {
    return set_timer({std::move(name), time, std::move(op)});
  }

  /// Refused if there is no timer of that name.
  outcome cancel_timer(std::string name) const { return set_timer({std::move(name)}); }

  /// Ends the server, soon. A supervisor, which has its own handles, starts it again.
  void stop() const noexcept { detail::stop(ref()); }

private:
  outcome set_timer(timer_request<Data> wish) const {
    const auto told = detail::answer<outcome>(
        detail::ask(ref(), detail::message::later, enclose(std::move(wish))));
    return told ? *told : refused(told.reason());
  }
};

namespace detail {

// What may throw throws here, not in the actor, where nobody would hear it.
template <class Data>
std::shared_ptr<typed_server<Data>> make_server(caf::actor_system& system, Data initial,
                                                server_options<Data> options) {
  static_cast<void>(options.bounds.checked());
  auto made = shared<typed_server<Data>>(std::move(initial), std::move(options));
  made->open_journal(system);
  return made;
}

} // namespace detail

/// Starts a server with `initial` as version 0, or with what its journal has. Many servers may live
/// in one actor system. Throws std::invalid_argument if a limit is 0, and storage_error if there is
/// a journal that cannot be read or written.
template <class Data>
server<Data> spawn_server(caf::actor_system& system, Data initial,
                          server_options<Data> options = {}) {
  return server<Data>{detail::spawn_server(
      system, detail::make_server(system, std::move(initial), std::move(options)))};
}

} // namespace libsync
