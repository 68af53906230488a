#include "libsync/actors/detail/session/direct_line.hpp"

#include <memory>

#include "libsync/submission.hpp"

#include "support/catch.hpp"
#include "support/tape.hpp"

namespace {

// No actors: a server is a number, and so is who waits for the receipt.
using line = libsync::detail::direct_line<tape::data, int, int>;
constexpr libsync::client_id me{7};
constexpr libsync::epoch_id epoch{3};

} // namespace

TEST_CASE("a line is closed until it is opened, and its closing returns what it was", "[line]") {
  line one;
  CHECK_FALSE(one.is_open());
  CHECK(one.close().state == line::state::closed);
  one.open(42, me, epoch, 5);
  CHECK(one.is_open());
  CHECK_FALSE(one.was_used());
  const auto before = one.close();
  REQUIRE(before.state == line::state::open);
  CHECK(before.to == 42);
  CHECK_FALSE(one.is_open());
}

TEST_CASE("a line is used once, in the client's name, and tells what was sent", "[line]") {
  line one;
  one.open(42, me, epoch, 5);
  std::shared_ptr<libsync::parcel<tape::data>> made;
  one.write(made, tape::data::operation{tape::append{1}});
  REQUIRE(made != nullptr);
  CHECK(made->by == me);
  CHECK(made->epoch == epoch);
  CHECK(made->first == 5);
  CHECK(made->count == 1);
  CHECK(one.is_open()); // until it is used

  CHECK(one.use(made, 9) == 42);
  CHECK_FALSE(one.is_open());
  CHECK(one.was_used());
  const auto before = one.close();
  REQUIRE(before.state == line::state::used);
  CHECK(before.sent == made);
  CHECK(before.wanted == 9);
  CHECK_FALSE(one.was_used());
}
