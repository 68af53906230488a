// That stateboxes and updates are sent as they are.

#include "libsync/actors/inspect_statebox.hpp"

#include <string>
#include <vector>

#include "support/ask.hpp"
#include "support/catch.hpp"
#include "support/notes.hpp"
#include "support/sent_box.hpp"
#include "support/stamps.hpp"
#include "support/wire.hpp"

// What a user writes so that boxes may stand in messages.
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
using wire::bytes_of;
using wire::check_round_trip;
using wire::error_of;
using wire::read;
using wire::small;

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
  CHECK(read(whole, came).empty());
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
  libsync::testing::runtime system;
  const auto adds = [](caf::event_based_actor*, int number) -> caf::behavior {
    return {[number](const box& came) { return *came.modify(came.next(0), numbers::add{number}); }};
  };
  auto adder = system.system().spawn(adds, 2);
  const auto answer = ask<box>(system, adder, box{{1}, 5});
  REQUIRE(answer);
  CHECK(answer->value() == numbers{1, 2});
}
