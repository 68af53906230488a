#pragma once

/// What a client tells of itself: its state, and who it is.

#include <cstddef>
#include <optional>

#include "libsync/actors/detail/client/client_base.hpp"
#include "libsync/actors/status.hpp"

#include "libsync/detail/shared.hpp"
#include "libsync/identity.hpp"

namespace libsync::detail {

/// The status of a client whose callbacks have thrown so often.
template <class Replica>
[[nodiscard]] client_status status_of(const Replica& client, std::size_t thrown) {
  return {.id = client.id(),
          .epoch = client.epoch(),
          .version = client.version(),
          .joined = client.joined(),
          .undecided = client.undecided(),
          .waiting = client.waiting(),
          .counters = client.counters(),
          .thrown = thrown};
}

template <class Replica>
[[nodiscard]] client_state state_of(const Replica& client) noexcept {
  return {client.joined(),  client.away(),      client.closed(), client.has_data(),
          client.version(), client.undecided(), client.room()};
}

/// The identity that a client presents; none, if its options have none.
template <class Data>
[[nodiscard]] identity_ptr<Data> presented_identity(const std::optional<identity_of<Data>>& who) {
  if constexpr (names_identity<Data>)
    if (who)
      return shared<const identity_of<Data>>(*who);
  return {};
}

} // namespace libsync::detail
