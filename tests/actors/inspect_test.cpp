#include "libsync/actors/detail/caf/bytes.hpp"
#include "libsync/actors/inspect_statebox.hpp"

#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "support/boxes.hpp"
#include "support/catch.hpp"
#include "support/changes.hpp"
#include "support/deterministic.hpp"
#include "support/many_cases.hpp"
#include "support/notes.hpp"
#include "support/stamps.hpp"
#include "support/wire.hpp"

// What a user writes so that notes can be sent.
namespace notes {

template <class Inspector>
auto inspect(Inspector& with, write& op) {
  return wire::members(with, op.line);
}

template <class Inspector>
auto inspect(Inspector& with, tag& op) {
  return wire::members(with, op.what);
}

template <class Inspector>
auto inspect(Inspector& with, page& data) {
  return wire::members(with, data.lines, data.tags, data.weight);
}

} // namespace notes

// And for boxes that stand in messages.
#if LIBSYNC_CAF_VERSION >= 18
using box_of_libraries =
    libsync::statebox<libsync::dictionary<std::string, libsync::set<int>>, libsync::stamp>;
using box_of_numbers = libsync::statebox<libsync::set<int>>;
CAF_BEGIN_TYPE_ID_BLOCK(boxes, 1400)
CAF_ADD_TYPE_ID(boxes, (box_of_libraries))
CAF_ADD_TYPE_ID(boxes, (box_of_numbers))
CAF_END_TYPE_ID_BLOCK(boxes)
static const bool boxes_are_known = (caf::core::init_global_meta_objects(),
                                     caf::init_global_meta_objects<caf::id_block::boxes>(), true);
#endif

namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using libsync::counter;
using libsync::dynamic;
using libsync::dynamic_operation;
using libsync::origin;
using libsync::stamp;
using libsync::statebox;
using numbers = libsync::set<int>;
using libraries = libsync::dictionary<std::string, numbers>;
using wire::bytes;

std::string text_of(const caf::error& why) {
  return why ? libsync::detail::compat::place_and_reason(why).second : "";
}

template <class T>
bytes bytes_of(T value) {
  bytes into;
  CHECK(text_of(wire::writer{into}.put(value)).empty());
  return into;
}

template <class T>
std::string read(const bytes& from, T& into) {
  return text_of(wire::reader{from}.get(into));
}

template <class T>
std::string error_of(const bytes& from) {
  T into{};
  return read(from, into);
}

template <class Box>
void check_round_trip(const Box& box) {
  Box came;
  CHECK(read(bytes_of(box), came) == "");
  CHECK(came == box);
}

// What was sent of a box, part by part, to be changed and sent with right checksums.
struct sent_box {
  std::uint8_t form = 0;
  std::vector<std::string> parts;

  explicit sent_box(const bytes& from) {
    wire::reader reader{from};
    REQUIRE_FALSE(reader.get(form));
    while (reader.remaining() > 0) {
      std::uint32_t sum = 0;
      REQUIRE_FALSE(reader.get(sum, parts.emplace_back()));
    }
  }

  [[nodiscard]] bytes sealed() {
    bytes into;
    wire::writer to{into};
    std::uint32_t sum = 0;
    CHECK_FALSE(to.put(form));
    for (auto& part : parts) {
      sum = libsync::detail::crc32(part, sum);
      CHECK_FALSE(to.put(sum, part));
    }
    return into;
  }
};

enum part : std::size_t { last_modified, value, queue, known };

template <class Box>
Box small() {
  Box box;
  for (int i = 1; i < 4; ++i) {
    if constexpr (std::is_same_v<decltype(box.last_modified()), stamp>)
      REQUIRE(box.record({i, origin{5}}, numbers::add{i}));
    else
      REQUIRE(box.record(i, numbers::add{i}));
  }
  return box;
}

} // namespace

TEST_CASE("boxes of ready-made data are sent as they are", "[inspect]") {
  check_round_trip(statebox<numbers>{});
  check_round_trip(small<statebox<numbers>>());
  check_round_trip(small<statebox<numbers, stamp>>());
}

TEST_CASE("a mark that something was forgotten is sent", "[inspect]") {
  check_round_trip(stamps::forgotten());
}

TEST_CASE("every operation of a dictionary is sent", "[inspect]") {
  statebox<libraries> box;
  for (const libraries::operation& op : std::vector<libraries::operation>{
           libraries::store{"a", {1, 2}}, libraries::erase_pair{"b", {}}, libraries::erase{"c"},
           libraries::merge{libraries{{"d", {}}, {"e", {3}}}}, libraries::unite{"c", numbers{9}},
           libraries::subtract{"a", numbers{1}},
           libraries::update{"a", numbers::operation{numbers::subtract{numbers{9}}}}})
    REQUIRE(box.record(box.next(0), op));
  check_round_trip(box);
}

TEST_CASE("dynamic values and counters are sent", "[inspect]") {
  using pairs = dynamic::pairs;
  statebox<dynamic> box{pairs{{"s", dynamic::elements{1, "two", dynamic::elements{3}}},
                              {"c", *counter::of({{1, std::nullopt, 5}, {2, 3, 4}})},
                              {"e", dynamic{}},
                              {4, pairs{{"deep", "\xff"}}}},
                        1};
  REQUIRE(box.record(2, dynamic_operation{pairs::store{"n", dynamic::elements{7}}}));
  REQUIRE(box.record(
      3, dynamic_operation{pairs::update{"c", dynamic_operation{counter::increment{1, 2, 3, 4}}}}));
  REQUIRE(box.record(4, statebox<dynamic>::what::list{}));
  check_round_trip(box);
}

TEST_CASE("data of a user are sent by the user's inspect", "[inspect]") {
  using notes::page;
  statebox<page, stamp> box{page{{"a"}, {"t"}, 0.25}, {1, origin{1}}};
  REQUIRE(box.record({2, origin{2}}, page::operation{notes::write{"b"}}));
  REQUIRE(
      box.record({3, origin{2}}, page::operation{notes::tag{libsync::set<std::string>::add{"u"}}}));
  REQUIRE(box.record({4, origin{3}}, page::operation{notes::clear{}}));
  check_round_trip(box);
}

TEST_CASE("an update is sent, and refused if it is cut off", "[inspect]") {
  using box = statebox<numbers, stamp>;
  const auto told = libsync::update_for(small<box>(), {});
  const auto whole = bytes_of(told);
  libsync::update<numbers> came;
  CHECK(read(whole, came) == "");
  CHECK(came.last_modified == told.last_modified);
  CHECK(came.queue == told.queue);
  CHECK(came.known == told.known);
  CHECK(libsync::apply_update(box{}, came)->value() == numbers{1, 2, 3});
  for (std::size_t size = 0; size < whole.size(); ++size)
    REQUIRE_THAT(error_of<libsync::update<numbers>>(
                     bytes(whole.begin(), whole.begin() + static_cast<int>(size))),
                 StartsWith("update: "));
}

TEST_CASE("a box in a message gets from one actor system to another", "[inspect]") {
  using box = statebox<libraries, stamp>;
#if LIBSYNC_CAF_VERSION < 18
  struct config : caf::actor_system_config {
    config() { add_message_type<box>("box of libraries"); }
  };
#else
  using config = caf::actor_system_config;
#endif
  box sent;
  REQUIRE(sent.record({1, origin{2}}, libraries::unite{"a", numbers{1}}));
  bytes bytes;
  {
    config of_sender;
    caf::actor_system sender{of_sender};
    REQUIRE_FALSE(wire::writer{sender, bytes}.put(caf::make_message(sent)));
  }
  config of_receiver;
  caf::actor_system receiver{of_receiver};
  caf::message came;
  REQUIRE_FALSE(wire::reader{receiver, bytes}.get(came));
  REQUIRE(came.match_elements<box>());
  CHECK(came.get_as<box>(0) == sent);
}

TEST_CASE("an actor gets a box by value", "[inspect]") {
  using box = statebox<numbers>;
  deterministic system;
  const auto adds = [](caf::event_based_actor*, int number) -> caf::behavior {
    return {[number](const box& came) { return *came.modify(came.next(0), numbers::add{number}); }};
  };
  auto adder = system.system().spawn(adds, 2);
  const auto answer = system.ask<box>(adder, box{{1}, 5});
  REQUIRE(answer);
  CHECK(answer->value() == numbers{1, 2});
}

TEST_CASE("a box that is cut off is refused wherever that is, and nothing is changed",
          "[inspect]") {
  using box = statebox<numbers, stamp>;
  const auto whole = bytes_of(small<box>());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    box into{{9}, {9, origin{9}}};
    const auto before = into;
    const auto error = read(bytes(whole.begin(), whole.begin() + static_cast<int>(size)), into);
    REQUIRE_THAT(error, StartsWith("statebox: "));
    REQUIRE_THAT(error, Contains(": it ends too early"));
    REQUIRE(into == before);
  }
}

TEST_CASE("any byte that is changed is told, and in which part", "[inspect]") {
  using box = statebox<numbers>;
  const auto whole = bytes_of(small<box>());
  for (std::size_t i = 0; i < whole.size(); ++i) {
    auto changed = whole;
    changed[i] = static_cast<char>(changed[i] ^ 0x10);
    REQUIRE_THAT(error_of<box>(changed), StartsWith("statebox: "));
  }
  auto changed = whole;
  changed.back() = 77; // the last byte of the last operation
  CHECK_THAT(error_of<box>(changed), StartsWith("statebox: queue: its 43 bytes are not what was"));
  changed.front() = 2;
  CHECK(error_of<box>(changed) == "statebox: form: it is 2, expected 1");
}

TEST_CASE("an error tells what a part should be, with the place and the byte", "[inspect]") {
  using box = statebox<numbers, stamp>;
  const auto error_with = [](part which, std::size_t at, char byte) {
    sent_box sent{bytes_of(small<box>())};
    sent.parts[which].at(at) = byte;
    return error_of<box>(sent.sealed());
  };
  CHECK(error_with(value, 0, 4) == "statebox: value[3]: at byte 13 of 13: it ends too early");
  CHECK(error_with(value, 0, 2) == "statebox: value: at byte 9 of 13: expected its end");
  CHECK(error_with(value, 8, 1) == "statebox: value[1]: at byte 9 of 13: it is in the set already");
  CHECK(error_with(queue, 17, 2) ==
        "statebox: queue[0].what: at byte 18 of 67: found the kind 2, expected one below 2");
  CHECK(error_with(queue, 18, 9) ==
        "statebox: queue[0].what: at byte 19 of 67: found the kind 9, expected one below 4");
  CHECK_THAT(error_with(queue, 8, 3), StartsWith("statebox: queue[1]: its time 2 of origin 5 does "
                                                 "not come after the one before it"));
  CHECK_THAT(error_with(known, 0, 0), StartsWith("statebox: known"));
}

TEST_CASE("a huge length takes no memory", "[inspect]") {
  sent_box sent{bytes_of(small<statebox<numbers>>())};
  sent.parts[queue] = "\xff\xff\xff\xff\x0f"; // 2^32 - 1 events
  CHECK(error_of<statebox<numbers>>(sent.sealed()) ==
        "statebox: queue[0].time: at byte 5 of 5: it ends too early");
  const bytes long_part{1, 0, 0, 0, 0, '\xff', '\xff', '\xff', '\xff', '\x0f', 1};
  CHECK(error_of<statebox<numbers>>(long_part) == "statebox: last_modified: it ends too early");
}

TEST_CASE("a length of too many bytes is refused before it is shifted away", "[inspect]") {
  using box = statebox<libsync::set<std::string>>;
  const std::string endless(40, '\xff');
  const std::string five_bytes{"\xff\xff\xff\xff\x10", 5}; // the last one begins the 33rd bit
  const auto head = bytes{1, 0, 0, 0, 0};                  // the form, and a checksum
  auto damaged = head;
  damaged.insert(damaged.end(), endless.begin(), endless.end());
  CHECK(error_of<box>(damaged) == "statebox: last_modified: found a length of more than 5 bytes");
  damaged = head;
  damaged.insert(damaged.end(), five_bytes.begin(), five_bytes.end());
  CHECK(error_of<box>(damaged) == "statebox: last_modified: found a length of more than 32 bits");

  sent_box sent{bytes_of(box{})};
  sent.parts[value] = endless; // how many elements
  CHECK(error_of<box>(sent.sealed()) ==
        "statebox: value: at byte 5 of 40: found a length of more than 5 bytes");
  sent.parts[value] = std::string(1, '\1') + endless; // how long the element is
  CHECK(error_of<box>(sent.sealed()) ==
        "statebox: value[0]: at byte 6 of 41: found a length of more than 5 bytes");
  sent.parts[value] = std::string(1, '\1') + five_bytes;
  CHECK(error_of<box>(sent.sealed()) ==
        "statebox: value[0]: at byte 6 of 6: found a length of more than 32 bits");

  // Lengths that a user's inspect lets CAF read.
  sent_box of_user{bytes_of(statebox<notes::page, stamp>{})};
  of_user.parts[value] = endless;
  CHECK(error_of<statebox<notes::page, stamp>>(of_user.sealed()) ==
        "statebox: value: at byte 5 of 40: found a length of more than 5 bytes");
  of_user.parts[value] = std::string(1, '\1') + endless;
  CHECK(error_of<statebox<notes::page, stamp>>(of_user.sealed()) ==
        "statebox: value: at byte 6 of 41: found a length of more than 5 bytes");
}

TEST_CASE("a value nested too deep is neither sent nor read", "[inspect]") {
  using box = statebox<dynamic>;
  dynamic deep = 1;
  for (int i = 0; i < libsync::most_nested; ++i)
    deep = dynamic::elements{deep};
  check_round_trip(box{deep, 1});
  bytes into;
  box deeper{dynamic::elements{deep}, 1};
  const auto error = text_of(wire::writer{into}.put(deeper));
  CHECK_THAT(error, StartsWith("statebox: value[0][0]"));
  CHECK_THAT(error, Contains("[0]: nested deeper than 200"));

  sent_box sent{bytes_of(box{})};
  sent.parts[value].clear();
  for (int i = 0; i < 1'000'000; ++i)
    sent.parts[value] += "\x02\x01"; // a set of one element
  CHECK_THAT(error_of<box>(sent.sealed()), Contains("at byte 401 of 2000000: nested deeper"));
  check_round_trip(box{deep, 1}); // the count is back
}

namespace {

template <class Box>
auto survives_damage(auto any_change) {
  return [=] {
    auto choose = script::any(1);
    const auto box = boxes::any<Box>(choose, any_change);
    const auto sent = bytes_of(box);
    auto harm = script::any(0.3);
    const auto harmed =
        boxes::damaged({sent.begin(), sent.end()}, harm, std::string_view{"\0\1\2\xff\x7f", 5});
    Box came;
    const auto error = read({harmed.begin(), harmed.end()}, came);
    RC_ASSERT(came == (error.empty() ? box : Box{}));
    if (!error.empty())
      RC_ASSERT(error.starts_with("statebox: "));
  };
}

// With right checksums there may be another box, but always one that is whole.
template <class Box>
auto survives_forgery(auto any_change) {
  return [=] {
    auto choose = script::any(1);
    sent_box sent{bytes_of(boxes::any<Box>(choose, any_change))};
    auto harm = script::any(0.3);
    auto& harmed = sent.parts[boxes::place_in(sent.parts.size(), harm)];
    harmed = boxes::damaged(harmed, harm, std::string_view{"\0\1\2\3\4\xff\x7f", 7});
    Box came;
    const auto error = read(sent.sealed(), came);
    if (!error.empty()) {
      RC_ASSERT(error.starts_with("statebox: "));
    } else {
      RC_ASSERT(Box::from(came.to_parts()).reason() == "");
      Box again;
      RC_ASSERT(read(bytes_of(came), again) == "");
      RC_ASSERT(again == came);
    }
  };
}

} // namespace

TEST_CASE("damaged boxes are refused with the place, or are the same", "[inspect][law]") {
  using stamped = statebox<changes::libraries, stamp, 4>;
  check_law_often("dictionaries, stamps", survives_damage<stamped>(changes::of_dictionary));
  check_law_often("dynamic values", survives_damage<statebox<dynamic>>(changes::of_dynamic));
}

TEST_CASE("forged boxes are refused with the place, or are whole", "[inspect][law]") {
  using stamped = statebox<changes::libraries, stamp, 4>;
  check_law_often("dictionaries, stamps", survives_forgery<stamped>(changes::of_dictionary));
  check_law_often("dynamic values", survives_forgery<statebox<dynamic>>(changes::of_dynamic));
}
