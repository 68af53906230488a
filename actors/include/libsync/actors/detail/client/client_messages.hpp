#pragma once

/// What a client does with its server's messages.

#include <concepts>

#include "libsync/actors/detail/client/client_core.hpp"
#include "libsync/actors/detail/client/message_checks.hpp"
#include "libsync/actors/detail/client/view_slot.hpp"
#include "libsync/actors/detail/waiting.hpp"

#include "libsync/auditor.hpp"
#include "libsync/protocol/audit.hpp"
#include "libsync/protocol/membership.hpp"
#include "libsync/protocol/parcel.hpp"
#include "libsync/shared_view.hpp"

namespace libsync::detail {

template <class Data, replica_mode Mode>
void client_core<Data, Mode>::pass_on(server_message what, const envelope& content, sink& out) {
  switch (what) {
  case server_message::batch:
    if constexpr (!std::same_as<Mode, shared_view>)
      return own().receive(content.share<batch<Data>>(), out);
    break;
  case server_message::shown:
    if constexpr (std::same_as<Mode, shared_view>)
      return own().receive(content.as<view_slot<Data>>().take(), out);
    break;
  case server_message::reply:
    return own().receive(content.as<reply>(), out);
  case server_message::welcome:
    return own().receive(content.as<welcome<Data>>(), out);
  case server_message::suspended:
    return own().receive(content.as<suspended>(), out);
  case server_message::round:
    if constexpr (has_presence<Data>)
      presence_.receive(content.share<presence_round<Data>>());
    break;
  case server_message::digest:
    const no_waiting here{"the digest of an audit"};
    return send_digest(answer_audit(replica_, content.as<digest_wanted<Data>>()));
  }
}

} // namespace libsync::detail
