#include "libsync/testing/detail/expected_undo.hpp"

#include <string>

#include "simulate/bank.hpp"
#include "support/catch.hpp"

namespace {

using libsync::receipt;

// One user alone: what the server decides, and what the user is told of it.
struct story {
  using model = libsync::testing::detail::expected_undo<bank::reversible>;
  using wish_kind = model::wish_kind;

  libsync::version accept(const bank::transfer& op) {
    REQUIRE(log.apply({libsync::client_id{1}}, {&op, 1}));
    return log.last();
  }

  std::string tell(wish_kind what, const receipt& told, libsync::version since = 0) {
    const auto wish = expected.begin(what);
    expected.expect(wish);
    expected.end(wish);
    return expected.tell(wish, told, log, true, since);
  }

  libsync::testing::detail::expected_data<bank::reversible> log{{}};
  model expected;
};

using kind = story::wish_kind;
const bank::transfer gift{0, 1, 10};
const bank::transfer gift_back{0, 1, 10, true};

} // namespace

TEST_CASE("a simulation expects that undo takes the newest step back, and redo does it again",
          "[simulation][undo]") {
  story of;
  CHECK(of.tell(kind::step, receipt::accepted(of.accept(gift))).empty());
  CHECK(of.tell(kind::undo, receipt::accepted(of.accept(gift_back))).empty());
  CHECK(of.tell(kind::redo, receipt::accepted(of.accept(gift))).empty());
  CHECK(of.tell(kind::undo, receipt::accepted(of.accept(gift_back))).empty());
}

TEST_CASE("a simulation finds an undo that does something else", "[simulation][undo]") {
  story of;
  of.tell(kind::step, receipt::accepted(of.accept(gift)));
  of.tell(kind::step, receipt::accepted(of.accept({2, 3, 5})));
  CHECK(of.tell(kind::undo, receipt::accepted(of.accept(gift_back))) ==
        "was to take back version 2, but version 3 does something else");
}

TEST_CASE("a simulation finds an undo that is lost", "[simulation][undo]") {
  story of;
  of.tell(kind::step, receipt::accepted(of.accept(gift)));
  CHECK(of.tell(kind::undo, receipt::refused("there is nothing to undo")) ==
        "says \"there is nothing to undo\", although there is what it has made as version 1");
  CHECK(of.tell(kind::undo, receipt::refused("it was first seen inside a snapshot, or its inverse "
                                             "is lost")) ==
        "says \"it was first seen inside a snapshot, or its inverse is lost\", although it has "
        "seen version 1 alone");
}

TEST_CASE("a simulation expects what cannot be undone, and that a step forgets what can be redone",
          "[simulation][undo]") {
  story of;
  CHECK(of.tell(kind::step, receipt::refused("no")).empty());
  CHECK(of.tell(kind::undo, receipt::refused("the server has refused it, so there is nothing to "
                                             "undo or to do again"))
            .empty());
  CHECK(of.tell(kind::undo, receipt::refused("there is nothing to undo")).empty());
  of.tell(kind::step, receipt::accepted(of.accept(gift)));
  CHECK(of.tell(kind::undo,
                receipt::refused("it was first seen inside a snapshot, or its inverse is lost"), 1)
            .empty());
  of.tell(kind::step, receipt::accepted(of.accept(gift)));
  of.tell(kind::undo, receipt::accepted(of.accept(gift_back)));
  of.tell(kind::step, receipt::accepted(of.accept({2, 3, 5})));
  CHECK_FALSE(of.tell(kind::redo, receipt::accepted(of.accept(gift))).empty());
}
