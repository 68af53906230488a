#include <type_traits>

#include "libsync/actors/detail/client/client_presence.hpp"
#include "libsync/actors/detail/client/presence_desk.hpp"
#include "libsync/actors/detail/server/server_presence.hpp"
#include "libsync/actors/detail/session/session_buffer.hpp"
#include "support/catch.hpp"
#include "support/whiteboard.hpp"

namespace {

struct plain {
  using operation = int;
};

using namespace libsync::detail;

} // namespace

TEST_CASE("data without presence have no byte for it", "[presence]") {
  STATIC_REQUIRE(std::is_empty_v<server_presence<plain>>);
  STATIC_REQUIRE(std::is_empty_v<client_presence<plain>>);
  STATIC_REQUIRE(std::is_empty_v<presence_desk<plain>>);
  STATIC_REQUIRE_FALSE(std::is_empty_v<server_presence<whiteboard::board>>);
  STATIC_REQUIRE(sizeof(session_buffer<plain>) + sizeof(presence_desk<whiteboard::board>) <=
                 sizeof(session_buffer<whiteboard::board>));
}
