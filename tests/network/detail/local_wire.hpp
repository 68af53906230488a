#pragma once

/// A relay that is connected to a server in the same process, by frames that nobody writes to a
/// network.

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "libsync/actors/supervisor.hpp"
#include "libsync/network/detail/any_gate.hpp"
#include "libsync/network/detail/relay_desk.hpp"
#include "libsync/network/detail/typed_gate.hpp"
#include "libsync/network/detail/typed_relay.hpp"
#include "network/detail/plain_form.hpp"
#include "support/tape_actors.hpp"

/// The connection of a relay, which a test breaks. What is under way then is lost.
class local_wire final : public libsync::detail::any_uplink,
                         public std::enable_shared_from_this<local_wire> {
public:
  using gate = libsync::detail::typed_gate<tape::data, plain_form>;
  using desk = libsync::detail::relay_desk;

  local_wire(caf::actor_system& system, libsync::detail::server_place to,
             const libsync::detail::frame_limits& sizes)
      : most(sizes), system_(system), to_(std::move(to)) {}

  std::shared_ptr<desk> at_relay = std::make_shared<desk>();
  /// How many bytes have come to the relay, and how many connections there were.
  std::uint64_t bytes = 0;
  std::uint64_t connections = 0;

  void connect() {
    cut("another connection is made");
    ++connections;
    gate_ =
        libsync::detail::spawn_gate(system_, to_, std::make_unique<gate>(most),
                                    std::make_shared<down>(weak_from_this(), connections), 1'000);
    is_up_ = true;
    at_relay->put({desk::kind::connected, connections});
  }
  void cut(const libsync::reason& why) {
    if (!std::exchange(is_up_, false))
      return;
    libsync::detail::stop(std::exchange(gate_, {}));
    at_relay->put({desk::kind::disconnected, connections, {}, why});
  }
  [[nodiscard]] bool is_up() const noexcept { return is_up_; }
  [[nodiscard]] const libsync::detail::actor_ref& gate_actor() const noexcept { return gate_; }

  void send(std::uint64_t connection, std::string frame) override {
    if (is_up_ && connection == connections)
      libsync::detail::send(gate_, libsync::detail::message::frame,
                            libsync::enclose(libsync::detail::came_frame{std::move(frame)}));
  }
  void renew(std::uint64_t connection, const libsync::reason& why) noexcept override {
    if (connection == connections || connection == 0) {
      cut(why);
      connect();
    }
  }

private:
  struct down final : libsync::detail::any_downlink {
    down(std::weak_ptr<local_wire> of, std::uint64_t of_connection)
        : wire(std::move(of)), connection(of_connection) {}

    void send(std::string frame) override {
      const auto to = wire.lock();
      if (!to || !to->is_up_ || to->connections != connection)
        return;
      to->bytes += frame.size();
      to->at_relay->put(
          {desk::kind::frame, connection, libsync::detail::came_frame{std::move(frame)}});
    }
    void end(const libsync::reason& why) noexcept override {
      if (const auto to = wire.lock(); to && to->connections == connection)
        to->cut(why);
    }

    std::weak_ptr<local_wire> wire;
    std::uint64_t connection;
  };

  const libsync::detail::frame_limits most;
  caf::actor_system& system_;
  libsync::detail::server_place to_;
  libsync::detail::actor_ref gate_;
  bool is_up_ = false;
};

/// A relay under a supervisor, and its connection.
struct local_relay {
  local_relay(caf::actor_system& system, const libsync::server_address<tape::data>& to,
              const libsync::limits& bounds = {}, const libsync::detail::frame_limits& sizes = {})
      : wire(std::make_shared<local_wire>(system, to.place(), sizes)) {
    auto state = std::make_shared<libsync::detail::typed_relay<tape::data, plain_form>>(
        bounds, sizes, wire->at_relay, wire);
    state->supervised = true;
    libsync::supervisor_options options;
    options.restarts = libsync::supervisor_options::without_end;
    handle = tape_supervisor{libsync::detail::spawn_supervisor(system, std::move(state), options)};
    wire->connect();
  }
  local_relay(local_relay&&) = default;
  ~local_relay() {
    if (wire)
      wire->cut("the test is over");
  }

  std::shared_ptr<local_wire> wire;
  tape_supervisor handle;
};
