#pragma once

/// A client and its session, as a stock client's actor sees them. That actor is compiled once.

#include <memory>

#include "libsync/actors/detail/actor_ref.hpp"
#include "libsync/actors/detail/client/client_base.hpp"

#include "libsync/reason.hpp"

namespace libsync::detail {

/// The side of a session that its client works at. Only the client's actor touches it.
class session_intake {
public:
  virtual ~session_intake() = default;

  /// Takes over what a thread has sent past this client, if one has.
  virtual void adopt() = 0;
  /// Opens the line past this client if `idle`, else closes it.
  virtual void tend_line(bool idle) = 0;
  /// Takes over what a thread has sent past this client, and closes the line.
  virtual void hang_up() = 0;
  /// Moves what threads have put into the buffer to the outbox, as far as there is room; the rest
  /// follows when receipts make room.
  virtual void drain() = 0;
  /// Whether something was left in the buffer.
  [[nodiscard]] virtual bool has_more() const noexcept = 0;
  /// Whether threads submit many at a time, so that one by one past the client would be slower.
  [[nodiscard]] virtual bool is_flooded() const noexcept = 0;
  /// The copy shows this version.
  virtual void reach(version latest) = 0;
  /// Refuses what is in the buffer, and what will be put there.
  virtual void refuse(const reason& why) noexcept = 0;
  /// The client is gone.
  virtual void end(const reason& why) noexcept = 0;
  /// Adds what the session has counted.
  virtual void add_to(client_status& told) const noexcept = 0;
};

struct made_client {
  std::shared_ptr<client_base> core;
  std::unique_ptr<session_intake> intake; // null where there is no session
};

/// Makes a client for an actor, once.
class client_maker {
public:
  virtual ~client_maker() = default;
  [[nodiscard]] virtual made_client make(caf::local_actor* self) = 0;
};

/// Starts a stock client in the system of its server.
[[nodiscard]] actor_ref spawn_client(const server_place& to, std::unique_ptr<client_maker> how);

} // namespace libsync::detail
