#include "libsync/text/shared_text.hpp"

#include <string>

#include "support/catch.hpp"
#include "support/deltas.hpp"

using libsync::selections;
using server = libsync::shared_text<std::string>;

namespace {

// Three deltas by a; b has seen none of them.
server with_a_and_b() {
  server at{"abc"_text};
  CHECK(at.join("a"));
  CHECK(at.join("b"));
  for (libsync::revision i = 0; i < 3; ++i)
    CHECK(at.submit("a", "[\"x\"]"_delta, {}, i));
  return at;
}

// The reason; nothing may have changed.
template <class Call>
std::string why_not(server& at, Call call) {
  const auto before = at;
  const libsync::outcome done = call(at);
  CHECK_FALSE(done);
  CHECK(at == before);
  return done.reason();
}

} // namespace

TEST_CASE("a delta is rewritten to come after what its author had not seen", "[text]") {
  auto at = with_a_and_b();
  CHECK(at.submit("b", "[1, -1]"_delta, selections{{1, 1}}, 0));
  CHECK(at.text() == "xxxac"_text);
  CHECK(at.revision() == 4);
  CHECK(at.latest()->change == "[4, -1]"_delta);
  CHECK(at.latest()->where == selections{{4, 4}});
  CHECK(at.latest()->by == "b");
}

TEST_CASE("deltas are kept until all have seen them", "[text]") {
  auto at = with_a_and_b();
  CHECK(at.kept().size() == 3);
  CHECK(at.report("b", 2));
  CHECK(at.kept().size() == 1);
  CHECK(at.report("b", 3));
  CHECK(at.kept().empty());
  CHECK(at.report("b", 3));
}

TEST_CASE("a client that leaves does not block the others", "[text]") {
  auto at = with_a_and_b();
  CHECK(at.leave("b"));
  CHECK(at.kept().empty());
}

TEST_CASE("a revision that is not there is refused", "[text]") {
  auto at = with_a_and_b();
  CHECK(why_not(at, [](server& to) { return to.report("b", 4); }) ==
        "revision 4 is not one of 0 to 3");
  CHECK(why_not(at, [](server& to) { return to.report("b", -1); }) ==
        "revision -1 is not one of 0 to 3");
  CHECK(why_not(at, [](server& to) { return to.submit("b", {}, {}, 4); }) ==
        "revision 4 is not one of 0 to 3");
}

TEST_CASE("a reported revision that goes backwards is refused", "[text]") {
  auto at = with_a_and_b();
  CHECK(at.report("b", 2));
  CHECK(why_not(at, [](server& to) { return to.report("b", 1); }) ==
        "revision 1 lies before 2, which the client has seen already");
  CHECK(why_not(at, [](server& to) { return to.submit("b", {}, {}, 1); }) ==
        "revision 1 lies before 2, which the client has seen already");
}

TEST_CASE("a revision older than the kept deltas is refused", "[text]") {
  server at{};
  CHECK(at.join("a"));
  CHECK(at.join("b"));
  for (std::size_t i = 0; i <= server::most_kept; ++i)
    CHECK(at.submit("a", "[\"x\"]"_delta, {}, static_cast<libsync::revision>(i)));
  CHECK(at.kept().size() == server::most_kept);
  CHECK(why_not(at, [](server& to) { return to.submit("b", {}, {}, 0); }) ==
        "revision 0 is too old: deltas are kept from 1 on");
}

TEST_CASE("joining twice, or not at all, is refused", "[text]") {
  auto at = with_a_and_b();
  CHECK(why_not(at, [](server& to) { return to.join("a"); }) == "the client has joined already");
  CHECK(why_not(at, [](server& to) { return to.leave("c"); }) == "the client has not joined");
  CHECK(why_not(at, [](server& to) { return to.report("c", 3); }) == "the client has not joined");
  CHECK(why_not(at, [](server& to) { return to.submit("c", {}, {}, 2); }) ==
        "the client has not joined");
  CHECK(at.submit("c", "[\"y\"]"_delta, {}, 3)); // made for the text as it is
}

TEST_CASE("a delta that does not fit is refused", "[text]") {
  auto at = with_a_and_b();
  CHECK(why_not(at, [](server& to) { return to.submit("b", "[4, \"y\"]"_delta, {}, 0); }) ==
        "a retain of 7 code units from 0 on ends 1 beyond the end of the text");
}

TEST_CASE("the server knows the selections of every client", "[text]") {
  auto at = with_a_and_b();
  CHECK(at.submit("b", {}, selections{{1, 2}}, 3));
  CHECK(at.submit("a", "[\"yy\"]"_delta, selections{{2, 2}}, 4));
  CHECK(at.members().at(0).where == selections{{2, 2}});
  CHECK(at.members().at(1).where == selections{{3, 4}});
  CHECK(at.submit("b", "[\"z\"]"_delta, {}, 5));
  CHECK(at.members().at(0).where == selections{{3, 3}});
  CHECK(at.members().at(1).where.empty());
}
