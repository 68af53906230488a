#pragma once

/// A relay's connections, one after the other.

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "libsync/network/detail/greeting.hpp"
#include "libsync/network/detail/relay_desk.hpp"
#include "libsync/network/options.hpp"

// NOLINTNEXTLINE(readability-identifier-naming): CAF's
namespace caf {
class actor_system;
} // namespace caf

namespace libsync::detail {

/// Where a relay connects to, and how.
struct uplink_plan {
  std::string host;
  std::uint16_t port = 0;
  greeting mine;
  network::connection_limits bounds;
  /// Null for one that is not encrypted.
  const network::tls_options* tls = nullptr;
  bool plain_anywhere = false;
  std::chrono::milliseconds first_wait{100};
  std::chrono::milliseconds longest_wait{10'000};
};

/// Begins to connect, and does so again whenever a connection has ended, until the uplink is
/// destroyed. What happens is put on the desk. Throws network_error.
[[nodiscard]] std::shared_ptr<any_uplink>
open_uplink(caf::actor_system& system, const uplink_plan& plan, std::shared_ptr<relay_desk> desk);

} // namespace libsync::detail
