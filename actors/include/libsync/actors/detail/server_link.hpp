#pragma once

/// Finds a client's server, and the server's successor.

#include <functional>
#include <optional>
#include <utility>

#include "libsync/actors/handles.hpp"

#include "libsync/protocol/membership.hpp"

#include <caf/all.hpp>

namespace libsync::detail {

/// The server that a client belongs to. Where a supervisor is known, it is asked for the server
/// first and each time that the server has ended; a wish to join waits meanwhile. To be used in the
/// client's actor only.
template <class Data>
class server_link {
public:
  /// How a server is asked to let the client join.
  using join_function = std::function<void(const libsync::server<Data>&, const join_request&)>;
  /// How a supervisor is asked for a server, another one than that which is named. The answer goes
  /// to `found`.
  using locate_function = std::function<void(const supervisor<Data>&, const caf::actor_addr&)>;

  explicit server_link(server_address<Data> to) : to_(std::move(to)) {}

  void on_join(join_function ask) { ask_to_join_ = std::move(ask); }
  void on_locate(locate_function ask) { ask_where_ = std::move(ask); }

  /// The server; null while there is none.
  [[nodiscard]] const libsync::server<Data>& server() const noexcept { return to_.server; }

  /// Joins, now or once there is a server.
  void join(const join_request& request) {
    if (to_.server)
      return ask_to_join_(to_.server, request);
    wanted_ = request;
    locate();
  }

  /// There is no wish to join any more. The next server is to hear that, too.
  void forget_request() noexcept { wanted_.reset(); }

  /// The wish to join that waits, if there is one.
  [[nodiscard]] std::optional<join_request> take_request() noexcept {
    return std::exchange(wanted_, std::nullopt);
  }

  /// Asks the supervisor, if there is one, unless it is asked already.
  void locate() {
    if (!to_.supervisor || locating_)
      return;
    ask_where_(to_.supervisor, failed_);
    locating_ = true;
  }

  /// The supervisor has answered.
  void end_locating() noexcept { locating_ = false; }

  /// There is a server again.
  void found(const libsync::server<Data>& next) {
    to_.server = next;
    failed_ = caf::actor_addr{}; // or it would keep the memory of the dead one
  }

  /// Whether this is the server. Its end may be heard of twice: by its last word, and by a request
  /// that it did not take.
  [[nodiscard]] bool is(const caf::actor_addr& which) const {
    return to_.server && to_.server.address() == which;
  }

  /// The server has ended. Returns whether a supervisor knows of a successor.
  bool lost(const caf::actor_addr& which) {
    if (!to_.supervisor)
      return false;
    failed_ = which;
    to_.server = nullptr;
    return true;
  }

  void forget() noexcept {
    to_.server = nullptr;
    to_.supervisor = nullptr;
  }

private:
  server_address<Data> to_;
  // The server that has ended, and what the next one is to be asked.
  caf::actor_addr failed_;
  std::optional<join_request> wanted_;
  bool locating_ = false;
  join_function ask_to_join_;
  locate_function ask_where_;
};

} // namespace libsync::detail
