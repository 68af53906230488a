// A stream of bytes comes in pieces of any size, and is damaged now and then.

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "libsync/network/detail/wire_frames.hpp"
#include "libsync/testing/random.hpp"
#include "support/catch.hpp"

namespace {

using libsync::detail::frame_reader;
using libsync::detail::wire_error;

std::string frame(const std::string& inside) {
  std::string made;
  libsync::detail::append_frame(made, [&](std::string& to) { to += inside; });
  return made;
}

std::string told_by(frame_reader& of) {
  try {
    static_cast<void>(of.next());
    return {};
  } catch (const wire_error& error) {
    return error.what();
  }
}

} // namespace

TEST_CASE("messages come out whole, however the stream is cut", "[network]") {
  libsync::testing::random choices{5};
  for (int i = 0; i != 100; ++i) {
    std::vector<std::string> sent;
    std::string stream;
    for (auto left = choices.below(6); left > 0; --left) {
      sent.emplace_back(choices.below(40), static_cast<char>('a' + left));
      stream += frame(sent.back());
    }
    frame_reader of{40};
    std::vector<std::string> came;
    for (std::size_t at = 0; at != stream.size();) {
      const auto size = std::min<std::size_t>(1 + choices.below(20), stream.size() - at);
      of.feed(std::string_view{stream}.substr(at, size));
      at += size;
      while (const auto next = of.next())
        came.emplace_back(*next);
    }
    CHECK(came == sent);
  }
}

TEST_CASE("a length that is too long is refused before anything more comes", "[network]") {
  frame_reader of{100};
  of.feed(std::string{"\xff\xff\xff\x7f", 4} + "sums");
  CHECK(told_by(of) == "frame, length: found 2147483647 bytes, expected at most 100");
}

TEST_CASE("each changed bit of a frame is noticed", "[network]") {
  const auto whole = frame("a message");
  for (std::size_t bit = 0; bit != 8 * whole.size(); ++bit) {
    auto damaged = whole;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
    frame_reader of{100};
    of.feed(damaged);
    const bool waits = bit < 32 && told_by(of).empty(); // for more bytes than come
    if (!waits)
      CHECK_THAT(told_by(of), Catch::Contains("frame, "));
    of.feed(std::string(100, 'x'));
    CHECK_FALSE(told_by(of).empty());
  }
}
