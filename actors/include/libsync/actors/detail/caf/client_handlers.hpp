#pragma once

/// The handlers by which an actor drives a client.

#include <array>
#include <cstddef>
#include <memory>
#include <utility>

#include "libsync/actors/detail/client/client_base.hpp"
#include "libsync/actors/messages.hpp"

#include <caf/all.hpp>

namespace libsync::detail::compat {

/// Returns the behavior of an actor that is a client, or several, and handles `own` messages
/// besides. `offer(what, content)` passes a server's message on to the client that it is for;
/// `tell_all(address)` tells each that a server has ended.
template <class Behavior, class Offer, class TellAll, class... Own>
Behavior behavior_of_clients(Offer offer, TellAll tell_all, Own... own) {
  // CAF tries one after the other, so the frequent ones come first.
  return Behavior{
      [offer](batch_atom, const envelope& what) { offer(server_message::batch, what); },
      [offer](shown_atom, const envelope& what) { offer(server_message::shown, what); },
      [offer](reply_atom, const envelope& what) { offer(server_message::reply, what); },
      [offer](welcome_atom, const envelope& what) { offer(server_message::welcome, what); },
      [offer](suspended_atom, const envelope& what) { offer(server_message::suspended, what); },
      [offer](digest_atom, const envelope& what) { offer(server_message::digest, what); },
      [offer](round_atom, const envelope& what) { offer(server_message::round, what); },
      [tell_all](ended_atom, const caf::actor_addr& which) {
        tell_all(actor_address{caf::actor_cast<caf::actor_control_block*>(which)});
      },
      std::move(own)...,
  };
}

/// The same for one client. `find()` returns a pointer to it that keeps it alive for the handler,
/// or null.
template <class Behavior, class Find, class... Own>
Behavior client_behavior(Find find, Own... own) {
  return behavior_of_clients<Behavior>(
      [find](server_message what, const envelope& content) {
        if (const auto client = find(); client && client->suits(what, content))
          client->receive(what, content);
      },
      [find](const actor_address& which) {
        if (const auto client = find())
          client->server_ended(which);
      },
      std::move(own)...);
}

/// The same for several clients of different servers, each for as long as it lives.
template <class Behavior, std::size_t Count, class... Own>
Behavior clients_behavior(const std::array<std::weak_ptr<client_base>, Count>& all, Own... own) {
  return behavior_of_clients<Behavior>(
      [all](server_message what, const envelope& content) {
        for (const auto& one : all)
          if (const auto client = one.lock();
              client && client->suits(what, content) && client->is_meant(what, content))
            return client->receive(what, content);
      },
      [all](const actor_address& which) {
        for (const auto& one : all)
          if (const auto client = one.lock())
            client->server_ended(which);
      },
      std::move(own)...);
}

} // namespace libsync::detail::compat
