#pragma once

/// The handlers by which an actor drives a client.

#include <utility>

#include "libsync/actors/detail/client_base.hpp"
#include "libsync/actors/messages.hpp"

#include <caf/all.hpp>

namespace libsync::detail::compat {

/// Returns the behavior of an actor that is a client and handles `own` messages besides. `find()`
/// returns a pointer to the client that keeps it alive for the handler, or null.
template <class Behavior, class Find, class... Own>
Behavior client_behavior(Find find, Own... own) {
  const auto pass_on = [find](server_message what, const envelope& content) {
    if (const auto client = find(); client && client->suits(what, content))
      client->receive(what, content);
  };
  // CAF tries one after the other, so the frequent ones come first.
  return Behavior{
      [pass_on](batch_atom, const envelope& what) { pass_on(server_message::batch, what); },
      [pass_on](shown_atom, const envelope& what) { pass_on(server_message::shown, what); },
      [pass_on](reply_atom, const envelope& what) { pass_on(server_message::reply, what); },
      [pass_on](welcome_atom, const envelope& what) { pass_on(server_message::welcome, what); },
      [pass_on](suspended_atom, const envelope& what) { pass_on(server_message::suspended, what); },
      [find](ended_atom, const caf::actor_addr& which) {
        if (const auto client = find())
          client->server_ended(actor_address{caf::actor_cast<caf::actor_control_block*>(which)});
      },
      std::move(own)...,
  };
}

} // namespace libsync::detail::compat
