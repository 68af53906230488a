#include "libsync/json/statebox.hpp"

#include <limits>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/stamps.hpp"
#include "json/notes_json.hpp"

namespace {

using libsync::counter;
using libsync::dynamic;
using libsync::dynamic_operation;
using libsync::origin;
using libsync::read_json;
using libsync::stamp;
using libsync::statebox;
using libsync::write_json;
using numbers = libsync::set<int>;
using libraries = libsync::dictionary<std::string, numbers>;

template <class Box>
std::string text_of(const Box& box) {
  const auto text = write_json(box);
  CHECK(text.reason().empty());
  return *text;
}

// The text up to the checksums.
template <class Box>
std::string parts_of(const Box& box) {
  const auto text = text_of(box);
  return text.substr(0, text.find(R"(,"checksums")"));
}

template <class Box>
void check_round_trip(const Box& box) {
  const auto text = text_of(box);
  INFO(text);
  const auto read = read_json<Box>(text);
  CHECK(read.reason().empty());
  REQUIRE(read);
  CHECK(*read == box);
  CHECK(text_of(*read) == text);
}

} // namespace

TEST_CASE("the text of a box with plain times", "[json]") {
  statebox<numbers> box{{1, 2}, 5};
  REQUIRE(box.record(6, numbers::add{7}));
  REQUIRE(box.record(
      8, statebox<numbers>::what::list{numbers::operation{numbers::remove{1}},
                                       numbers::operation{numbers::unite{numbers{3, 4}}}}));
  CHECK(parts_of(box) == R"({"statebox":1,"last_modified":8,"value":[2,3,4,7],"queue":[)"
                         R"({"one":["add",7],"time":6},)"
                         R"({"list":[{"one":["remove",1]},{"one":["unite",[3,4]]}],"time":8}])");
  check_round_trip(box);
}

TEST_CASE("the text of a box with stamps tells what it knows", "[json]") {
  statebox<numbers, stamp> box{{1}, {5, origin{7}}};
  REQUIRE(box.record({6, origin{9}}, numbers::add{2}));
  CHECK(parts_of(box) == R"({"statebox":1,"last_modified":[6,9],"value":[1,2],)"
                         R"("queue":[{"one":["add",2],"time":[6,9]}],)"
                         R"("known":{"cut":[5,7],"folded_until":-9223372036854775808,)"
                         R"("forgotten":false,"groups":[],)"
                         R"("origins":[[7,5,5],[9,6,-9223372036854775808]]})");
  check_round_trip(box);
}

TEST_CASE("the checksums are those that any program computes", "[json]") {
  const statebox<numbers> box{{1}, 5};
  // crc32 of "5", of "5[1]" and of "5[1][]", as zlib has it
  CHECK(text_of(box) == R"({"statebox":1,"last_modified":5,"value":[1],"queue":[],)"
                        R"("checksums":[2226203566,1440693285,3402646166]})");
}

TEST_CASE("a box that was never modified comes back", "[json]") {
  check_round_trip(statebox<numbers>{});
  check_round_trip(statebox<numbers, stamp>{});
}

TEST_CASE("a mark that something was forgotten comes back", "[json]") {
  const auto box = stamps::forgotten();
  check_round_trip(box);
  CHECK(read_json<stamps::box>(text_of(box))->may_have_lost());
}

TEST_CASE("dictionaries with keys that are text are objects, others arrays of pairs", "[json]") {
  CHECK(nlohmann::json(libraries{{"a", {1}}, {"b", {}}}).dump() == R"({"a":[1],"b":[]})");
  CHECK(nlohmann::json(libsync::dictionary<int, int>{{2, 3}, {1, 4}}).dump() == "[[1,4],[2,3]]");
}

TEST_CASE("every operation of a nested dictionary comes back", "[json]") {
  using nested = libsync::dictionary<int, libraries>;
  statebox<nested> box;
  for (const nested::operation& op : std::vector<nested::operation>{
           nested::store{1, {{"a", {1, 2}}}}, nested::erase_pair{2, {}}, nested::erase{3},
           nested::merge{nested{{4, {}}, {5, {{"b", {3}}}}}},
           nested::update{1, libraries::operation{libraries::unite{"c", numbers{9}}}},
           nested::update{1, libraries::operation{libraries::subtract{"a", numbers{1}}}},
           nested::update{1, libraries::operation{libraries::update{
                                 "c", numbers::operation{numbers::subtract{numbers{9}}}}}}})
    REQUIRE(box.record(box.next(0), op));
  check_round_trip(box);
}

TEST_CASE("counters come back, with what was accumulated", "[json]") {
  statebox<counter> box;
  for (int i = 1; i < 6; ++i)
    REQUIRE(box.record(i, counter::increment::aged(-i, 2, i, 7)));
  REQUIRE(box.record(9, counter::increment{libsync::stamp::none, 9, -1, 2}));
  REQUIRE_FALSE(box.value().entries().front().id);
  check_round_trip(box);
}

TEST_CASE("dynamic values and all their operations come back", "[json]") {
  using pairs = dynamic::pairs;
  using elements = dynamic::elements;
  statebox<dynamic> box{pairs{{"s", elements{1, "two", elements{3}}},
                              {4, pairs{{"deep", -5}}},
                              {"c", *counter::of({{1, std::nullopt, 5}, {2, 3, 4}})},
                              {"e", dynamic{}},
                              {elements{1}, "\"\\\n\xc3\xa4"}},
                        1};
  for (const dynamic_operation& op : std::vector<dynamic_operation>{
           pairs::store{"n", elements{7}}, pairs::erase{4}, pairs::erase_pair{"n", 1},
           pairs::unite{"s", elements{8}}, pairs::subtract{"s", elements{1}},
           pairs::merge{pairs{{6, 7}}}, pairs::update{"x", dynamic_operation{elements::add{"y"}}},
           pairs::update{"x", dynamic_operation{elements::remove{1}}},
           pairs::update{"x", dynamic_operation{elements::unite{elements{"z"}}}},
           pairs::update{"x", dynamic_operation{elements::subtract{elements{"z"}}}},
           pairs::update{"c", dynamic_operation{counter::increment{2, 3, 4, 5}}}})
    REQUIRE(box.record(box.next(0), op));
  check_round_trip(box);
}

TEST_CASE("lists of operations in lists come back", "[json]") {
  using what = statebox<numbers>::what;
  const what one = numbers::operation{numbers::add{1}};
  statebox<numbers> box;
  REQUIRE(box.record(1, what::list{}));
  REQUIRE(box.record(2, what::list{one, what{what::list{one, what{what::list{}}}}}));
  check_round_trip(box);
}

TEST_CASE("data of a user come back by the user's own functions", "[json]") {
  using notes::page;
  statebox<page> box{page{{"a"}, {"t"}, 0.25}, 1};
  REQUIRE(box.record(2, page::operation{notes::write{"b"}}));
  REQUIRE(box.record(3, page::operation{notes::tag{libsync::set<std::string>::add{"u"}}}));
  REQUIRE(box.record(4, page::operation{notes::clear{}}));
  CHECK(parts_of(box) ==
        R"({"statebox":1,"last_modified":4,)"
        R"("value":{"lines":[],"tags":["t","u"],"weight":0.35},"queue":[)"
        R"({"one":[0,{"line":"b"}],"time":2},)"
        R"({"one":[1,{"what":["add","u"]}],"time":3},{"one":[2,"clear"],"time":4}])");
  check_round_trip(box);
}

TEST_CASE("blanks and line breaks between the parts may be others", "[json]") {
  statebox<libraries> box;
  REQUIRE(box.record(1, libraries::unite{"a b", numbers{1, 2}}));
  const auto read =
      read_json<statebox<libraries>>(nlohmann::json::parse(text_of(box)).dump(2) + '\n');
  CHECK(read.reason().empty());
  CHECK(*read == box);
}

TEST_CASE("the ends of the ranges come back", "[json]") {
  using limits = std::numeric_limits<std::int64_t>;
  using words = libsync::dictionary<std::uint64_t, std::int64_t>;
  statebox<words, stamp> box{{{0, limits::min()}, {std::numeric_limits<std::uint64_t>::max(), 1}},
                             {libsync::horizon, origin{std::numeric_limits<std::uint64_t>::max()}}};
  check_round_trip(box);
  check_round_trip(statebox<libsync::set<char>>{{'\x7f', '\0'}, limits::min()});
}
