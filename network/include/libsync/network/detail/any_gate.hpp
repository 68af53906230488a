#pragma once

/// The server's side of a relay's connection, whatever the data. Its actor is compiled once.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "libsync/network/detail/following.hpp"

#include "libsync/actors/detail/actor_ref.hpp"
#include "libsync/actors/detail/client/client_base.hpp"
#include "libsync/actors/detail/server/any_server.hpp"
#include "libsync/actors/envelope.hpp"

#include "libsync/ids.hpp"
#include "libsync/protocol/relayed.hpp"
#include "libsync/reason.hpp"

namespace libsync::detail {

/// The way from a server to a relay. Any thread.
class any_downlink {
public:
  any_downlink() = default;
  any_downlink(const any_downlink&) = delete;
  any_downlink& operator=(const any_downlink&) = delete;
  virtual ~any_downlink() = default;

  virtual void send(std::string frame) = 0;
  /// Ends the connection.
  virtual void end(const reason& why) noexcept = 0;
};

/// What a relay says for one of its clients.
struct channel_message {
  enum class kind : std::uint8_t { join, leave, submit, present };

  channel_id channel = 0;
  channel_message::kind what{};
  envelope content = {};
};

/// Opens the frames of a relay, and writes those to it.
class any_gate {
public:
  any_gate() = default;
  any_gate(const any_gate&) = delete;
  any_gate& operator=(const any_gate&) = delete;
  virtual ~any_gate() = default;

  /// Reads a frame. Returns what it says for a client, or nothing if it is for this. Throws
  /// wire_error.
  [[nodiscard]] virtual std::optional<channel_message> hear(std::string_view frame) = 0;
  /// Writes what a server tells a client, if that is for a client of a relay.
  virtual void write(channel_id channel, server_message what, const envelope& content,
                     const std::function<void(std::string)>& send) = 0;
  /// Sends what there is room for, by `send(frame)`, and returns what to ask the server.
  [[nodiscard]] virtual following::question go_on(const std::function<void(std::string)>& send) = 0;
  /// The server has answered a question; then `go_on`.
  virtual void take_log(std::uint64_t question, const envelope& part,
                        const std::function<void(std::string)>& send) = 0;
  virtual void take_snapshot(std::uint64_t question, const envelope& all) = 0;
  /// The server has ended.
  virtual void lose_server() noexcept = 0;
};

/// Starts the actor of one connection, which takes `message::frame`s with a `came_frame`. It ends
/// when the connection does, for which it is told to stop. At most `clients` may have joined.
[[nodiscard]] actor_ref spawn_gate(caf::actor_system& system, const server_place& to,
                                   std::unique_ptr<any_gate> gate,
                                   std::shared_ptr<any_downlink> down, std::size_t clients);

} // namespace libsync::detail
