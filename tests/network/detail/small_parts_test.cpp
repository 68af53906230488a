// What connections are made of.

#include <chrono>
#include <memory>
#include <string>

#include "libsync/network/detail/backoff.hpp"
#include "libsync/network/detail/came_frame.hpp"
#include "libsync/network/options.hpp"
#include "support/catch.hpp"

using libsync::detail::backoff;
using libsync::detail::came_frame;
using std::chrono::milliseconds;

TEST_CASE("the wait between attempts doubles up to a limit, less a chance", "[network]") {
  backoff wait{milliseconds{100}, milliseconds{1'000}};
  CHECK(wait.next(0) == milliseconds{100});
  CHECK(wait.next(0) == milliseconds{200});
  CHECK(wait.next(200) == milliseconds{200}); // of 400, at most half is left out
  CHECK(wait.next(0) == milliseconds{800});
  CHECK(wait.next(0) == milliseconds{1'000});
  CHECK(wait.next(1'000'000) >= milliseconds{500});
  wait.reset();
  CHECK(wait.next(0) == milliseconds{100});
}

TEST_CASE("a frame counts until its last copy is gone", "[network]") {
  const auto waiting = std::make_shared<libsync::detail::unhandled_bytes>(0);
  {
    const came_frame one{"12345", waiting};
    const auto copy = one;
    CHECK(*waiting == 5);
    const came_frame other{"123", waiting};
    CHECK(*waiting == 8);
  }
  CHECK(*waiting == 0);
  CHECK(came_frame{"alone"}.bytes == "alone");
}

TEST_CASE("limits of a connection that make no sense are named", "[network]") {
  libsync::network::connection_limits bounds;
  bounds.clients = 0;
  CHECK_THROWS_WITH(bounds.checked(), "libsync::network::connection_limits: `clients` is 0, "
                                      "expected at least 1");
  bounds = {};
  bounds.silence = bounds.heartbeat;
  CHECK_THROWS_WITH(bounds.checked(),
                    Catch::Contains("`silence` is 3000 ms, expected more than the 3000 ms"));
}

TEST_CASE("tokens are the same if all of their bytes are", "[network]") {
  using libsync::network::same_token;
  CHECK(same_token("secret", "secret"));
  CHECK_FALSE(same_token("secret", "secreT"));
  CHECK_FALSE(same_token("secret", "secrets"));
  CHECK(same_token("", ""));
}
