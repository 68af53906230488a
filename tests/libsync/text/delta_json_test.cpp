#include "libsync/text/delta_json.hpp"

#include <string>
#include <utility>
#include <vector>

#include "support/catch.hpp"
#include "support/deltas.hpp"

using libsync::read_delta;
using libsync::write_delta;

TEST_CASE("a delta becomes canonical when it is read", "[text]") {
  CHECK(write_delta("[0, \"\", 1, 2, -1, \"a\", -2, \"b\", 3, 0]"_delta) == "[3,\"ab\",-3,3]");
  CHECK(write_delta("[]"_delta) == "[]");
  CHECK(write_delta(" [ \"a\" , -1 ] \n"_delta) == "[\"a\",-1]");
}

TEST_CASE("strings are escaped as JSON has it", "[text]") {
  CHECK(R"(["\u00e9\u6f22\ud83d\uDE00\n\t\"\\\/\b\f\r"])"_delta.inserted() ==
        "é漢😀\n\t\"\\/\b\f\r");
  CHECK(write_delta(R"(["\"\\\u0001\n😀"])"_delta) == R"(["\"\\\u0001\u000a😀"])");
}

TEST_CASE("text that is no delta is refused with its place", "[text]") {
  const std::vector<std::pair<std::string, std::string>> all{
      {"", "byte 0: expected ["},
      {"{}", "byte 0: expected ["},
      {"[1", "byte 2: expected , or ]"},
      {"[1,", "byte 3: expected a string or a whole number"},
      {"[1,]", "byte 3: expected a string or a whole number"},
      {"[1] x", "byte 4: expected the end after ]"},
      {"[null]", "byte 1: expected a string or a whole number"},
      {"[-]", "byte 2: expected a string or a whole number"},
      {"[--1]", "byte 2: expected a string or a whole number"},
      {"[01]", "byte 3: a number begins with 0"},
      {"[1.5]", "byte 2: expected a whole number"},
      {"[1e3]", "byte 2: expected a whole number"},
      {"[9007199254740992]", "byte 16: a number is greater than 9007199254740991"},
      {"[99999999999999999999999]", "byte 16: a number is greater than 9007199254740991"},
      {"[9007199254740991,-1]", "byte 20: a delta spans at most 9007199254740991 code units"},
      {"[\"a", "byte 3: the string has no end"},
      {"[\"a\nb\"]", "byte 3: a control character stands in a string"},
      {"[\"\\x\"]", "byte 3: expected one of \"\\/bfnrtu after a backslash"},
      {"[\"\\u12g4\"]", "byte 6: expected four hexadecimal digits after \\u"},
      {"[\"\\ud800\"]", "byte 7: unpaired surrogate"},
      {"[\"\\ud800\\u0041\"]", "byte 13: unpaired surrogate"},
      {"[\"\\ud800\\ue000\"]", "byte 13: unpaired surrogate"},
      {"[\"\\udc00\"]", "byte 7: unpaired surrogate"},
      {"[\"\xC3\"]", "byte 4: invalid UTF-8 at byte 0 of the inserted text"},
      {"[\"\xED\xA0\x80\"]", "byte 6: invalid UTF-8 at byte 0 of the inserted text"},
  };
  for (const auto& [json, why] : all) {
    INFO(json);
    const auto done = read_delta(json);
    CHECK_FALSE(done);
    CHECK(done.reason() == why);
  }
}
