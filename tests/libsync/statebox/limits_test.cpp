// Times, ages, counts and depths at the ends of their ranges.

#include <cstddef>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "libsync/statebox/dynamic.hpp"
#include "libsync/statebox/gossip.hpp"
#include "libsync/statebox/set.hpp"
#include "libsync/statebox/statebox.hpp"
#include "support/catch.hpp"

namespace {

using libsync::dynamic;
using libsync::horizon;
using libsync::origin;
using libsync::stamp;
using libsync::timestamp;
using numbers = libsync::set<int>;
using plain = libsync::statebox<numbers>;
using stamped = libsync::statebox<numbers, stamp>;

constexpr auto last = std::numeric_limits<timestamp>::max();
constexpr auto first = std::numeric_limits<timestamp>::min();

struct row {
  std::string what;
  std::function<std::string()> call;
  // What is wrong; empty if it is taken.
  std::string expected;
};

void check(const std::vector<row>& table) {
  for (const auto& one : table) {
    INFO(one.what);
    CHECK(one.call() == one.expected);
  }
}

template <class Call>
std::string thrown(Call call) {
  try {
    call();
  } catch (const std::exception& error) {
    return error.what();
  }
  return {};
}

// Why a change at the time `when` is refused by a box that was changed last at `before`.
std::function<std::string()> record(timestamp before, timestamp when) {
  return [=] {
    plain one{{}, before};
    return std::string{one.record(when, numbers::add{1}).reason()};
  };
}

std::function<std::string()> record(stamp before, stamp when) {
  return [=] {
    stamped one{{}, before};
    return std::string{one.record(when, numbers::add{1}).reason()};
  };
}

std::string beyond(timestamp time) {
  return std::to_string(time) + " lies beyond the horizon, 9007199254740991";
}

} // namespace

TEST_CASE("a time beyond the horizon is refused, unless it is the very next",
          "[statebox][limits]") {
  check({
      {"the first time of all", record(first, first), ""},
      {"the horizon", record(0, horizon), ""},
      {"one later", record(0, horizon + 1), "the time " + beyond(horizon + 1)},
      {"the last time of all", record(0, last), "the time " + beyond(last)},
      {"the same time, at the horizon", record(horizon, horizon), ""},
      {"the next time, at the horizon", record(horizon, horizon + 1), ""},
      {"one later, at the horizon", record(horizon, horizon + 2),
       "the time " + beyond(horizon + 2)},
      {"a stamp at never", record({first + 1, origin{1}}, {libsync::stamp::none, origin{1}}),
       "the time -9223372036854775808 of origin 1 is not newer than the last change, at "
       "-9223372036854775807 of origin 1"},
      {"a stamp at the horizon", record({0, origin{1}}, {horizon, origin{1}}), ""},
      {"a stamp one later", record({0, origin{1}}, {horizon + 1, origin{1}}),
       "the time 9007199254740992 of origin 1 lies beyond the horizon, 9007199254740991"},
      {"the next stamp, at the horizon", record({horizon, origin{1}}, {horizon + 1, origin{1}}),
       ""},
      {"a box that begins at the horizon", [] { return thrown([] {
                                                  plain{{}, horizon};
                                                }); }, ""},
      {"a box that begins later", [] { return thrown([] {
                                         plain{{}, horizon + 1};
                                       }); },
       "libsync::statebox: it begins beyond the horizon"},
      {"a box with stamps that begins later",
       [] { return thrown([] {
              stamped{{1}, stamp{last, origin{1}}};
            }); },
       "libsync::statebox: it begins beyond the horizon"},
      {"what is accepted at the last time",
       [] {
         return std::string{stamped{}.accept_loss({last, origin{1}}).reason()};
       },
       "the time 9223372036854775807 of origin 1 lies beyond the horizon, 9007199254740991"},
  });
}

TEST_CASE("a box that was changed at the horizon goes on, and so do its siblings",
          "[statebox][limits]") {
  stamped one;
  REQUIRE(one.record({horizon, origin{1}}, numbers::add{0}));
  for (int i = 1; i < 100; ++i) {
    REQUIRE(one.record(one.next(5, origin{2}), numbers::add{i}));
    const auto read = stamped::from(one.to_parts());
    REQUIRE(read.reason().empty());
    stamped other;
    REQUIRE(other.record({5, origin{3}}, numbers::add{-1}));
    REQUIRE(other.merge(*read)->value().size() == one.value().size() + 1);
  }
}

TEST_CASE("parts that lie beyond the horizon are no box", "[statebox][limits]") {
  const auto from = [](const auto& change) {
    return [=]() -> std::string {
      stamped one;
      static_cast<void>(one.record({5, origin{1}}, numbers::add{1}));
      auto parts = one.to_parts();
      change(parts);
      return stamped::from(parts).reason();
    };
  };
  check({
      {"as it is", from([](stamped::parts&) {}), ""},
      {"the last change at the last time",
       from([](stamped::parts& all) { all.last_modified.time = last; }),
       "last_modified: the time 9223372036854775807 of origin 1 lies beyond the horizon, "
       "9007199254740991"},
      {"an origin that was seen at the last time", from([](stamped::parts& all) {
         all.known.origins.push_back({origin{2}, last, libsync::stamp::none});
       }),
       "known: origins[1]: seen later than `last_modified`"},
      {"what was folded until the last time",
       from([](stamped::parts& all) { all.known.folded_until = last; }),
       "known: folded_until: later than `last_modified`"},
      {"what was cut at the last time", from([](stamped::parts& all) {
         all.known.cut = {last, origin{1}};
       }),
       "known: cut: later than `last_modified`"},
      {"a plain box at the last time",
       []() -> std::string {
         return plain::from({{}, last, {}, {}}).reason();
       },
       "last_modified: the time " + beyond(last)},
      {"a counter with an entry at the last time",
       []() -> std::string {
         return libsync::counter::of({{last, 1, 1}}).reason();
       },
       "entry 1 of the counter lies beyond the horizon"},
  });
}

TEST_CASE("boxes that were made up by somebody merge all the same, in few steps",
          "[statebox][limits]") {
  using small = libsync::statebox<numbers, stamp, 4>;
  // Origins that should have been folded, and groups that nobody else has.
  const auto made_up = [](std::uint64_t from, timestamp seen) {
    small::parts parts;
    parts.last_modified = {2 * horizon, origin{from}};
    for (std::uint64_t i = 0; i < 4; ++i)
      parts.known.origins.push_back({origin{from + i}, seen, seen});
    for (std::uint64_t i = 0; i < libsync::knowledge::most_groups; ++i)
      parts.known.groups.push_back({from + i, 2 * horizon});
    parts.known.folded_until = 2 * horizon;
    parts.known.cut = parts.last_modified;
    return *small::from(std::move(parts));
  };
  const std::vector<small> all{made_up(1, 5), made_up(9, 2 * horizon), made_up(20, first + 1)};
  const auto merged = small::merge(all);
  REQUIRE(merged.reason().empty());
  CHECK(merged->known().origins.size() <= 4);
  CHECK(merged->known().groups.size() <= libsync::knowledge::most_groups);
  CHECK(small::from(merged->to_parts()).reason().empty());
}

TEST_CASE("ages and counts are taken at the ends of their ranges", "[statebox][limits]") {
  plain all;
  for (int i = 1; i <= 5; ++i)
    REQUIRE(all.record(i, numbers::add{i}));
  const auto left = [&](timestamp age) {
    return [&all, age] { return std::to_string(all.expire(age).queue().size()); };
  };
  const auto kept = [&](std::ptrdiff_t count) {
    return [&all, count]() -> std::string {
      const auto fewer = all.truncate(count);
      return fewer ? std::to_string(fewer->queue().size()) : fewer.reason();
    };
  };
  const auto limits = [](std::optional<timestamp> age, std::size_t events) {
    return [=] {
      return thrown([&] {
        libsync::gossip<numbers, int> peer{{}, origin{1}, {.age = age, .events = events}};
        struct {
          void send(int, const std::shared_ptr<const stamped>&) {}
          void acknowledge(int) {}
          void ask_to_share() {}
          void changed(const stamped&) {}
        } out;
        for (int i = 0; i < 100; ++i)
          if (!peer.change(numbers::operation{numbers::add{i}}, i, out))
            throw std::logic_error("refused");
        if (peer.box().value().size() != 100 || peer.box().queue().size() > events)
          throw std::logic_error("the box is wrong");
      });
    };
  };
  constexpr auto most = std::numeric_limits<std::ptrdiff_t>::max();
  check({
      {"expire 0", left(0), "1"},
      {"expire 1", left(1), "2"},
      {"expire everything before the last time", left(last), "5"},
      {"expire -1", left(-1), "0"},
      {"expire the first time", left(first), "0"},
      {"truncate to 0", kept(0), "0"},
      {"truncate to 1", kept(1), "1"},
      {"truncate to the most", kept(most), "5"},
      {"truncate to -1", kept(-1), "truncate to -1 events, expected 0 or more"},
      {"truncate to the least", kept(std::numeric_limits<std::ptrdiff_t>::min()),
       "truncate to -9223372036854775808 events, expected 0 or more"},
      {"earlier than the first time", [] { return std::to_string(libsync::earlier_by(first, 1)); },
       std::to_string(first)},
      {"later than the last time", [] { return std::to_string(libsync::earlier_by(last, -1)); },
       std::to_string(last)},
      {"peers that keep events for no time", limits(0, 1'000), ""},
      {"peers that keep events for ever", limits(last, 1'000), ""},
      {"peers of negative age", limits(-1, 1'000),
       "libsync::gossip_limits: `age` is -1, expected at least 0"},
      {"peers of no event", limits({}, 0),
       "libsync::gossip_limits: `events` is 0, expected at least 1"},
      {"peers of one event", limits({}, 1), ""},
      {"peers of any number of events", limits({}, std::numeric_limits<std::size_t>::max()), ""},
  });
}

namespace {

using dynamic_box = libsync::statebox<dynamic>;
using list = dynamic_box::what::list;

dynamic_box::what one_level(dynamic_box::what what) {
  return list{std::move(what)};
}

// So many lists, values in values, or updates in updates, in each other.
dynamic_box::what lists(int depth) {
  dynamic_box::what what = dynamic_box::operation{dynamic::elements::add{1}};
  for (int i = 0; i < depth; ++i)
    what = one_level(std::move(what));
  return what;
}

dynamic_box::what values(int depth) {
  dynamic value = 1;
  for (int i = 0; i < depth; ++i)
    value = i % 2 == 0 ? dynamic{dynamic::elements{value}} : dynamic{dynamic::pairs{{1, value}}};
  return dynamic_box::operation{dynamic::pairs::store{1, value}};
}

dynamic_box::what updates(int depth) {
  dynamic_box::what what = dynamic_box::operation{dynamic::elements::add{1}};
  for (int i = 0; i < depth; ++i)
    what = dynamic_box::operation{dynamic::pairs::update{1, one_level(std::move(what))}};
  return what;
}

std::function<std::string()> nest(const dynamic_box::what& what) {
  return [=] {
    dynamic_box one;
    return std::string{one.record(1, what).reason()};
  };
}

std::function<std::string()> count(const libsync::counter::increment& op) {
  return [=] {
    libsync::statebox<libsync::counter> one;
    return std::string{one.record(1, op).reason()};
  };
}

} // namespace

TEST_CASE("operations nested too deep in lists and values are refused", "[statebox][limits]") {
  const std::string too_deep = "lists, sets and dictionaries lie in each other more than 64 deep";
  check({
      {"no list", nest(lists(0)), ""},
      {"lists up to the limit", nest(lists(64)), ""},
      {"one more", nest(lists(65)), too_deep},
      {"very many", nest(lists(5'000)), too_deep},
      {"values up to the limit", nest(values(64)), ""},
      {"one more value", nest(values(65)), too_deep},
      {"updates up to the limit", nest(updates(64)), ""},
      {"one more update", nest(updates(65)), too_deep},
      {"a list that is read",
       []() -> std::string {
         return dynamic_box::from({{}, 1, {{1, lists(65)}}, {}}).reason();
       },
       "queue[0]: " + too_deep},
  });
}

TEST_CASE("an increment beyond the horizon does not let all others vanish", "[statebox][limits]") {
  const std::string beyond_it = "a time of a counter lies beyond the horizon";
  check({
      {"the last time", count({libsync::stamp::none, last, 1, 1}), beyond_it},
      {"accumulated until the last time", count({last, 1, 1, 1}), beyond_it},
      {"the horizon", count({horizon, horizon, 1, 1}), ""},
      {"nothing is accumulated", count({libsync::stamp::none, 1, 1, 1}), ""},
      {"the first times", count({first + 1, first, 1, 1}), ""},
  });
}
