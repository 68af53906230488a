#pragma once

/// What comes to a relay over its connection, and how it answers.

#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <utility>

#include "libsync/actors/detail/actor_ref.hpp"
#include "libsync/actors/detail/server/doorbell.hpp"
#include "libsync/network/detail/came_frame.hpp"

#include "libsync/reason.hpp"

namespace libsync::detail {

/// The way from a relay to its server. Any thread.
class any_uplink {
public:
  any_uplink() = default;
  any_uplink(const any_uplink&) = delete;
  any_uplink& operator=(const any_uplink&) = delete;
  virtual ~any_uplink() = default;

  /// Sends a frame over a connection, if it is still there.
  virtual void send(std::uint64_t connection, std::string frame) = 0;
  /// Ends a connection, if it is still there; another one is made.
  virtual void renew(std::uint64_t connection, const reason& why) noexcept = 0;
};

/// Where frames wait for the relay that serves. It outlives the relays of a supervisor. Whoever
/// puts them here reads no more from the network while much of it waits.
class relay_desk {
public:
  enum class kind : std::uint8_t { connected, disconnected, frame };
  struct event {
    relay_desk::kind kind;
    /// Counts connections, from 1 on.
    std::uint64_t connection = 0;
    came_frame frame = {};
    /// Why it is not connected.
    reason why = {};
  };

  /// From now on this relay serves, and hears of what waits.
  void serve(actor_address by) {
    auto letter = write_letter(message::done);
    bell_.serve(std::move(by));
    bell_.ring(std::move(letter));
  }

  /// If it throws, the event is not put.
  void put(event what) {
    auto letter = write_letter(message::done);
    {
      const std::lock_guard here{lock_};
      waiting_.push_back(std::move(what));
    }
    bell_.ring(std::move(letter));
  }

  [[nodiscard]] std::deque<event> take() {
    const std::lock_guard here{lock_};
    return std::exchange(waiting_, {});
  }

private:
  std::mutex lock_;
  std::deque<event> waiting_;
  doorbell bell_;
};

} // namespace libsync::detail
