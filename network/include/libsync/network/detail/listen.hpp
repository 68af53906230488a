#pragma once

/// Listening for relays, whatever the data.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "libsync/actors/detail/client/client_base.hpp"
#include "libsync/network/detail/any_gate.hpp"
#include "libsync/network/detail/relay_frames.hpp"
#include "libsync/network/options.hpp"

#include "libsync/outcome.hpp"

// NOLINTNEXTLINE(readability-identifier-naming): CAF's
namespace caf {
class actor_system;
} // namespace caf

namespace libsync::network {
struct publication_status;
} // namespace libsync::network

namespace libsync::detail {

/// What is published, and how.
struct listen_plan {
  std::string host;
  std::uint16_t port = 0;
  std::optional<network::tls_options> tls;
  bool plain_anywhere = false;
  std::function<outcome(const network::peer&)> admit;
  std::string data;
  std::string form;
  network::connection_limits limits;
  std::size_t connections = 0;
  std::size_t ungreeted = 0;
  std::function<std::unique_ptr<any_gate>(const network::peer&)> make_gate;
};

/// Any thread.
class any_listener {
public:
  any_listener() = default;
  any_listener(const any_listener&) = delete;
  any_listener& operator=(const any_listener&) = delete;
  virtual ~any_listener() = default;

  [[nodiscard]] virtual std::uint16_t port() const noexcept = 0;
  [[nodiscard]] virtual network::publication_status status() const = 0;
  virtual void stop() noexcept = 0;
};

/// Throws network_error, and std::invalid_argument.
[[nodiscard]] std::shared_ptr<any_listener> listen(caf::actor_system& system,
                                                   const server_place& to, listen_plan plan);

[[nodiscard]] inline frame_limits sizes_of(const network::connection_limits& bounds) noexcept {
  frame_limits sizes;
  sizes.operations = bounds.operations;
  sizes.snapshot_bytes = bounds.snapshot_bytes;
  return sizes;
}

} // namespace libsync::detail
