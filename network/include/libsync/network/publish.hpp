#pragma once

/// Lets other processes use a server.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <typeinfo>
#include <utility>

#include "libsync/actors/supervisor.hpp"
#include "libsync/network/detail/inspect_form.hpp"
#include "libsync/network/detail/listen.hpp"
#include "libsync/network/detail/typed_gate.hpp"
#include "libsync/network/options.hpp"

#include "libsync/identity.hpp"
#include "libsync/outcome.hpp"

namespace libsync::network {

/// The options of `publish`. Functions are called on the network's thread.
template <class Data>
struct publish_options {
  /// Where to listen: a name or a numeric address of this machine. All of them, if it is empty.
  std::string host = "127.0.0.1";
  /// With 0, the system chooses one.
  std::uint16_t port = 0;
  std::optional<tls_options> tls = std::nullopt;
  /// Allows connections that are not encrypted also from other machines.
  bool plain_anywhere = false;
  /// Decides whether a process may connect. If it throws, the process may not. Must be given unless
  /// only this machine can connect.
  std::function<outcome(const peer&)> admit = {};
  /// For data with an identity: says who a client is, by the peer that it comes from and by whom it
  /// says that it is, which may be nobody. `server_options::admit` then decides about that
  /// identity. Without this function peers are believed.
  std::function<identity_ptr<Data>(const peer&, const identity_ptr<Data>&)> identify = {};
  /// What the data are called. Both ends must agree. By default the name that the compiler gives
  /// their type.
  std::string name = typeid(Data).name();
  connection_limits limits = {};
  /// The most connections at a time, and how many of them may not have greeted yet. What comes
  /// beyond is closed at once.
  std::size_t connections = 1'000;
  std::size_t ungreeted = 100;
};

/// What has been counted since a server was published.
struct publication_status {
  std::size_t connections = 0;
  /// How many of them have not greeted yet.
  std::size_t ungreeted = 0;
  /// Connections that were closed at once, since there were too many.
  std::uint64_t too_many = 0;
  /// Connections that ended before both had greeted, such as those that were not admitted.
  std::uint64_t not_greeted = 0;
  /// How often no more was read, since too much came or waited.
  std::uint64_t pauses = 0;
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
};

/// A server that is published, until this is destroyed. It keeps the server or supervisor alive.
class publication {
public:
  /// For the library's own use.
  explicit publication(std::shared_ptr<detail::any_listener> listener) noexcept
      : listener_(std::move(listener)) {}
  publication(publication&&) noexcept = default;
  publication& operator=(publication&& other) noexcept;
  ~publication();

  [[nodiscard]] std::uint16_t port() const noexcept;
  [[nodiscard]] publication_status status() const;
  /// Ends all connections, and listens no more, soon.
  void stop() noexcept;

private:
  std::shared_ptr<detail::any_listener> listener_;
};

/// Lets other processes `connect` to a server. Users' values travel by their `inspect`. Throws
/// network_error if nobody can listen there or the system has no network, and std::invalid_argument
/// for options that make no sense.
template <class Data, class Form = detail::inspect_form>
[[nodiscard]] publication publish(caf::actor_system& system, const server_address<Data>& server,
                                  publish_options<Data> options = {}) {
  const auto sizes = detail::sizes_of(options.limits.checked());
  auto make = [sizes, identify = std::move(options.identify)](const peer& who) {
    typename detail::typed_gate<Data, Form>::identifier by_peer;
    if (identify)
      by_peer = [identify, who](const identity_ptr<Data>& said) { return identify(who, said); };
    return std::make_unique<detail::typed_gate<Data, Form>>(sizes, std::move(by_peer));
  };
  return publication{detail::listen(system, server.place(),
                                    {std::move(options.host), options.port, std::move(options.tls),
                                     options.plain_anywhere, std::move(options.admit),
                                     std::move(options.name), Form::name(), options.limits,
                                     options.connections, options.ungreeted, std::move(make)})};
}
/// The same.
template <class Data, class Form = detail::inspect_form>
[[nodiscard]] publication publish(caf::actor_system& system, const libsync::server<Data>& server,
                                  publish_options<Data> options = {}) {
  return publish<Data, Form>(system, server_address<Data>{server}, std::move(options));
}
template <class Data, class Form = detail::inspect_form>
[[nodiscard]] publication publish(caf::actor_system& system, const supervisor<Data>& server,
                                  publish_options<Data> options = {}) {
  return publish<Data, Form>(system, server_address<Data>{server}, std::move(options));
}

} // namespace libsync::network
