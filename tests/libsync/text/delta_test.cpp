#include "libsync/text/delta.hpp"

#include <vector>

#include "support/catch.hpp"
#include "support/deltas.hpp"

using libsync::delta;

namespace {

using kind = libsync::delta_component::kind;

std::vector<kind> kinds_of(const delta& change) {
  std::vector<kind> all;
  change.for_each([&](const libsync::delta_component& next) { all.push_back(next.what); });
  return all;
}

} // namespace

TEST_CASE("empty components vanish when they are appended", "[text]") {
  delta change;
  CHECK(change.insert(""));
  CHECK(change.retain(0));
  CHECK(change.erase(0));
  CHECK(change.empty());
  CHECK(change == delta{});
}

TEST_CASE("adjacent components of the same kind merge", "[text]") {
  delta change;
  CHECK(change.retain(1));
  CHECK(change.retain(2));
  CHECK(change.insert("a"));
  CHECK(change.insert("b"));
  CHECK(change.erase(3));
  CHECK(change.erase(4));
  CHECK(change == "[3, \"ab\", -7]"_delta);
}

TEST_CASE("an insert after an erase slides in front of it, and merges there", "[text]") {
  delta change;
  CHECK(change.erase(2));
  CHECK(change.insert("a"));
  CHECK(change.erase(1));
  CHECK(change.insert("b"));
  CHECK(change == "[\"ab\", -3]"_delta);
  CHECK(kinds_of(change) == std::vector{kind::insert, kind::erase});
}

TEST_CASE("a trailing retain stays until it is trimmed", "[text]") {
  delta change = "[1, \"a\", 5]"_delta;
  CHECK(change.before() == 6);
  CHECK(change.after() == 7);
  change.trim();
  CHECK(change == "[1, \"a\"]"_delta);
  CHECK(change.before() == 1);
  CHECK(change.after() == 2);
  change.trim();
}

TEST_CASE("lengths count UTF-16 code units", "[text]") {
  delta change;
  CHECK(change.insert("a é 漢 😀"));
  CHECK(change.after() == 8);
  CHECK(change.inserted() == "a é 漢 😀");
}

TEST_CASE("an insert of invalid UTF-8 is refused and changes nothing", "[text]") {
  // Cut short, overlong, unpaired surrogate, beyond U+10FFFF, a continuation alone.
  for (const char* bad : {"ab\xC3", "ab\xC0\x80", "ab\xE0\x80\x80", "ab\xED\xA0\x80",
                          "ab\xF4\x90\x80\x80", "ab\x80", "ab\xF0\x80\x80\x80", "ab\xFF"}) {
    delta change;
    CHECK(change.insert(bad).reason() == "invalid UTF-8 at byte 2 of the inserted text");
    CHECK(change.empty());
  }
}

TEST_CASE("a delta longer than a double can count is refused", "[text]") {
  delta change;
  CHECK(change.retain(delta::longest));
  CHECK(change.retain(1).reason() == "a delta spans at most 9007199254740991 code units");
  CHECK_FALSE(change.insert("a"));
  CHECK_FALSE(change.erase(1));
  CHECK_FALSE(delta{}.erase(delta::longest + 1));
  CHECK(change.before() == delta::longest);
}

TEST_CASE("a delta may have many components, and is copied and moved with them", "[text]") {
  delta change;
  for (int i = 0; i < 1000; ++i) {
    CHECK(change.retain(1));
    CHECK(change.insert("x"));
    CHECK(change.erase(2));
  }
  CHECK(change.before() == 3000);
  delta copy = change;
  CHECK(copy == change);
  delta moved = std::move(copy);
  CHECK(moved == change);
  copy = "[1, \"a\"]"_delta;
  moved = copy;
  CHECK(moved == copy);
  moved = change;
  CHECK(moved.inserted().size() == 1000);
  moved = *&moved;
  CHECK(moved == change);
}
