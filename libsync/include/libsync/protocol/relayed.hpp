#pragma once

/// What a relay and its server tell each other, beside the messages of the relay's clients.

#include <cstdint>
#include <optional>

#include "libsync/ids.hpp"

namespace libsync {

/// Names a client of a relay on the relay's connection to its server, for as long as that client
/// stays with the relay. Never 0.
using channel_id = std::uint64_t;

/// A relay wants every batch that follows on its copy, from now on.
struct follow_request {
  /// Comes back with each answer, so that a relay can tell the answers to its latest request from
  /// late ones.
  std::uint64_t attempt = 0;
  epoch_id epoch = epoch_id::none;
  /// The version of its copy; nothing if it wants a snapshot first.
  std::optional<libsync::version> version = std::nullopt;
};

} // namespace libsync
