#pragma once

/// Peers: actors that each own a statebox and exchange it, with no server.

#include <memory>
#include <utility>

#include "libsync/actors/detail/actor_ref.hpp"
#include "libsync/actors/detail/peer/any_peer.hpp"
#include "libsync/actors/detail/peer/typed_peer.hpp"
#include "libsync/actors/peer_options.hpp"

#include "libsync/outcome.hpp"
#include "libsync/result.hpp"
#include "libsync/statebox/composite.hpp"
#include "libsync/statebox/stamp.hpp"
#include "libsync/statebox/statebox.hpp"

namespace libsync {

/// A handle to a peer; may be null. Any thread may use it, and copies refer to the same peer. A
/// peer holds its neighbours weakly and forgets dead ones, so it lives until nobody holds a handle
/// to it. If memory runs out, the peer refuses a change, with the reason, and does its other work
/// later. It never leaves the box half changed.
///
/// Calls that return something wait for the peer. If there is no answer, they give the reason.
/// Either the peer has ended, or this thread must not wait (`session` says where).
template <class Data>
class peer : public detail::actor_handle {
public:
  using box_type = statebox<Data, stamp>;
  using detail::actor_handle::actor_handle;

  friend bool operator==(const peer& one, const peer& other) noexcept {
    return one.ref() == other.ref();
  }

  /// Changes the box by an operation or a list of them. Returns the stamp of the change, or the
  /// reason for which it was refused.
  result<stamp> change(composite<typename Data::operation> what) const {
    const auto done = detail::answer<result<stamp>>(
        detail::ask(ref(), detail::message::change, enclose(std::move(what))));
    return done ? *done : result<stamp>::failed(done.reason());
  }

  /// Returns the box as it is now.
  [[nodiscard]] result<std::shared_ptr<const box_type>> box() const {
    const auto came = detail::ask(ref(), detail::message::read);
    if (!came)
      return result<std::shared_ptr<const box_type>>::failed(came.reason());
    return came->template share<box_type>();
  }

  /// Accepts that the box may have lost something.
  outcome accept_loss() const {
    const auto done = detail::answer<outcome>(detail::ask(ref(), detail::message::accept));
    return done ? *done : refused(done.reason());
  }

  [[nodiscard]] result<peer_status> status() const {
    return detail::answer<peer_status>(detail::ask(ref(), detail::message::status));
  }
};

/// Starts a peer. Throws std::invalid_argument if a limit makes no sense.
template <class Data>
peer<Data> spawn_peer(caf::actor_system& system, peer_options<Data> options = {}) {
  static_cast<void>(options.bounds.checked()); // here, where somebody hears it
  return peer<Data>{
      detail::spawn_peer(system, std::make_unique<detail::typed_peer<Data>>(std::move(options)))};
}

/// Lets two peers exchange their boxes, now and after each later change.
template <class Data>
void introduce(const peer<Data>& one, const peer<Data>& other) {
  detail::send(one.ref(), detail::message::meet, other.ref());
  detail::send(other.ref(), detail::message::meet, one.ref());
}

/// Ends the exchange between two peers, as when a network is cut.
template <class Data>
void separate(const peer<Data>& one, const peer<Data>& other) {
  detail::send(one.ref(), detail::message::part, other.ref());
  detail::send(other.ref(), detail::message::part, one.ref());
}

} // namespace libsync
