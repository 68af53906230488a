#include "libsync/timers.hpp"

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "libsync/sequencer.hpp"
#include "support/catch.hpp"
#include "support/diary.hpp"
#include "support/record.hpp"

using diary::jot;
using libsync::client_id;

namespace {

constexpr libsync::epoch_id epoch{7};
using server = libsync::sequencer<diary::data, int>;

std::vector<std::int64_t> texts_of(const diary::data& all) {
  std::vector<std::int64_t> texts;
  for (const auto& one : all.entries)
    texts.push_back(one.text);
  return texts;
}

/// A sink that throws when it is told of a change, once.
struct throwing_record : server_record<diary::data> {
  bool throws = false;
  void changed(const libsync::change<diary::data>& what) {
    server_record<diary::data>::changed(what);
    if (std::exchange(throws, false))
      throw std::runtime_error("the server dies");
  }
};

} // namespace

TEST_CASE("a server submits what is due, by time, and in the order of setting", "[timers]") {
  server_record<diary::data> out;
  server order{{}, epoch};
  order.join(1, {}, 0, out);
  CHECK(!order.timers().next());
  REQUIRE(order.timers().set("late", 30, jot{3}));
  REQUIRE(order.timers().set("first", 20, jot{1}));
  REQUIRE(order.timers().set("second", 20, jot{2}));
  CHECK(order.timers().next() == 20);
  order.fire(19, out);
  CHECK(order.version() == 0);
  order.fire(25, out);
  order.flush(out);
  CHECK(texts_of(order.data()) == std::vector<std::int64_t>{1, 2});
  CHECK(order.data().entries[0] == diary::entry{1, client_id::server, 25, 1});
  CHECK(out.batches(1).size() == 1);
  CHECK(order.timers().next() == 30);
  order.fire(30, out);
  order.fire(40, out);
  CHECK(texts_of(order.data()) == std::vector<std::int64_t>{1, 2, 3});
}

TEST_CASE("a timer of the same name replaces one, and one that is cancelled does not fire",
          "[timers]") {
  server_record<diary::data> out;
  server order{{}, epoch};
  REQUIRE(order.timers().set("lot", 10, jot{1}));
  REQUIRE(order.timers().set("other", 20, jot{2}));
  REQUIRE(order.timers().set("lot", 20, jot{3}));
  CHECK(order.timers().size() == 2);
  order.fire(20, out);
  CHECK(texts_of(order.data()) == std::vector<std::int64_t>{2, 3}); // set last
  REQUIRE(order.timers().set("lot", 30, jot{4}));
  CHECK(order.timers().cancel("lot"));
  CHECK(!order.timers().cancel("lot"));
  order.fire(100, out);
  CHECK(order.version() == 2);
}

TEST_CASE("there are as many timers as the limit says", "[timers]") {
  server order{{}, epoch, {.timers = 2}};
  REQUIRE(order.timers().set("a", 1, jot{1}));
  REQUIRE(order.timers().set("b", 1, jot{1}));
  CHECK(order.timers().set("c", 1, jot{1}).reason() ==
        "2 timers are set, and that is the limit `timers`");
  CHECK(order.timers().set("b", 2, jot{2})); // not one more
}

TEST_CASE("an operation whose time has come may be refused, and is gone then", "[timers]") {
  server_record<diary::data> out;
  server order{{}, epoch};
  REQUIRE(order.timers().set("seven", 1, jot{7}));
  order.fire(1, out);
  CHECK(out.refusals == std::vector<std::string>{"it is a multiple of 7"});
  CHECK(order.timers().size() == 0);
}

TEST_CASE("timers outlive servers, and fire once where one dies as it fires", "[timers]") {
  throwing_record out;
  server order{{}, epoch};
  order.join(1, {}, 0, out);
  REQUIRE(order.timers().set("one", 10, jot{1}));
  REQUIRE(order.timers().set("two", 10, jot{2}));
  out.throws = true;
  CHECK_THROWS(order.fire(10, out)); // after the first was decided
  CHECK(order.timers().size() == 1);
  order.begin_epoch(libsync::epoch_id{8}, 11, out);
  CHECK(order.timers().next() == 10);
  order.fire(11, out);
  CHECK(texts_of(order.data()) == std::vector<std::int64_t>{1, 2});
  CHECK(!order.timers().next());
}
