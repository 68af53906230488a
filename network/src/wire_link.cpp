#include "libsync/network/detail/wire_link.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "libsync/network/detail/wire_bytes.hpp"

namespace libsync::detail {

namespace {

// A greeting is short: whoever has not greeted takes no more memory than this.
constexpr std::size_t most_greeting = 16 << 10;

reason of_silence(const char* what, std::chrono::milliseconds time) {
  return reason{std::string{what} + std::to_string(time.count()) + " ms"};
}

} // namespace

wire_link::wire_link(const network::connection_limits& bounds, time_point now)
    : bounds_(bounds), is_relay_(false), reader_(most_greeting), began_(now), heard_(now),
      spoke_(now), bytes_(bounds.bytes_per_second, now), joins_(bounds.joins_per_second, now) {}

wire_link::wire_link(const network::connection_limits& bounds, const greeting& mine, time_point now)
    : wire_link(bounds, now) {
  is_relay_ = true;
  put(hello_frame(mine), now);
}

void wire_link::feed(std::string_view bytes, time_point now) {
  if (state_ == stage::closed)
    return;
  heard_ = now;
  bytes_.take(bytes.size(), now);
  reader_.feed(bytes);
}

std::optional<std::string_view> wire_link::next(time_point now) {
  try {
    while (state_ != stage::closed && state_ != stage::asking) {
      const auto frame = reader_.next();
      if (!frame)
        break;
      if (frame->empty())
        throw wire_error{"frame: found an empty one"};
      if (!hear(*frame, now))
        return frame;
    }
  } catch (const wire_error& error) {
    close(reason{error.what()});
  }
  return std::nullopt;
}

// Returns whether the frame was for this.
bool wire_link::hear(std::string_view frame, time_point now) {
  wire_reader from{frame, state_ == stage::greeting ? "a greeting" : "a frame"};
  if (state_ == stage::greeting && !is_relay_) {
    said_ = read_hello(from);
    state_ = stage::asking;
    return true;
  }
  const auto kind = static_cast<frame_kind>(from.byte("kind"));
  if (kind == frame_kind::closing) {
    auto why = reason{from.text("reason")};
    from.end();
    lose(std::move(why));
    return true;
  }
  if (state_ == stage::greeting) {
    if (kind != frame_kind::greeted || from.number("version") != wire_version)
      from.fail("kind", "found something else than the answer of libsync's server");
    from.end();
    open();
    return true;
  }
  if (kind == frame_kind::alive) {
    from.end();
    return true;
  }
  if (kind == frame_kind::join)
    joins_.take(1, now);
  return false;
}

std::chrono::nanoseconds wire_link::pause(time_point now) noexcept {
  return std::max(bytes_.pause(now), joins_.pause(now));
}

void wire_link::answer(const outcome& judged, time_point now) {
  if (state_ != stage::asking)
    return;
  if (!judged)
    return close(judged.reason());
  put(greeted_frame(), now);
  open();
}

void wire_link::open() noexcept {
  state_ = stage::open;
  reader_.allow(bounds_.frame_bytes);
}

void wire_link::send(std::string_view frame, time_point now) {
  if (state_ != stage::open)
    return;
  if (frame.size() > bounds_.frame_bytes)
    return close(reason{"a message of " + std::to_string(frame.size()) +
                        " bytes was to be sent, expected at most " +
                        std::to_string(bounds_.frame_bytes) + " (connection_limits::frame_bytes)"});
  put(frame, now);
}

void wire_link::put(std::string_view frame, time_point now) {
  append_frame(output_, [&](std::string& to) { to.append(frame); });
  spoke_ = now;
}

void wire_link::tick(time_point now, bool is_read) {
  if (state_ == stage::closed)
    return;
  if (state_ != stage::open) {
    if (now - began_ >= bounds_.greeting)
      close(of_silence("the other end has not greeted within ", bounds_.greeting));
    return;
  }
  if (!is_read)
    heard_ = now; // it may have spoken
  if (now - heard_ >= bounds_.silence)
    return close(of_silence("the other end has been silent for ", bounds_.silence));
  if (now - spoke_ >= bounds_.heartbeat)
    put(alive_frame(), now);
}

void wire_link::close(reason why) {
  if (state_ == stage::closed)
    return;
  append_frame(output_, [&](std::string& to) { to.append(closing_frame(why)); });
  lose(std::move(why));
}

void wire_link::lose(reason why) {
  if (state_ == stage::closed)
    return;
  state_ = stage::closed;
  why_closed_ = std::move(why);
}

std::string wire_link::take_output() {
  return std::exchange(output_, {});
}

} // namespace libsync::detail
