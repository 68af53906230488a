#include "libsync/statebox/statebox.hpp"

#include <limits>
#include <string>
#include <utility>

#include "libsync/statebox/dictionary.hpp"
#include "libsync/statebox/dynamic.hpp"
#include "libsync/statebox/set.hpp"

#include "support/catch.hpp"
#include "support/counted.hpp"
#include "support/stamps.hpp"

namespace {

using libsync::dynamic;
using libsync::dynamic_operation;
using libsync::origin;
using libsync::stamp;
using libsync::statebox;
using stamps::when;
using numbers = libsync::set<int>;
using box = statebox<numbers>;
using stamped = statebox<numbers, stamp>;
using pairs = dynamic::pairs;

// Refuses negative numbers; counts how often it is copied.
struct copied {
  using operation = int;
  static inline int copies = 0;
  copied() = default;
  copied(const copied& other) : sum(other.sum) { ++copies; }
  copied& operator=(const copied& other) {
    sum = other.sum;
    ++copies;
    return *this;
  }
  copied(copied&&) = default;
  copied& operator=(copied&&) = default;
  ~copied() = default;
  int sum = 0;
};
bool reduce(copied& data, int by) {
  if (by < 0)
    return false;
  data.sum += by;
  return true;
}

} // namespace

TEST_CASE("a new box has its value, its time and an empty queue", "[statebox]") {
  const box one{{1, 2}, 7};
  CHECK(one.value() == numbers{1, 2});
  CHECK(one.last_modified() == 7);
  CHECK(one.queue().empty());
}

TEST_CASE("a new box without a time begins now", "[statebox]") {
  const auto before = libsync::process_clock().now();
  CHECK(box{numbers{1}}.last_modified() >= before);
  const stamped other{numbers{1}, origin{5}};
  CHECK(other.last_modified().time >= before);
  CHECK(other.last_modified().by == origin{5});
}

TEST_CASE("modify applies an operation and queues it", "[statebox]") {
  const auto one = *box{{1}, 0}.modify(3, numbers::add{2});
  CHECK(one.value() == numbers{1, 2});
  CHECK(one.last_modified() == 3);
  REQUIRE(one.queue().size() == 1);
  CHECK(one.queue()[0] == box::event{3, numbers::add{2}});
}

TEST_CASE("modify refuses what is older than the last change, and says both times", "[statebox]") {
  auto one = *box{{}, 0}.modify(3, numbers::add{2});
  const auto before = one;
  CHECK(one.modify(2, numbers::add{1}).reason() ==
        "the time 2 is older than the last change, at 3");
  const auto in_place = static_cast<box&&>(one).modify(2, numbers::add{1});
  CHECK_FALSE(in_place);
  CHECK(one == before); // NOLINT(clang-analyzer-cplusplus.Move): a refusal leaves it
}

TEST_CASE("plain times may be equal, stamps may not", "[statebox]") {
  CHECK(box{{}, 3}.modify(3, numbers::add{2}));
  const stamped one{numbers{}, when(3, 5)};
  CHECK(one.modify(when(3, 5), numbers::add{2}).reason() ==
        "the time 3 of origin 5 is not newer than the last change, at 3 of origin 5");
  CHECK_FALSE(one.modify(when(3, 4), numbers::add{2}));
  CHECK(one.modify(when(3, 6), numbers::add{2}));
  CHECK(one.modify(when(4, 1), numbers::add{2}));
  CHECK_FALSE(stamped{}.modify(when(libsync::stamp::none, 9), numbers::add{2}));
}

TEST_CASE("without a time, modify takes the present or what follows the last change",
          "[statebox]") {
  const box late{{}, 5'000'000'000'000'000};
  CHECK(late.modify(numbers::add{1})->last_modified() == 5'000'000'000'000'001);
  const auto before = libsync::process_clock().now();
  CHECK(box{{}, 0}.modify(numbers::add{1})->last_modified() >= before);
  const stamped other{numbers{}, when(5'000'000'000'000'000, 1)};
  CHECK(other.modify(origin{2}, numbers::add{1})->last_modified() ==
        when(5'000'000'000'000'001, 2));
}

TEST_CASE("the next time never overflows", "[statebox]") {
  constexpr auto last = libsync::horizon;
  CHECK(box{{}, 10}.next(4) == 11);
  CHECK(box{{}, 10}.next(40) == 40);
  CHECK(box{{}, last}.next(4) == last + 1);
  const auto latest = std::numeric_limits<int>::max();
  CHECK(statebox<numbers, int>{{}, latest}.next(4) == latest);
  CHECK(stamped{numbers{}, when(10, 3)}.next(4, origin{2}) == when(11, 2));
}

TEST_CASE("modify leaves the original as it was, and on an rvalue works in place", "[statebox]") {
  const statebox<copied> one{copied{}, 0};
  copied::copies = 0;
  auto two = *one.modify(1, 5);
  CHECK(copied::copies == 1);
  CHECK(one.value().sum == 0);
  CHECK(one.queue().empty());
  copied::copies = 0;
  for (int i = 2; i < 100; ++i)
    two = *std::move(two).modify(i, 1);
  CHECK(copied::copies == 0);
  CHECK(two.value().sum == 103);
  CHECK(two.queue().size() == 99);
}

TEST_CASE("a list of operations is one event, wholly or not at all", "[statebox]") {
  using change = statebox<copied>::what;
  statebox<copied> one{copied{}, 0};
  REQUIRE(one.record(1, change::list{1, 2}));
  CHECK(one.queue().size() == 1);
  CHECK(one.value().sum == 3);
  CHECK(one.record(2, change::list{4, change::list{5, -1}}).reason() ==
        "operation 2 of 2: operation 2 of 2: refused");
  CHECK(one.queue().size() == 1);
  CHECK(one.value().sum == 3);
  CHECK(one.last_modified() == 1);
  CHECK(one.record(2, change::list{}));
  CHECK(one.queue().size() == 2);
}

TEST_CASE("a list for data that never refuse is done in place", "[statebox]") {
  static_assert(libsync::never_refuses<numbers>);
  static_assert(libsync::never_refuses<libsync::dictionary<int, numbers>>);
  static_assert(!libsync::never_refuses<dynamic>);
  static_assert(!libsync::never_refuses<copied>);
  box one{{}, 0};
  REQUIRE(one.record(1, box::what::list{numbers::add{1}, numbers::remove{1}, numbers::add{2}}));
  CHECK(one.value() == numbers{2});
}

TEST_CASE("an operation that the value refuses changes nothing", "[statebox]") {
  statebox<dynamic> one{dynamic{1}, 0};
  const auto before = one;
  CHECK(one.record(1, dynamic_operation{pairs::store{"k", 1}}).reason() ==
        "expected a dictionary, found an integer");
  CHECK(one == before); // NOLINT(clang-analyzer-cplusplus.Move): a refusal leaves it
}

TEST_CASE("expire drops what is older than an age before the last change", "[statebox]") {
  box one{{}, 0};
  for (int i = 1; i <= 5; ++i)
    REQUIRE(one.record(i, numbers::add{i}));
  CHECK(one.expire(2).queue().size() == 3);
  CHECK(one.expire(2).queue().front().time == 3);
  CHECK(one.expire(2).value() == one.value());
  CHECK(one.expire(0).queue().size() == 1);
  CHECK(one.expire(-1).queue().empty());
  CHECK(one.expire(std::numeric_limits<libsync::timestamp>::max()) == one);
  CHECK(one.expire(std::numeric_limits<libsync::timestamp>::min()).queue().empty());
  CHECK(one.queue().size() == 5);
}

TEST_CASE("truncate keeps the newest events", "[statebox]") {
  box one{{}, 0};
  for (int i = 1; i <= 5; ++i)
    REQUIRE(one.record(i, numbers::add{i}));
  CHECK(one.truncate(2)->queue().size() == 2);
  CHECK(one.truncate(2)->queue().front().time == 4);
  CHECK(*one.truncate(5) == one);
  CHECK(*one.truncate(99) == one);
  CHECK(one.truncate(0)->queue().empty());
  CHECK(one.truncate(-1).reason() == "truncate to -1 events, expected 0 or more");
}

TEST_CASE("a box is empty if its value is", "[statebox]") {
  CHECK(box{{}, 0}.is_empty());
  CHECK_FALSE(box{{1}, 0}.is_empty());
  CHECK(statebox<dynamic>{dynamic{}, 0}.is_empty());
  CHECK_FALSE(statebox<dynamic>{dynamic{0}, 0}.is_empty());
}

TEST_CASE("a box is made again from its parts", "[statebox]") {
  stamped one{numbers{1}, when(1, 1)};
  for (int i = 2; i < 9; ++i)
    REQUIRE(one.record(when(i, 2), numbers::add{i}));
  one = *std::move(one).truncate(3);
  CHECK(*stamped::from(one.to_parts()) == one);
  CHECK(*stamped::from(stamped{one}.to_parts()) == one);
}

TEST_CASE("parts that are no box are refused, and the place is named", "[statebox]") {
  box plain{{}, 1};
  REQUIRE(plain.record(2, numbers::add{1}));
  REQUIRE(plain.record(3, numbers::add{2}));
  auto parts = plain.to_parts();
  std::swap(parts.queue[0], parts.queue[1]);
  CHECK(box::from(parts).reason() == "queue[1]: its time 2 does not come after the one before it");
  parts = plain.to_parts();
  parts.last_modified = 2;
  CHECK(box::from(parts).reason() == "queue[1]: its time 3 is after `last_modified`");

  stamped one{numbers{}, when(1, 1)};
  REQUIRE(one.record(when(2, 2), numbers::add{1}));
  auto more = one.to_parts();
  more.queue.push_back(more.queue.back());
  CHECK(stamped::from(more).reason() ==
        "queue[1]: its time 2 of origin 2 does not come after the one before it");
  more = one.to_parts();
  more.known.origins.clear();
  CHECK(stamped::from(more).reason() == "queue[0]: is not among what is known to be seen");
  more = one.to_parts();
  more.known.origins[0].dropped = 3;
  CHECK(stamped::from(more).reason() ==
        "known: origins[0]: dropped at a time at which nothing was seen");
}

TEST_CASE("a box with stamps cannot begin before all events", "[statebox]") {
  CHECK_THROWS_AS(stamped(numbers{1}, when(libsync::stamp::none, 1)), std::invalid_argument);
}

TEST_CASE("times may be of any type that is ordered", "[statebox]") {
  using named = statebox<numbers, std::string>;
  const named one{{}, "a"};
  const auto left = *one.modify("b", numbers::add{1});
  const auto right = *one.modify("c", numbers::remove{1});
  CHECK(left.merge(right)->value().empty());
  CHECK(left.merge(right)->last_modified() == "c");
  CHECK(left.modify("a", numbers::add{1}).reason() ==
        "the time a is older than the last change, at b");
}
