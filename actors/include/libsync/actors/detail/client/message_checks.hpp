#pragma once

/// Checks the content of a server's messages, before a client uses it.

#include <concepts>
#include <optional>

#include "libsync/actors/detail/client/view_slot.hpp"
#include "libsync/actors/detail/server/any_server.hpp"
#include "libsync/actors/envelope.hpp"

#include "libsync/ids.hpp"
#include "libsync/presence.hpp"
#include "libsync/protocol/audit.hpp"
#include "libsync/protocol/batch.hpp"
#include "libsync/protocol/membership.hpp"
#include "libsync/protocol/reply.hpp"
#include "libsync/shared_view.hpp"

namespace libsync::detail {

/// Whether it is what a server of these data sends to such a client.
template <class Data, replica_mode Mode>
[[nodiscard]] bool suits(server_message what, const envelope& content) noexcept {
  switch (what) {
  case server_message::welcome:
    return content.holds<welcome<Data>>();
  case server_message::batch:
    return !std::same_as<Mode, shared_view> && content.holds<batch<Data>>();
  case server_message::shown:
    return std::same_as<Mode, shared_view> && content.holds<view_slot<Data>>();
  case server_message::reply:
    return content.holds<reply>();
  case server_message::suspended:
    return content.holds<suspended>();
  case server_message::digest:
    return content.holds<digest_wanted<Data>>();
  case server_message::round:
    if constexpr (has_presence<Data>)
      return content.holds<presence_round<Data>>();
    break;
  }
  return false;
}

/// The epoch that a message of a suitable content names; none if it is a welcome, or not for such a
/// client.
template <class Data, replica_mode Mode>
[[nodiscard]] std::optional<epoch_id> epoch_of(server_message what, const envelope& content) {
  switch (what) {
  case server_message::welcome:
    break;
  case server_message::batch:
    if constexpr (!std::same_as<Mode, shared_view>)
      return content.as<batch<Data>>().epoch;
    break;
  case server_message::shown:
    if constexpr (std::same_as<Mode, shared_view>)
      return content.as<view_slot<Data>>().take().epoch;
    break;
  case server_message::reply:
    return content.as<reply>().epoch;
  case server_message::suspended:
    return content.as<suspended>().epoch;
  case server_message::digest:
    return content.as<digest_wanted<Data>>().epoch;
  case server_message::round:
    if constexpr (has_presence<Data>)
      return content.as<presence_round<Data>>().epoch;
    break;
  }
  return std::nullopt;
}

} // namespace libsync::detail
