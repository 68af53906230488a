#include "libsync/text/text.hpp"

#include <sstream>
#include <string>
#include <string_view>

#include "libsync/text/compose.hpp"
#include "libsync/text/difference.hpp"
#include "support/catch.hpp"
#include "support/deltas.hpp"

using libsync::delta;
using libsync::text;

namespace {

// Why it does not fit; the text must be as it was.
std::string why_not(const text& to, const delta& change) {
  auto changed = to;
  const auto done = apply_delta(changed, change);
  CHECK(changed == to);
  CHECK(changed.size() == to.size());
  return done.reason();
}

} // namespace

TEST_CASE("a text knows its length in UTF-16 code units", "[text]") {
  CHECK("a é 漢 😀"_text.size() == 8);
  CHECK(after("ab"_text, "[1, \"😀\", -1]"_delta).size() == 3);
  CHECK(after("a😀b"_text, "[1, -2]"_delta).size() == 2);
}

TEST_CASE("invalid UTF-8 is refused", "[text]") {
  CHECK(text::read("12345678\xC3").reason() == "invalid UTF-8 at byte 8");
  CHECK(text::read(std::string{"a\0b", 3}));
}

TEST_CASE("a delta keeps the text beyond its last component", "[text]") {
  CHECK(after("Hello world"_text, "[5, \", small\"]"_delta) == "Hello, small world"_text);
  CHECK(after("Hello"_text, "[-4, 1, \"!\"]"_delta) == "o!"_text);
  CHECK(after("abcdef"_text, "[1, -1, 1, \"X\", 1, \"Y\", -1]"_delta) == "acXdYf"_text);
  CHECK(after("abc"_text, "[]"_delta) == "abc"_text);
  CHECK(after("abc"_text, "[3]"_delta) == "abc"_text);
}

TEST_CASE("a delta that reaches beyond the end is refused, not clamped", "[text]") {
  CHECK(why_not("abc"_text, "[\"x\", 4]"_delta) ==
        "a retain of 4 code units from 0 on ends 1 beyond the end of the text");
  CHECK(why_not("abc"_text, "[\"x\", 2, -4]"_delta) ==
        "an erase of 4 code units from 2 on ends 3 beyond the end of the text");
  CHECK(why_not("a😀"_text, "[\"x\", -4]"_delta) ==
        "an erase of 4 code units from 0 on ends 1 beyond the end of the text");
}

TEST_CASE("a delta that ends inside a surrogate pair is refused", "[text]") {
  CHECK(why_not("a😀b"_text, "[2, \"x\"]"_delta) ==
        "a retain of 2 code units from 0 on ends inside a surrogate pair");
  CHECK(why_not("a😀b"_text, "[-1, 1, -1]"_delta) ==
        "a retain of 1 code units from 1 on ends inside a surrogate pair");
  CHECK(why_not("😀"_text, "[-1]"_delta) ==
        "an erase of 1 code units from 0 on ends inside a surrogate pair");
}

TEST_CASE("long texts of any characters are changed at the right place", "[text]") {
  for (const std::string one : {"a", "é", "漢", "😀", "a😀漢é"}) {
    INFO(one);
    std::string all;
    while (all.size() < 1000)
      all += one;
    const auto whole = value_of(text::read(all));
    for (std::size_t bytes = 0; bytes <= all.size(); ++bytes) {
      if (libsync::utf8::character_before(all, bytes) != bytes)
        continue;
      delta change;
      CHECK(change.retain(libsync::utf8::units(all.substr(0, bytes))));
      CHECK(change.insert("X"));
      CHECK(after(whole, change).utf8() == all.substr(0, bytes) + "X" + all.substr(bytes));
    }
  }
}

TEST_CASE("a place inside a surrogate pair is refused wherever the pair begins", "[text]") {
  for (std::size_t letters = 0; letters < 300; ++letters)
    for (const std::size_t behind : {0U, 3U, 100U, 5000U}) {
      INFO(letters << " letters before, and " << behind << " behind");
      const auto all = std::string(letters, 'a') + "😀" + std::string(behind, 'b');
      const auto parts =
          value_of(libsync::read_delta("[" + std::to_string(letters + 1) + ",\"x\"]"));
      const auto reached = libsync::utf8::advance(all, letters + 1);
      CHECK(reached.bytes == letters);
      CHECK(reached.missing == 1);
      CHECK(reached.in_pair);
      CHECK(why_not(value_of(text::read(all)), parts) ==
            "a retain of " + std::to_string(letters + 1) +
                " code units from 0 on ends inside a surrogate pair");
      delta typed;
      CHECK(typed.insert(all));
      CHECK(compose(typed, parts).reason() ==
            "the second delta parts a surrogate pair that the first inserts");
    }
}

TEST_CASE("a part of a text is read by its units", "[text]") {
  const auto shown = "a😀漢"_text;
  CHECK(shown.bytes() == 8);
  CHECK(value_of(shown.substring(0, 4)) == "a😀漢");
  CHECK(value_of(shown.substring(1, 3)) == "😀");
  CHECK(value_of(shown.substring(3, 3)).empty());
  CHECK(value_of(text{}.substring(0, 0)).empty());
  CHECK(shown.substring(2, 3).reason() == "no substring from 2 to 3: it parts a surrogate pair");
  CHECK(shown.substring(0, 5).reason() ==
        "no substring from 0 to 5: it ends beyond the end of the text");
  CHECK(shown.substring(9, 1).reason() == "no substring from 9 to 1: it ends before it begins");
}

TEST_CASE("the chunks of a text are all of it, and part no character", "[text]") {
  std::string all;
  while (all.size() < 100'000)
    all += "a😀漢é";
  const auto shown = value_of(text::read(all));
  std::string read;
  std::size_t count = 0;
  shown.for_each_chunk([&](std::string_view chunk) {
    CHECK(libsync::utf8::find_invalid(chunk) == libsync::utf8::npos);
    read += chunk;
    ++count;
  });
  CHECK(read == all);
  CHECK(count > 10);
  std::ostringstream out;
  out << shown;
  CHECK(out.str() == all);
  text{}.for_each_chunk([](std::string_view) { FAIL("an empty text has no chunk"); });
}

TEST_CASE("a difference parts no character", "[text]") {
  CHECK(difference("a😀b"_text, "a😃b"_text) == "[1, \"😃\", -2]"_delta);
  CHECK(difference("é"_text, "è"_text) == "[\"è\", -1]"_delta);
  // U+10400 and U+10800 end alike, U+1D11E and U+1D122 begin alike.
  CHECK(difference("x\U00010400"_text, "x\U00010800"_text) == "[1, \"\U00010800\", -2]"_delta);
  CHECK(difference("\U0001D11Ey"_text, "\U0001D122y"_text) == "[\"\U0001D122\", -2]"_delta);
  CHECK(difference("aaa"_text, "aa"_text) == "[2, -1]"_delta);
  CHECK(difference(""_text, ""_text).empty());
}
