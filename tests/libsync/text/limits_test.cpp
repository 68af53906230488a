#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "libsync/text/limits.hpp"
#include "libsync/text/shared_text.hpp"
#include "libsync/text/text_editor.hpp"
#include "support/catch.hpp"
#include "support/deltas.hpp"

using libsync::delta;
using libsync::priority;
using libsync::selections;
using libsync::text_limits;
using server = libsync::shared_text<int>;

namespace {

// What is wrong; empty if it is taken.
std::string why(const libsync::outcome& done) {
  return std::string{done.reason()};
}

delta retaining(std::uint64_t units, const std::string& inserted) {
  delta made;
  REQUIRE(made.retain(units));
  REQUIRE(made.insert(inserted));
  return made;
}

// Inserts at so many places.
delta scattered(std::size_t places) {
  delta made;
  for (std::size_t i = 0; i < places; ++i) {
    REQUIRE(made.insert("x"));
    REQUIRE(made.retain(1));
  }
  made.trim();
  return made;
}

server begun(std::size_t size) {
  server made{value_of(libsync::text::read(std::string(size, 'a')))};
  REQUIRE(made.join(1));
  REQUIRE(made.join(2));
  return made;
}

} // namespace

TEST_CASE("transforming to more than a double can count is refused", "[text][limits]") {
  const auto far = retaining(delta::longest - 1, "x");
  const auto more = value_of(libsync::read_delta("[\"yy\"]"));
  const std::string too_long = "a delta spans at most 9007199254740991 code units";
  CHECK_THROWS_WITH(transform(more, far, priority::left), too_long);
  CHECK_THROWS_WITH(transform(more, delta{far}, priority::left), too_long);
  CHECK_NOTHROW(transform(far, more, priority::left));
  auto at = begun(1);
  REQUIRE(at.submit(1, more, {}, 0));
  const auto before = at;
  CHECK(why(at.submit(2, far, selections{}, 0)) == too_long);
  CHECK(at == before);
}

TEST_CASE("a delta or selections beyond the limits are refused by name", "[text][limits]") {
  constexpr auto most = std::numeric_limits<std::uint64_t>::max();
  struct row {
    std::string what;
    delta change;
    std::optional<selections> where;
    std::string expected;
  };
  const auto size = text_limits::places + 1;
  for (const auto& [what, change, where, expected] : std::vector<row>{
           {"nothing", {}, {}, ""},
           {"the most places", scattered(text_limits::places), {}, ""},
           {"one more",
            scattered(text_limits::places + 1),
            {},
            "the places that a delta changes are 16385, expected at most 16384"},
           {"the most bytes", retaining(1, std::string(text_limits::inserted_bytes, 'x')), {}, ""},
           {"one more byte",
            retaining(1, std::string(text_limits::inserted_bytes + 1, 'x')),
            {},
            "the bytes that a delta inserts are 16777217, expected at most 16777216"},
           {"no selection", {}, selections{}, ""},
           {"the most selections", {}, selections(text_limits::selections), ""},
           {"one more selection",
            {},
            selections(text_limits::selections + 1),
            "the selections of a client are 257, expected at most 256"},
           {"a selection to where a double counts", {}, selections{{0, delta::longest}}, ""},
           {"a selection to beyond it",
            {},
            selections{{most, 0}},
            "a selection reaches beyond 9007199254740991 code units"}}) {
    INFO(what);
    auto at = begun(size);
    const auto before = at;
    const auto done = at.submit(1, change, where, 0);
    CHECK(why(done) == expected);
    CHECK((at == before) == !done.accepted());
  }
}

TEST_CASE("a text has so many members at most", "[text][limits]") {
  server at;
  for (std::size_t i = 0; i < text_limits::members; ++i)
    REQUIRE(at.join(static_cast<int>(i)));
  CHECK(why(at.join(-1)) == "with this client the members would be 10001, expected at most 10000");
  REQUIRE(at.leave(5));
  CHECK(at.join(-1));
}

TEST_CASE("deltas kept for others are bounded by their bytes", "[text][limits]") {
  auto at = begun(1);
  const std::string large(text_limits::inserted_bytes / 2, 'x');
  for (libsync::revision i = 0; i < 20; ++i) {
    REQUIRE(at.submit(1, retaining(0, large), {}, i));
    std::size_t bytes = 0;
    for (const auto& one : at.kept())
      bytes += size_of(one.change);
    REQUIRE(bytes <= text_limits::kept_bytes);
  }
  CHECK(at.kept().size() == 7);
  CHECK(why(at.report(2, 5)) == "revision 5 is too old: deltas are kept from 13 on");
}

TEST_CASE("an editor keeps what waits within half of what the server takes", "[text][limits]") {
  struct {
    void send(const delta&, const std::optional<selections>&, libsync::revision) {}
    void report(libsync::revision) {}
    void show(const delta&) {}
  } out;
  libsync::text_editor<int> one{1, value_of(libsync::text::read(std::string(20'000, 'a'))), 0};
  CHECK(one.edit(scattered(text_limits::places / 2), {}, out)); // in flight
  CHECK(one.edit(scattered(text_limits::places / 2), {}, out)); // waits
  const auto shown = one.shown();
  CHECK(why(one.edit(retaining(20'000, "y"), {}, out)) ==
        "the places that a delta changes are 8193, expected at most 8192");
  CHECK(why(one.edit({}, selections(text_limits::selections + 1), out)) ==
        "the selections of a client are 257, expected at most 256");
  CHECK(one.shown() == shown);
  REQUIRE(one.receive({1, 1, one.sent().value(), {}}, out));
  CHECK(one.edit(retaining(20'000, "y"), {}, out)); // there is room again
}

TEST_CASE("an editor that waits takes no edit that is longer than a double can count",
          "[text][limits]") {
  struct {
    void send(const delta&, const std::optional<selections>&, libsync::revision) {}
    void report(libsync::revision) {}
    void show(const delta&) {}
  } out;
  libsync::text_editor<int> one{1, value_of(libsync::text::read("abc")), 0};
  REQUIRE(one.edit(retaining(0, "x"), {}, out)); // in flight
  delta shorter;
  REQUIRE(shorter.erase(2));
  REQUIRE(one.edit(shorter, {}, out)); // waits
  CHECK(why(one.edit(retaining(delta::longest - 1, "z"), {}, out)) ==
        "a delta spans at most 9007199254740991 code units");
  CHECK(one.shown() == value_of(libsync::text::read("bc")));
}

TEST_CASE("a long insert into an empty text is taken", "[text][limits]") {
  const std::string large(100'000, 'x');
  CHECK(after({}, retaining(0, large)) == value_of(libsync::text::read(large)));
}
