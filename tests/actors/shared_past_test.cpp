#include "libsync/actors/shared_past.hpp"

#include <cstdint>
#include <optional>
#include <variant>

#include "support/catch.hpp"
#include "support/session_scene.hpp"

using libsync::shared_past;
using versions = shared_past<tape::data>::versions;

TEST_CASE("a session's earlier versions can be read, with who has made them", "[past]") {
  session_scene all{7};
  const shared_past<tape::data> seen{{.operations = 4, .checkpoint_every = 2}};
  CHECK(seen.kept() == std::nullopt);
  CHECK(seen.read(1).reason() == "version 1 is not there: nothing was seen yet");
  CHECK_FALSE(seen.made(1));

  libsync::client_options<tape::data> options;
  options.on_change = seen;
  tape_session reader{all.server, options};
  all.at.run();
  CHECK(seen.kept() == versions{0, 0});
  for (std::int64_t i = 1; i <= 6; ++i)
    all.session->post(tape::append{i});
  all.at.run();

  REQUIRE(seen.kept());
  CHECK(*seen.kept() == versions{2, 6});
  for (libsync::version which = 2; which <= 6; ++which)
    CHECK(seen.read(which)->values.size() == which);
  CHECK(seen.read(1).reason() == "version 1 is truncated: the oldest is 2");
  CHECK(seen.read(7).reason() == "version 7 is not there yet: the newest is 6");
  const auto last = seen.made(6);
  REQUIRE(last);
  REQUIRE(last->operations.size() == 1);
  CHECK(std::get<tape::append>(last->operations[0]).value == 6);
  CHECK(last->how.version == 6);
}
