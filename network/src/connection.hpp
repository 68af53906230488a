#pragma once

/// One end of a connection: an actor that moves bytes between a socket and a link.

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "libsync/actors/detail/actor_ref.hpp"
#include "libsync/network/detail/came_frame.hpp"
#include "libsync/network/detail/greeting.hpp"
#include "libsync/network/options.hpp"
#include "tls.hpp"

#include "libsync/outcome.hpp"
#include "libsync/reason.hpp"

#include <caf/all.hpp>
#include <caf/io/all.hpp>

namespace libsync::detail {

/// Whom a connection is for. Called on the network's thread.
class connection_user {
public:
  connection_user() = default;
  connection_user(const connection_user&) = delete;
  connection_user& operator=(const connection_user&) = delete;
  virtual ~connection_user() = default;

  /// `connection` takes frames (`message::frame`), and a reason to end (`message::close`).
  virtual void began(const actor_ref& connection) = 0;
  /// Whether the other end, a relay, may go on.
  [[nodiscard]] virtual outcome judge(const greeting& said, const network::peer& who) = 0;
  /// Both ends have greeted.
  virtual void opened(const network::peer& who) = 0;
  virtual void take(came_frame what) = 0;
  /// Called once, last.
  virtual void closed(const reason& why) noexcept = 0;
};

/// What connections count together. Any thread.
struct connection_counters {
  std::atomic<std::uint64_t> bytes_in = 0;
  std::atomic<std::uint64_t> bytes_out = 0;
  std::atomic<std::uint64_t> pauses = 0;
};

/// What a connection is made of.
struct connection_plan {
  network::connection_limits bounds;
  /// What a relay says first; nothing for a server.
  std::optional<greeting> mine;
  /// Null for one that is not encrypted.
  std::shared_ptr<const tls_context> tls;
  network::peer other;
  std::shared_ptr<connection_counters> counters;
  std::shared_ptr<connection_user> user;
};

/// The behavior of a connection's broker.
[[nodiscard]] caf::behavior run_connection(caf::io::broker* self, caf::io::connection_handle socket,
                                           const connection_plan& plan);

} // namespace libsync::detail
