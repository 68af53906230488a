#include "libsync/json/statebox.hpp"

#include <cmath>
#include <string>
#include <string_view>

#include "support/catch.hpp"
#include "support/resealed.hpp"
#include "json/notes_json.hpp"

namespace {

using Catch::Matchers::StartsWith;
using libsync::dynamic;
using libsync::origin;
using libsync::read_json;
using libsync::stamp;
using libsync::statebox;
using libsync::write_json;
using nlohmann::json;
using numbers = libsync::set<std::int16_t>;
using plain = statebox<numbers>;
using stamped = statebox<numbers, stamp>;

template <class Box>
Box small() {
  Box box;
  for (int i = 1; i < 4; ++i) {
    if constexpr (std::is_same_v<Box, stamped>)
      REQUIRE(box.record({i, origin{5}}, numbers::add{static_cast<std::int16_t>(i)}));
    else
      REQUIRE(box.record(i, numbers::add{static_cast<std::int16_t>(i)}));
  }
  return box;
}

template <class Box>
json tree() {
  return json::parse(*write_json(small<Box>()));
}

// What is said of a small box in which the value at `pointer` was replaced, with right checksums.
template <class Box>
std::string error_with(const std::string& pointer, const json& other) {
  auto all = tree<Box>();
  all[json::json_pointer(pointer)] = other;
  return read_json<Box>(resealed(all)).reason();
}

std::string nested(std::size_t depth) {
  return std::string(depth, '[') + std::string(depth, ']');
}

} // namespace

TEST_CASE("text that is cut off names the byte", "[json]") {
  const auto text = *write_json(small<plain>());
  for (std::size_t size = 0; size < text.size(); ++size) {
    const auto read = read_json<plain>(std::string_view{text}.substr(0, size));
    REQUIRE_FALSE(read);
    REQUIRE_THAT(read.reason(), StartsWith("byte " + std::to_string(size) + ": "));
  }
}

TEST_CASE("text behind the box names the byte", "[json]") {
  const auto text = *write_json(small<plain>());
  CHECK_THAT(read_json<plain>(text + "]").reason(),
             StartsWith("byte " + std::to_string(text.size()) + ": "));
}

TEST_CASE("a number that is too great names the byte", "[json]") {
  CHECK_THAT(read_json<plain>(R"({"statebox":1e999})").reason(), StartsWith("byte 16: number"));
}

TEST_CASE("a change that makes another box is seen, and names the part", "[json]") {
  const auto text = *write_json(small<stamped>());
  const auto error_of = [&](std::string_view before, std::string_view after) {
    auto changed = text;
    const auto at = changed.find(before);
    REQUIRE(at != std::string::npos);
    changed.replace(at, before.size(), after);
    return read_json<stamped>(changed).reason();
  };
  const std::string unlike = "it is not what was written: its checksum is ";
  CHECK_THAT(error_of("\"last_modified\":[3,5]", "\"last_modified\":[4,5]"),
             StartsWith("last_modified: " + unlike));
  CHECK_THAT(error_of("[1,2,3]", "[1,2,7]"), StartsWith("value: " + unlike));
  CHECK_THAT(error_of("\"add\",2", "\"remove\",2"), StartsWith("queue: " + unlike));
  CHECK_THAT(error_of("false", "true"), StartsWith("known: " + unlike));
}

TEST_CASE("parts of two boxes make no box", "[json]") {
  auto all = tree<plain>();
  plain other{{9}, 1};
  const auto others = json::parse(*write_json(other));
  all["last_modified"] = others["last_modified"];
  all["value"] = others["value"];
  all["checksums"][0] = others["checksums"][0];
  all["checksums"][1] = others["checksums"][1];
  CHECK_THAT(read_json<plain>(all.dump()).reason(),
             StartsWith("queue: it is not what was written"));
}

TEST_CASE("an error tells what a part should be, with the place", "[json]") {
  CHECK(error_with<plain>("/last_modified", "3") ==
        "last_modified: expected an integer, found string");
  CHECK(error_with<plain>("/value", 3) == "value: expected an array, found number");
  CHECK(error_with<plain>("/value/1", 1) == "value[1]: is in the set already");
  CHECK(error_with<plain>("/value/1", 1.5) == "value[1]: expected an integer, found number");
  CHECK(error_with<plain>("/value/1", true) == "value[1]: expected an integer, found boolean");
  CHECK(error_with<plain>("/value/1", 40000) ==
        "value[1]: expected an integer from -32768 to 32767, found 40000");
  CHECK(error_with<plain>("/queue", nullptr) == "queue: expected an array, found null");
  CHECK(error_with<plain>("/queue/2", 1) == "queue[2]: expected an object, found number");
  CHECK(error_with<plain>("/queue/2/time", nullptr) ==
        "queue[2].time: expected an integer, found null");
  CHECK(error_with<plain>("/queue/2/one/0", "bake") ==
        "queue[2].one[0]: no operation here has the name `bake`");
  CHECK(error_with<plain>("/queue/2/one/2", 1) == "queue[2].one: expected 2 elements, found 3");
  CHECK(error_with<plain>("/queue/2/one", {"unite", {1, "2"}}) ==
        "queue[2].one[1][1]: expected an integer, found string");
  CHECK(error_with<plain>("/queue/2/two", 1) == "queue[2]: unexpected member `two`");
  CHECK(error_with<plain>("/queue/2", {{"list", {{{"one", 1}}}}, {"time", 1}}) ==
        "queue[2].list[0].one: expected an array with the name of an operation first");
  CHECK(error_with<plain>("/statebox", 2) == "statebox: form 2, expected 1");
  CHECK(error_with<plain>("/known", 2) == "unexpected member `known`");
  CHECK(error_with<stamped>("/known/cut/1", -1) ==
        "known.cut[1]: expected an integer from 0 to 18446744073709551615, found -1");
  CHECK(error_with<stamped>("/known/origins/0", {1, 2}) ==
        "known.origins[0]: expected 3 elements, found 2");
  CHECK(error_with<stamped>("/known/forgotten", 0) ==
        "known.forgotten: expected true or false, found number");
}

TEST_CASE("a part that is missing is named", "[json]") {
  for (const auto* name : {"statebox", "last_modified", "value", "queue", "known"}) {
    auto all = tree<stamped>();
    all.erase(name);
    CHECK(read_json<stamped>(resealed(all)).reason() ==
          "expected a member `" + std::string{name} + '`');
  }
  auto all = tree<plain>();
  all["checksums"].erase(0);
  CHECK(read_json<plain>(all.dump()).reason() == "checksums: expected 3, found 2");
  all.erase("checksums");
  CHECK(read_json<plain>(all.dump()).reason() == "expected a member `checksums`");
  CHECK(read_json<plain>("[1]").reason() == "expected an object, found array");
}

TEST_CASE("parts that cannot be of one box are refused as by statebox::from", "[json]") {
  CHECK_THAT(error_with<plain>("/queue/2/time", 1),
             StartsWith("queue[2]: its time 1 does not come"));
  CHECK_THAT(error_with<plain>("/last_modified", 2),
             StartsWith("queue[2]: its time 3 is after `last_modified`"));
  CHECK_THAT(error_with<stamped>("/known/origins", json::array()),
             StartsWith("queue[0]: is not among what is known to be seen"));
}

TEST_CASE("more origins than a box may know are refused", "[json]") {
  statebox<numbers, stamp> box;
  for (std::uint64_t i = 1; i < 5; ++i)
    REQUIRE(box.record({static_cast<libsync::timestamp>(i), origin{i}}, numbers::add{1}));
  CHECK_THAT((read_json<statebox<numbers, stamp, 3>>(*write_json(box)).reason()),
             StartsWith("known: origins: 4, expected at most 3"));
}

TEST_CASE("text that is nested too deep is refused before it is read", "[json]") {
  const auto read = [](const std::string& text) { return read_json<plain>(text).reason(); };
  CHECK(read(nested(libsync::most_nested_json)) == "expected an object, found array");
  CHECK(read(nested(libsync::most_nested_json + 1)) ==
        "byte 300: nested deeper than 300 arrays and objects");
  CHECK(read(std::string(5'000'000, '[')) == "byte 300: nested deeper than 300 arrays and objects");
  CHECK(read("[\"" + std::string(1000, '[') + "\\\"" + std::string(1000, '[') + "\"]") ==
        "expected an object, found array");
}

TEST_CASE("a box that is nested too deep to be read is not written", "[json]") {
  using box = statebox<dynamic>;
  dynamic value = 1;
  int depth = 0;
  std::string error;
  for (; error.empty(); ++depth) {
    const box made{value, 1};
    const auto text = write_json(made);
    error = text.reason();
    if (text) {
      const auto read = read_json<box>(*text);
      REQUIRE(read.reason().empty());
      REQUIRE(*read == made);
    }
    value = dynamic::elements{value};
  }
  CHECK(depth == 301); // the object of the box, and a set of one for each
  CHECK_THAT(error, StartsWith("value[0][0][0]"));
  CHECK_THAT(error, Catch::Matchers::EndsWith("[0]: nested deeper than 300 arrays and objects"));
}

TEST_CASE("a value without JSON text is an error that names the place", "[json]") {
  using box = statebox<dynamic>;
  CHECK_THAT(write_json(box{dynamic::pairs{{1, "a\xff"}}, 1}).reason(),
             StartsWith("value.dictionary[0][1]: invalid UTF-8 byte at index 1"));
  using words = libsync::dictionary<std::string, int>;
  CHECK_THAT(write_json(statebox<words>{words{{"\xff", 1}}, 1}).reason(),
             StartsWith("value: invalid UTF-8 byte at index 0"));
  using notes::page;
  for (const double weight : {std::nan(""), HUGE_VAL})
    CHECK(write_json(statebox<page>{page{{}, {}, weight}, 1}).reason() ==
          "value.weight: a number that is not finite has no JSON text");
}

TEST_CASE("an exception of a user's from_json is reported with the place", "[json]") {
  using notes::page;
  statebox<page> box;
  REQUIRE(box.record(1, page::operation{notes::write{"a"}}));
  const auto error_at = [&](const char* pointer, const json& other) {
    auto all = json::parse(*write_json(box));
    all[json::json_pointer(pointer)] = other;
    return read_json<statebox<page>>(resealed(all)).reason();
  };
  CHECK(error_at("/queue/0/one", {2, "x"}) == "queue[0].one[1]: expected `clear`");
  CHECK(error_at("/queue/0/one", {3, "x"}) ==
        "queue[0].one: expected a number below 3 first, found 3");
  CHECK(error_at("/queue/0/one/1", json::object()) == "queue[0].one[1]: key 'line' not found");
  CHECK(error_at("/value/lines", 1) == "value: type must be array, but is number");
  CHECK(error_at("/value/tags", {1}) == "value[0]: type must be string, but is number");
}

TEST_CASE("an error has a limited length", "[json]") {
  const auto text = R"({"statebox":")" + std::string(100'000, 'x');
  CHECK(read_json<plain>(text).reason().size() < 500);
  auto all = tree<plain>();
  all[std::string(100'000, 'y')] = 1;
  CHECK(read_json<plain>(all.dump()).reason().size() < 500);
}
