#include "libsync/text/shared_text.hpp"

#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/deltas.hpp"
#include "support/heap.hpp"

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
  CHECK(at.unseen() == 3);
  CHECK(at.report("b", 2));
  CHECK(at.unseen() == 1);
  CHECK(at.report("b", 3));
  CHECK(at.unseen() == 0);
  CHECK(at.report("b", 3));
}

TEST_CASE("a text keeps what its members have not seen, and some deltas more", "[text]") {
  auto at = with_a_and_b();
  for (libsync::revision i = 3; i < 20; ++i)
    CHECK(at.submit("a", "[\"x\"]"_delta, {}, i));
  CHECK(at.kept().size() == 20);
  CHECK(at.report("b", 20));
  CHECK(at.kept().size() == libsync::text_limits::kept_for_all);
}

TEST_CASE("the deltas since a revision come in order, with author and place", "[text]") {
  auto at = with_a_and_b();
  CHECK(at.submit("b", "[1, -1]"_delta, selections{{1, 1}}, 0));
  const auto since = [&](libsync::revision known) {
    std::vector<libsync::accepted_delta<std::string>> all;
    const auto done = at.for_each_since(known, [&](const auto& one) { all.push_back(one); });
    CHECK(done.accepted());
    return all;
  };
  CHECK(since(4).empty());
  CHECK(since(2) == std::vector<libsync::accepted_delta<std::string>>{
                        {3, "a", "[\"x\"]"_delta, {}}, {4, "b", "[4, -1]"_delta, {{{4, 4}}}}});
  CHECK(since(0).size() == 4);
  const auto nothing = [](const auto&) {};
  CHECK(at.for_each_since(5, nothing).reason() == "revision 5 is not one of 0 to 4");
  for (libsync::revision i = 4; i < 24; ++i)
    CHECK(at.submit("a", "[\"x\"]"_delta, {}, i));
  CHECK(at.leave("b"));
  CHECK(at.for_each_since(7, nothing).reason() ==
        "revision 7 is too old: deltas are kept from 8 on");
}

TEST_CASE("nobody but a member has a cursor", "[text]") {
  auto at = with_a_and_b();
  CHECK(at.submit("c", "[\"y\"]"_delta, selections{{1, 1}}, 3)); // has never joined
  CHECK_FALSE(at.latest()->where);
  CHECK(at.submit("b", {}, selections{{1, 1}}, 4));
  CHECK(at.latest()->where);
  CHECK(at.leave("b"));
  CHECK_FALSE(at.latest()->where); // who hears it only now would show it for ever
  CHECK(at.submit("b", {}, selections{{1, 1}}, 5));
  CHECK_FALSE(at.latest()->where);
  CHECK(at.members().size() == 1);
}

TEST_CASE("a client that leaves does not block the others", "[text]") {
  auto at = with_a_and_b();
  CHECK(at.leave("b"));
  CHECK(at.unseen() == 0);
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

TEST_CASE("a text that nobody has edited owns no memory for deltas", "[shared_text]") {
  const server at{"abc"_text};
  const heap::growth grown;
  const auto copy = at;
  CHECK(grown.bytes() == 0);
  CHECK(copy == at);
}

TEST_CASE("texts are equal whatever they have dropped", "[shared_text]") {
  server once;
  server again;
  for (libsync::revision i = 0; i < 300; ++i) {
    CHECK(once.submit("a", "[\"x\"]"_delta, {}, i));
    if (i == 150)
      again = once; // a copy moves its deltas at other times
    if (i >= 150 && i != 150)
      CHECK(again.submit("a", "[\"x\"]"_delta, {}, i));
  }
  CHECK(again == once);
  CHECK(again.kept().size() == once.kept().size());
  CHECK(again.kept().front() == once.kept().front());
}
