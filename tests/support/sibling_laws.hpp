#pragma once

/// What every store of siblings must do, with any kind of rows: `connect()` returns another
/// connection to what is kept in a test.

#include <compare>
#include <optional>
#include <string>
#include <vector>

#include "libsync/siblings.hpp"
#include "libsync/storage_error.hpp"
#include "support/catch.hpp"

namespace siblings {

using words = libsync::set<std::string>;
using libsync::sibling_ids;
using libsync::sibling_row;
using libsync::storage_error;
using libsync::storage_failure;

/// At most two names, so that not every replay is taken.
struct couple {
  struct join {
    std::string name;
    friend auto operator<=>(const join&, const join&) = default;
    friend constexpr bool independent(const join&) { return true; }
  };
  using operation = join;

  std::vector<std::string> names;

  friend bool operator==(const couple&, const couple&) = default;
  friend libsync::outcome reduce(couple& data, const join& op) {
    if (data.names.size() >= 2)
      return libsync::refused(op.name + " is one too many");
    data.names.push_back(op.name);
    return libsync::accepted();
  }
  friend void to_json(nlohmann::json& to, const couple& from) { to = from.names; }
  friend void from_json(const nlohmann::json& from, couple& to) { from.get_to(to.names); }
  friend void to_json(nlohmann::json& to, const join& from) { to = from.name; }
  friend void from_json(const nlohmann::json& from, join& to) { from.get_to(to.name); }
};

inline std::string list(const words& all) {
  std::string text;
  for (const auto& one : all)
    text += (text.empty() ? "" : " ") + one;
  return text;
}

/// Returns the words of a box, or why there is none.
template <class Result>
std::string said(const Result& box) {
  return box ? list(box->value()) : box.reason();
}

/// Returns the error of a call, which must fail.
template <class Call>
storage_error failure(Call call) {
  try {
    call();
  } catch (const storage_error& error) {
    return error;
  }
  return {storage_failure::other, "it did not fail"};
}

template <class Connect>
void check_rows(Connect connect) {
  auto one = connect();
  auto other = connect();
  const sibling_row a{"a", "1", 1};
  const sibling_row b{"b", "2", 2};
  const sibling_row c{"c", "3", ~std::uint32_t{0}};
  SECTION("what is put at a key is read by all, in the order of ids, to the byte") {
    const std::string odd{"k\0\xff\"", 4};
    const sibling_row bytes{std::string{"\0\xfe", 2}, std::string{"\0'\xff", 3}, 7};
    one.put_beside(odd, {}, b);
    one.put_beside(odd, {}, a);
    other.put_beside(odd, {}, bytes);
    CHECK(one.read(odd) == std::vector{bytes, a, b});
    CHECK(other.read(odd) == one.read(odd));
    CHECK(other.read("k").empty());
    CHECK(one.read("").empty());
  }
  SECTION("siblings are replaced only if they are those that were read") {
    CHECK_FALSE(one.replace("k", {"a"}, &b));
    CHECK(one.replace("k", {}, &a));
    CHECK_FALSE(other.replace("k", {}, &b));
    CHECK_FALSE(other.replace("k", {"b"}, &b));
    CHECK_FALSE(other.replace("k", {"a", "b"}, &b));
    CHECK(other.read("k") == std::vector{a});
    one.put_beside("k", {}, b);
    CHECK_FALSE(other.replace("k", {"a"}, &c));
    CHECK(other.read("k") == std::vector{a, b});
    CHECK(other.replace("k", {"a", "b"}, &c));
    CHECK(one.read("k") == std::vector{c});
    CHECK(one.replace("k", {"c"}, nullptr));
    CHECK(other.read("k").empty());
  }
  SECTION("what is put beside others replaces those that it was merged from, if they are there") {
    one.put_beside("k", {}, a);
    one.put_beside("k", {}, b);
    other.put_beside("k", {"a", "gone"}, c);
    CHECK(one.read("k") == std::vector{b, c});
  }
  SECTION("the keys are those that have siblings, in order") {
    for (const auto* key : {"b", "", "a", "b"})
      one.put_beside(key, one.read(key).empty() ? sibling_ids{} : sibling_ids{"a"}, a);
    CHECK(other.keys() == std::vector<std::string>{"", "a", "b"});
    CHECK(one.replace("a", {"a"}, nullptr));
    CHECK(other.keys() == std::vector<std::string>{"", "b"});
  }
}

template <class Connect>
void check_store(Connect connect) {
  auto one = libsync::open_siblings<words>(connect());
  auto other = libsync::open_siblings<words>(connect());
  const auto ids = [&](const std::string& key) {
    sibling_ids all;
    for (const auto& row : one.rows().read(key))
      all.push_back(row.id);
    return all;
  };
  const auto beside = [&](const std::string& key, const std::string& word) {
    libsync::statebox<words, libsync::stamp, 128> box;
    REQUIRE(box.record(box.next(1, libsync::random_origin()), words::add{word}));
    REQUIRE(one.put_beside(key, box));
  };

  SECTION("a change is read by all, and a key that was never written is empty") {
    CHECK(said(one.read("ann")) == "");
    CHECK(said(one.update("ann", words::add{"bread"})) == "bread");
    CHECK(said(other.update("ann", {{words::add{"milk"}, words::add{"eggs"}}})) ==
          "bread eggs milk");
    CHECK(said(one.read("ann")) == "bread eggs milk");
    CHECK(one.siblings("ann").size() == 1);
    CHECK(one.siblings("ann").front().queue().size() == 2);
    CHECK(one.keys() == std::vector<std::string>{"ann"});
    one.erase("ann");
    CHECK(other.keys().empty());
    CHECK(said(one.update("ann", words::add{"tea"})) == "tea");
  }
  SECTION("each connection has an origin of its own") {
    REQUIRE(one.update("ann", words::add{"bread"}));
    REQUIRE(other.update("ann", words::add{"milk"}));
    const auto box = one.update("ann", words::add{"eggs"});
    CHECK(box->known().origins.size() == 2);
    CHECK(box->queue()[0].time.by == box->queue()[2].time.by);
  }
  SECTION("siblings stay side by side until somebody merges them") {
    beside("ann", "bread");
    beside("ann", "milk");
    CHECK(said(other.read("ann")) == "bread milk");
    CHECK(one.siblings("ann").size() == 2);
    CHECK(said(other.merge("ann")) == "bread milk");
    CHECK(one.siblings("ann").size() == 1);
    beside("ann", "eggs");
    CHECK(said(other.update("ann", words::remove{"milk"})) == "bread eggs");
    CHECK(one.siblings("ann").size() == 1);
    CHECK_FALSE(one.read("ann")->may_have_lost());
  }
  SECTION("nothing is written unless the box has changed") {
    CHECK(one.merge("ann"));
    CHECK(one.keys().empty());
    REQUIRE(one.update("ann", words::add{"bread"}));
    const auto before = ids("ann");
    CHECK(said(other.read("ann")) == "bread");
    CHECK(said(other.merge("ann")) == "bread");
    CHECK(said(other.update("ann", [](const words& data) {
            return data.contains("bread")
                       ? std::nullopt
                       : std::optional<typename decltype(other)::what>{words::add{"bread"}};
          })) == "bread");
    CHECK(ids("ann") == before);
    REQUIRE(other.update("ann", words::add{"bread"})); // the same value, and a longer queue
    CHECK(ids("ann") != before);
  }
  SECTION("old events are dropped when a box is written") {
    auto brief = libsync::open_siblings<words>(connect(), {.keep_events = 2});
    for (const auto* word : {"a", "b", "c"})
      REQUIRE(brief.update("ann", words::add{word}));
    CHECK(brief.siblings("ann").front().queue().size() == 2);
    CHECK(said(brief.read("ann")) == "a b c");
    auto forgetful = libsync::open_siblings<words>(connect(), {.keep_events = 1});
    REQUIRE(forgetful.merge("ann")); // which has nothing else to write
    CHECK(one.siblings("ann").front().queue().size() == 1);
    auto young = libsync::open_siblings<words>(connect(), {.keep_for = 0});
    beside("old", "bread"); // of the time 1
    REQUIRE(young.update("old", words::add{"milk"}));
    CHECK(young.siblings("old").front().queue().size() == 1);
    CHECK(said(one.read("old")) == "bread milk");
  }
}

template <class Connect>
void check_siblings_that_cannot_be_merged(Connect connect) {
  using join = couple::join;
  auto store = libsync::open_siblings<couple>(connect());
  auto alone = libsync::open_siblings<couple>(libsync::memory_siblings{});
  REQUIRE(store.update("house", join{"ann"}));
  REQUIRE(store.update("house", join{"bob"}));
  REQUIRE(alone.update("house", join{"cid"}));
  REQUIRE(store.put_beside("house", *alone.read("house")));
  const auto before = store.rows().read("house");
  REQUIRE(before.size() == 2);
  const auto place = std::string{store.rows().place()} + ": key \"house\": its siblings " +
                     before[0].id + " and " + before[1].id + " cannot be merged, and stay: event ";
  for (const auto& box :
       {store.read("house"), store.merge("house"), store.update("house", join{"dan"})})
    CHECK_THAT(box.reason(), Catch::StartsWith(place) && Catch::EndsWith("is one too many"));
  CHECK(store.rows().read("house") == before);
  // Whoever knows better chooses.
  REQUIRE(store.resolve("house", [](const auto& all) {
    return all.front().value().names.size() == 2 ? all.front() : all.back();
  }));
  CHECK(store.read("house")->value().names == std::vector<std::string>{"ann", "bob"});
  CHECK(store.update("house", join{"dan"}).reason() == "dan is one too many");
  CHECK(store.siblings("house").size() == 1);
}

template <class Connect>
void check_damage(Connect connect) {
  auto store = libsync::open_siblings<words>(connect());
  REQUIRE(store.update("ann", words::add{"bread"}));
  auto& rows = store.rows();
  auto row = rows.read("ann").front();
  const auto place = std::string{rows.place()} + ": key \"ann\", sibling " + row.id + ": ";
  const auto put = [&](const std::string& key, const sibling_row& one) {
    rows.put_beside(key, {one.id}, one);
  };
  SECTION("a damaged sibling is named, and stays as it is until it is erased") {
    SECTION("in its text") {
      row.text[row.text.find("bread")] = 'B';
    }
    SECTION("at its end") {
      row.text.pop_back();
    }
    SECTION("in its checksum") {
      row.checksum ^= 1;
    }
    put("ann", row);
    for (const auto& call :
         {+[](decltype(store)& in) { static_cast<void>(in.read("ann")); },
          +[](decltype(store)& in) { static_cast<void>(in.siblings("ann")); },
          +[](decltype(store)& in) { static_cast<void>(in.merge("ann")); },
          +[](decltype(store)& in) { static_cast<void>(in.update("ann", words::add{"milk"})); }}) {
      const auto error = failure([&] { call(store); });
      CHECK(error.kind() == storage_failure::damaged);
      CHECK_THAT(error.what(), Catch::StartsWith(place + "it is not what was written: "));
    }
    CHECK(rows.read("ann") == std::vector{row});
    store.erase("ann");
    CHECK(said(store.update("ann", words::add{"milk"})) == "milk");
  }
  SECTION("a sibling below another key or id is damaged") {
    put("bob", row);
    CHECK(failure([&] { static_cast<void>(store.merge("bob")); }).kind() ==
          storage_failure::damaged);
    put("ann", {row.id + '0', row.text, row.checksum});
    CHECK(failure([&] { static_cast<void>(store.merge("ann")); }).kind() ==
          storage_failure::damaged);
  }
  SECTION("a sibling of other data is foreign, and stays as it is") {
    const auto before = rows.read("ann");
    auto others = libsync::open_siblings<libsync::set<int>>(connect());
    const auto error = failure([&] { static_cast<void>(others.read("ann")); });
    CHECK(error.kind() == storage_failure::foreign);
    CHECK_THAT(error.what(), Catch::StartsWith(place) && Catch::Contains("value"));
    CHECK(failure([&] { static_cast<void>(others.merge("ann")); }).kind() == error.kind());
    CHECK(rows.read("ann") == before);
  }
}

} // namespace siblings
