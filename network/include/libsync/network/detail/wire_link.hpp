#pragma once

/// One end of a connection, as a value: what comes and goes, without a network.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "libsync/network/detail/greeting.hpp"
#include "libsync/network/detail/rate.hpp"
#include "libsync/network/detail/wire_frames.hpp"
#include "libsync/network/options.hpp"

#include "libsync/outcome.hpp"
#include "libsync/reason.hpp"

namespace libsync::detail {

/// Divides bytes into frames, greets, beats, and gives up. Bytes that came go in by `feed`, and
/// then come out as frames by `next`. Bytes to be sent come out by `take_output`. Once it is closed
/// nothing goes in any more, and `why_closed` says why.
class wire_link {
public:
  using time_point = std::chrono::steady_clock::time_point;

  enum class stage : std::uint8_t {
    /// The other end has not greeted yet.
    greeting,
    /// A relay has greeted, and waits for `answer`.
    asking,
    open,
    closed,
  };

  /// The end of a server.
  wire_link(const network::connection_limits& bounds, time_point now);
  /// The end of a relay, which greets first.
  wire_link(const network::connection_limits& bounds, const greeting& mine, time_point now);

  [[nodiscard]] stage state() const noexcept { return state_; }
  /// What the relay has said, from `asking` on.
  [[nodiscard]] const greeting& said() const noexcept { return said_; }
  [[nodiscard]] const reason& why_closed() const noexcept { return why_closed_; }

  void feed(std::string_view bytes, time_point now);
  /// Returns the next frame for those whom the connection is for; valid until `feed`.
  [[nodiscard]] std::optional<std::string_view> next(time_point now);
  /// How long nothing more is to be read.
  [[nodiscard]] std::chrono::nanoseconds pause(time_point now) noexcept;

  /// Whether the relay may go on.
  void answer(const outcome& judged, time_point now);
  void send(std::string_view frame, time_point now);
  /// Says that this end is there, if it is time, and gives up an end that is not. `is_read` says
  /// that what comes is being read.
  void tick(time_point now, bool is_read);
  /// Tells the other end why, and closes.
  void close(reason why);
  /// The connection is gone.
  void lose(reason why);

  /// Returns what is to be sent, which is not kept.
  [[nodiscard]] std::string take_output();
  [[nodiscard]] bool has_output() const noexcept { return !output_.empty(); }

private:
  [[nodiscard]] bool hear(std::string_view frame, time_point now);
  void put(std::string_view frame, time_point now);
  void open() noexcept;

  network::connection_limits bounds_;
  stage state_ = stage::greeting;
  bool is_relay_;
  frame_reader reader_;
  greeting said_;
  reason why_closed_;
  std::string output_;
  time_point began_;
  time_point heard_;
  time_point spoke_;
  rate bytes_;
  rate joins_;
};

} // namespace libsync::detail
