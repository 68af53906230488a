#pragma once

/// What a server, or a relay, tells its clients, as messages of its actor.

#include <memory>
#include <utility>

#include "libsync/actors/detail/actor_ref.hpp"
#include "libsync/actors/detail/client/view_slot.hpp"
#include "libsync/actors/detail/server/any_server.hpp"
#include "libsync/actors/envelope.hpp"

#include "libsync/detail/shared.hpp"
#include "libsync/protocol/batch.hpp"
#include "libsync/protocol/membership.hpp"
#include "libsync/protocol/reply.hpp"
#include "libsync/snapshot.hpp"

namespace libsync::detail {

/// Puts messages into envelopes.
template <class Data>
class member_messages {
public:
  void send(server_outlet& out, const actor_address& to, const welcome_ptr<Data>& what) {
    out.send(to, server_message::welcome, envelope{what});
  }
  void send(server_outlet& out, const actor_address& to, const batch_ptr<Data>& what) {
    if (sent_.address() != what.get())
      sent_ = envelope{what}; // one for all its receivers
    out.send(to, server_message::batch, sent_);
  }
  void send(server_outlet& out, const actor_address& to, const reply_ptr& what) {
    out.send(to, server_message::reply, envelope{what});
  }
  void send(server_outlet& out, const actor_address& to, const snapshot<Data>& what) {
    auto slot = shown_.lock();
    if (!slot)
      shown_ = slot = shared<view_slot<Data>>();
    slot->put(what);
    out.send(to, server_message::shown, envelope{std::move(slot)});
  }
  void send(server_outlet& out, const actor_address& to, const suspended& what) {
    out.send(to, server_message::suspended, enclose(what));
  }

private:
  envelope sent_; // the latest batch
  // Kept alive by messages to viewers only, so that a snapshot which all have seen is let go.
  std::weak_ptr<view_slot<Data>> shown_;
};

} // namespace libsync::detail
