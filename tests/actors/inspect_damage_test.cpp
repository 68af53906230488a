// That bytes of boxes which are damaged, or made by somebody else, are refused with the place.

#include "libsync/actors/inspect_statebox.hpp"

#include <cstddef>
#include <string>
#include <string_view>

#include "support/boxes.hpp"
#include "support/catch.hpp"
#include "support/changes.hpp"
#include "support/many_cases.hpp"
#include "support/notes.hpp"
#include "support/script.hpp"
#include "support/sent_box.hpp"
#include "support/wire.hpp"

namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using libsync::dynamic;
using libsync::origin;
using libsync::stamp;
using libsync::statebox;
using numbers = libsync::set<int>;
using wire::bytes;
using wire::bytes_of;
using wire::check_round_trip;
using wire::error_of;
using wire::read;
using wire::sent_box;
using wire::small;
using wire::text_of;

enum part : std::size_t { last_modified, value, queue, known };

} // namespace

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
