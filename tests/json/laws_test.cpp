#include "libsync/json/statebox.hpp"

#include <string>
#include <utility>
#include <vector>

#include "support/boxes.hpp"
#include "support/catch.hpp"
#include "support/changes.hpp"
#include "support/json_place.hpp"
#include "support/many_cases.hpp"
#include "support/resealed.hpp"
#include "support/script.hpp"

namespace {

using libsync::read_json;
using libsync::stamp;
using libsync::statebox;
using libsync::write_json;
using nlohmann::json;

template <class Data>
using plain = statebox<Data>;
template <class Data>
using stamped = statebox<Data, stamp, 4>;

// What is read is the box that was written, or nothing.
template <class Box>
auto round_trips(auto any_change) {
  return [=] {
    auto choose = script::any(1);
    const auto box = boxes::any<Box>(choose, any_change);
    const auto text = write_json(box);
    RC_ASSERT(text.reason() == "");
    const auto read = read_json<Box>(*text);
    RC_ASSERT(read.reason() == "");
    RC_ASSERT(*read == box);
    RC_ASSERT(*write_json(*read) == *text);
  };
}

template <class Box>
auto survives_damage(auto any_change) {
  return [=] {
    auto choose = script::any(1);
    const auto box = boxes::any<Box>(choose, any_change);
    auto harm = script::any(0.3);
    const auto text = boxes::damaged(*write_json(box), harm, "0123456789-.eE[]{}\",:\\ antfu");
    const auto read = read_json<Box>(text);
    if (read)
      RC_ASSERT(*read == box);
    else
      RC_ASSERT(names_a_place(read.reason()));
  };
}

// Replaces, removes, doubles or moves some value in the tree.
void harm_tree(json& all, script& choose) {
  json* at = &all;
  while (at->is_structured() && !at->empty() && choose.below(6) != 0) {
    auto next = at->begin();
    std::advance(next, boxes::place_in(at->size(), choose));
    if (choose.below(12) == 11) {
      at->erase(next);
      return;
    }
    at = &*next;
  }
  switch (choose.below(9)) {
  default:
    *at = choose.below(9) - 2;
    break;
  case 1:
    *at = nullptr;
    break;
  case 2:
    *at = json::array({*at, *at});
    break;
  case 3:
    *at = "add";
    break;
  case 4:
    *at = 1e300;
    break;
  case 5:
    if (at->is_array())
      at->push_back(at->empty() ? json(1) : at->front());
    break;
  case 6:
    *at = json::object({{"one", json::array({"erase", 1})}});
    break;
  case 7:
    *at = json::array();
    break;
  }
}

// With right checksums there may be another box, but always one that is whole.
template <class Box>
auto survives_forgery(auto any_change) {
  return [=] {
    auto choose = script::any(1);
    auto all = json::parse(*write_json(boxes::any<Box>(choose, any_change)));
    auto harm = script::any(0.3);
    for (int times = 1 + harm.below(2); times > 0; --times)
      harm_tree(all, harm);
    const auto read = read_json<Box>(resealed(all));
    if (read) {
      RC_ASSERT(Box::from(read->to_parts()).reason() == "");
      const auto again = read_json<Box>(*write_json(*read));
      RC_ASSERT(again.reason() == "");
      RC_ASSERT(*again == *read);
    } else {
      RC_ASSERT(names_a_place(read.reason()));
    }
  };
}

libsync::composite<libsync::counter::operation> of_counter(script& choose) {
  const auto at = choose.below(9);
  return libsync::counter::increment::aged(choose.below(5) - 2, choose.below(5), at,
                                           choose.below(3));
}

} // namespace

TEST_CASE("boxes of every kind come back from JSON as they were", "[json][law]") {
  using changes::libraries, changes::nested, changes::numbers, libsync::dynamic, libsync::counter;
  check_law_often("sets", round_trips<plain<numbers>>(changes::of_set));
  check_law_often("sets, stamps", round_trips<stamped<numbers>>(changes::of_set));
  check_law_often("dictionaries, stamps", round_trips<stamped<nested>>(changes::of_nested));
  check_law_often("dynamic values", round_trips<plain<dynamic>>(changes::of_dynamic));
  check_law_often("counters, stamps", round_trips<stamped<counter>>(of_counter));
}

TEST_CASE("damaged JSON is refused with the place, or makes the same box", "[json][law]") {
  using changes::libraries, libsync::dynamic;
  check_law_often("dictionaries, stamps",
                  survives_damage<stamped<libraries>>(changes::of_dictionary));
  check_law_often("dynamic values", survives_damage<plain<dynamic>>(changes::of_dynamic));
}

TEST_CASE("forged JSON is refused with the place, or makes a whole box", "[json][law]") {
  using changes::libraries, libsync::dynamic;
  check_law_often("dictionaries, stamps",
                  survives_forgery<stamped<libraries>>(changes::of_dictionary));
  check_law_often("dynamic values", survives_forgery<plain<dynamic>>(changes::of_dynamic));
}
