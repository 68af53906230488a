// One end of a connection, byte by byte.

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libsync/network/detail/wire_link.hpp"
#include "libsync/testing/random.hpp"
#include "support/amount.hpp"
#include "support/catch.hpp"

namespace {

using libsync::detail::greeting;
using libsync::detail::wire_link;
using std::chrono::milliseconds;
using limits = libsync::network::connection_limits;
using stage = wire_link::stage;

const wire_link::time_point start{std::chrono::hours{1}};
const greeting mine{"tape", "plain", "secret"};

limits small() {
  limits bounds;
  bounds.frame_bytes = 1'000;
  bounds.bytes_per_second = 100'000;
  bounds.joins_per_second = 10;
  return bounds;
}

std::vector<std::string> heard(wire_link& by, std::string_view bytes,
                               wire_link::time_point when = start) {
  by.feed(bytes, when);
  std::vector<std::string> all;
  while (const auto frame = by.next(when))
    all.emplace_back(*frame);
  return all;
}

// A relay's end and a server's, of which each has greeted.
struct both {
  explicit both(const limits& bounds = small())
      : relay(bounds, mine, start), server(bounds, start) {
    CHECK(heard(server, relay.take_output()).empty());
    REQUIRE(server.state() == stage::asking);
    CHECK(server.said().data == "tape");
    CHECK(server.said().form == "plain");
    CHECK(server.said().token == "secret");
    server.answer(libsync::accepted(), start);
    CHECK(heard(relay, server.take_output()).empty());
    REQUIRE(relay.state() == stage::open);
    REQUIRE(server.state() == stage::open);
  }

  wire_link relay;
  wire_link server;
};

std::string frame_of(std::string_view inside) {
  std::string bytes;
  libsync::detail::append_frame(bytes, [&](std::string& to) { to.append(inside); });
  return bytes;
}

std::string told(const wire_link& end) {
  return std::string{end.why_closed()};
}

} // namespace

TEST_CASE("a link carries frames in order, however their bytes are divided", "[network]") {
  both ends;
  ends.relay.send("\x01one", start);
  ends.relay.send("\x02two", start);
  const auto bytes = ends.relay.take_output();
  std::vector<std::string> all;
  for (const char byte : bytes)
    for (auto& frame : heard(ends.server, {&byte, 1}))
      all.push_back(std::move(frame));
  CHECK(all == std::vector<std::string>{"\x01one", "\x02two"});
  CHECK_FALSE(ends.server.has_output());
}

TEST_CASE("who is not admitted is told why, and nothing else", "[network]") {
  wire_link relay{small(), mine, start};
  wire_link server{small(), start};
  CHECK(heard(server, relay.take_output()).empty());
  server.answer(libsync::refused("the token is not known"), start);
  CHECK(server.state() == stage::closed);
  CHECK(heard(relay, server.take_output()).empty());
  CHECK(relay.state() == stage::closed);
  CHECK(told(relay) == "the token is not known");
}

TEST_CASE("what is no greeting of libsync's ends a connection with the reason", "[network]") {
  const auto hello = libsync::detail::hello_frame(mine);
  const auto answer = [](std::string_view bytes) {
    wire_link server{small(), start};
    CHECK(heard(server, bytes).empty());
    CHECK(server.state() == stage::closed);
    return told(server);
  };
  CHECK(answer("GET / HTTP/1.1\r\n\r\n").starts_with("frame, length: found "));
  CHECK(answer(frame_of("\x01xx")) ==
        "a greeting, kind: found something else than libsync's hello");
  auto other = hello;
  other[9] = 2; // behind the kind, and the name with its length
  CHECK(answer(frame_of(other)) == "a greeting, version: found 2, expected 1");
  CHECK(answer(frame_of(hello + "x")) == "a greeting, end: 1 bytes are left");
  CHECK(answer(frame_of("")) == "frame: found an empty one");
  greeting long_one = mine;
  long_one.token = std::string(20'000, 'x');
  CHECK(answer(frame_of(libsync::detail::hello_frame(long_one))).find("at most 16384") !=
        std::string::npos);
  wire_link relay{small(), mine, start};
  CHECK(heard(relay, frame_of("\x10part")).empty());
  CHECK(told(relay) ==
        "a greeting, kind: found something else than the answer of libsync's server");
}

TEST_CASE("a frame that is too long, or damaged, ends a connection", "[network]") {
  both ends;
  CHECK(heard(ends.server, frame_of(std::string(1'001, 'x'))).empty());
  CHECK(told(ends.server) == "frame, length: found 1001 bytes, expected at most 1000");
  both others;
  auto bytes = frame_of("\x01something");
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  CHECK(heard(others.server, bytes).empty());
  CHECK(told(others.server).starts_with("frame, checksum: "));
  CHECK(heard(others.relay, others.server.take_output()).empty());
  CHECK(told(others.relay).starts_with("frame, checksum: ")); // it is told
}

TEST_CASE("a frame that the other end would not take is not sent", "[network]") {
  both ends;
  ends.relay.send(std::string(1'001, 'x'), start);
  CHECK(told(ends.relay) == "a message of 1001 bytes was to be sent, expected at most 1000 "
                            "(connection_limits::frame_bytes)");
}

TEST_CASE("who does not greet in time is given up", "[network]") {
  wire_link server{small(), start};
  server.tick(start + milliseconds{9'999}, true);
  CHECK(server.state() == stage::greeting);
  // Bytes that come one by one do not help.
  CHECK(heard(server, "\x20", start + milliseconds{9'999}).empty());
  server.tick(start + milliseconds{10'000}, true);
  CHECK(told(server) == "the other end has not greeted within 10000 ms");
}

TEST_CASE("an end that has nothing to say says that it is there", "[network]") {
  both ends;
  ends.relay.tick(start + milliseconds{2'999}, true);
  CHECK_FALSE(ends.relay.has_output());
  ends.relay.tick(start + milliseconds{3'000}, true);
  CHECK(heard(ends.server, ends.relay.take_output(), start + milliseconds{3'000}).empty());
  ends.server.tick(start + milliseconds{12'999}, true);
  CHECK(ends.server.state() == stage::open);
  ends.server.tick(start + milliseconds{13'000}, true);
  CHECK(told(ends.server) == "the other end has been silent for 10000 ms");
}

TEST_CASE("an end that is not read is not taken to be silent", "[network]") {
  both ends;
  ends.server.tick(start + milliseconds{50'000}, false);
  CHECK(ends.server.state() == stage::open);
  ends.server.tick(start + milliseconds{59'999}, true);
  CHECK(ends.server.state() == stage::open);
  ends.server.tick(start + milliseconds{60'000}, true);
  CHECK(ends.server.state() == stage::closed);
}

TEST_CASE("floods of bytes and of joins are read later", "[network]") {
  both ends;
  CHECK(ends.server.pause(start) == milliseconds{0});
  ends.server.feed(std::string(90'000, '\0'), start);
  CHECK(ends.server.pause(start) == milliseconds{0});
  ends.server.feed(std::string(60'000, '\0'), start);
  const auto pause = ends.server.pause(start);
  CHECK(pause > milliseconds{490});
  CHECK(pause < milliseconds{510});
  CHECK(ends.server.pause(start + pause) == milliseconds{0});

  both joining;
  for (int i = 0; i != 15; ++i)
    joining.relay.send("\x02join", start);
  CHECK(heard(joining.server, joining.relay.take_output()).size() == 15);
  CHECK(joining.server.pause(start) == milliseconds{500});
}

TEST_CASE("whatever bytes come, a link holds no more than a frame, and says what was wrong",
          "[network]") {
  // What a relay says in a short life, of which each session damages something else.
  wire_link speaks{small(), mine, start};
  auto session = speaks.take_output();
  for (int i = 0; i != 5; ++i)
    session += frame_of("\x02 something that a client says");
  libsync::testing::random random{1};
  std::size_t closed = 0;
  const auto sessions = amount("LIBSYNC_LINK_SESSIONS", 20'000);
  for (std::size_t i = 0; i != sessions; ++i) {
    auto bytes = session;
    for (auto times = random.below(3); times != 0; --times)
      switch (random.below(4)) {
      case 0:
        bytes[random.below(bytes.size())] = static_cast<char>(random.below(256));
        break;
      case 1:
        bytes.erase(random.below(bytes.size()), random.below(20));
        break;
      case 2:
        bytes.insert(random.below(bytes.size()), random.below(20), static_cast<char>(i));
        break;
      default:
        bytes.resize(1 + random.below(bytes.size()));
      }
    wire_link server{small(), start};
    std::size_t frames = 0;
    for (std::string_view rest = bytes; !rest.empty();) {
      const auto part = rest.substr(0, 1 + random.below(200));
      rest.remove_prefix(part.size());
      frames += heard(server, part).size();
      if (server.state() == stage::asking) {
        server.answer(libsync::accepted(), start);
        frames += heard(server, "").size();
      }
    }
    CHECK(frames <= 5);
    if (server.state() == stage::closed) {
      ++closed;
      CHECK_FALSE(server.why_closed().empty());
      CHECK(heard(server, session).empty()); // nothing goes in any more
    }
  }
  CHECK(closed > sessions / 4);
  CHECK(closed < sessions);
}
