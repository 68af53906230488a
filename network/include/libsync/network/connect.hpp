#pragma once

/// Uses a server of another process.

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <typeinfo>
#include <utility>

#include "libsync/actors/supervisor.hpp"
#include "libsync/network/detail/inspect_form.hpp"
#include "libsync/network/detail/listen.hpp"
#include "libsync/network/detail/typed_relay.hpp"
#include "libsync/network/detail/uplink.hpp"
#include "libsync/network/options.hpp"

#include "libsync/identity.hpp"
#include "libsync/limits.hpp"

namespace libsync::network {

/// The options of `connect`.
template <class Data>
struct connect_options {
  std::optional<tls_options> tls = std::nullopt;
  /// Allows a connection to another machine that is not encrypted.
  bool plain_anywhere = false;
  /// What the publisher's `admit` is shown. At most some thousand bytes.
  std::string token = {};
  /// Who clients are that present no identity of their own.
  [[no_unique_address]] identity_ptr<Data> identity = {};
  /// As `publish_options::name`.
  std::string name = typeid(Data).name();
  connection_limits limits = {};
  /// Those of the log, and of how far a client may be behind, are used.
  libsync::limits bounds = {};
  /// How long it waits before it connects again, after the first failure, and at most. Each failure
  /// doubles the time. Up to half of it is left out, by chance.
  std::chrono::milliseconds first_wait{100};
  std::chrono::milliseconds longest_wait{10'000};
};

/// Connects to a server that another process has published, and stays connected: a relay, which all
/// clients of this process should share. Sessions, clients and log readers take it for the server.
///
/// It returns at once. While there is no connection, clients read what they have, and what they
/// submit waits; `server_status::why_closed` of its server says why there is none. The relay lives
/// until the last handle and the last client are gone. Throws network_error if the system has no
/// network or a file of TLS cannot be read, and std::invalid_argument for options that make no
/// sense.
template <class Data, class Form = detail::inspect_form>
[[nodiscard]] supervisor<Data> connect(caf::actor_system& system, std::string host,
                                       std::uint16_t port, connect_options<Data> options = {}) {
  const auto sizes = detail::sizes_of(options.limits.checked());
  auto desk = std::make_shared<detail::relay_desk>();
  const auto bounds = options.bounds.checked();
  auto uplink =
      detail::open_uplink(system,
                          {std::move(host),
                           port,
                           {std::move(options.name), Form::name(), std::move(options.token)},
                           options.limits,
                           options.tls ? &*options.tls : nullptr,
                           options.plain_anywhere,
                           options.first_wait,
                           options.longest_wait},
                          desk);
  auto state = std::make_shared<detail::typed_relay<Data, Form>>(
      bounds, sizes, std::move(desk), std::move(uplink), std::move(options.identity));
  state->supervised = true;
  supervisor_options forever;
  forever.restarts = supervisor_options::without_end;
  return supervisor<Data>{detail::spawn_supervisor(system, std::move(state), forever)};
}

} // namespace libsync::network
