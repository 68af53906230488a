#pragma once

/// A peer's decisions, as the peer's actor sees them, whatever the data. That actor is compiled
/// once.

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "libsync/actors/detail/actor_ref.hpp"

#include "libsync/detail/callback_guard.hpp"
#include "libsync/detail/thrown.hpp"
#include "libsync/outcome.hpp"

namespace libsync::detail {

/// How a peer sends.
class peer_outlet {
public:
  virtual void send(const actor_address& to, const envelope& box) = 0;
  virtual void acknowledge(const actor_address& to) = 0;
  /// Calls `share` once all that waits in the mailbox is handled.
  virtual void share_later() = 0;

protected:
  ~peer_outlet() = default;
};

/// A statebox and its neighbours. Where memory runs out a change is refused, with the reason, and
/// what else was to be done is done later; the box is never left half changed.
class any_peer {
public:
  virtual ~any_peer() = default;

  virtual void meet(const actor_address& whom, peer_outlet& out) = 0;
  virtual void part(const actor_address& whom) = 0;
  /// A neighbour has merged what it was sent.
  virtual void acknowledged(const actor_address& by, peer_outlet& out) = 0;
  virtual void share(peer_outlet& out) = 0;
  /// Changes the box by a `composite<operation>`, and returns a `result<stamp>`: a failure, if it
  /// is something else.
  [[nodiscard]] virtual envelope change(const envelope& what, peer_outlet& out) = 0;
  [[nodiscard]] virtual outcome accept_loss(peer_outlet& out) = 0;
  /// Merges a neighbour's box. Returns false where memory ran out; it is as before then.
  virtual bool receive(const actor_address& from, const envelope& box, peer_outlet& out) = 0;
  /// The box, a `statebox<Data, stamp>`; the `peer_status`.
  [[nodiscard]] virtual envelope read() = 0;
  [[nodiscard]] virtual envelope status() const = 0;

  /// Whether an envelope holds a box of these data.
  [[nodiscard]] virtual bool suits_box(const envelope& box) const noexcept = 0;
};

[[nodiscard]] actor_ref spawn_peer(caf::actor_system& system, std::unique_ptr<any_peer> of);

} // namespace libsync::detail
