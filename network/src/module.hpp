#pragma once

/// CAF's module for networks.

// NOLINTNEXTLINE(readability-identifier-naming): CAF's
namespace caf {
class actor_system;
} // namespace caf

namespace libsync::detail {

/// Throws network_error if the system was made without it.
void require_network(caf::actor_system& system);

} // namespace libsync::detail
