// What fails for want of memory: each call is done wholly or not at all, and what is not told yet
// is told later.

#include <deque>
#include <optional>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>

#include "libsync/text/shared_text.hpp"
#include "libsync/text/text_editor.hpp"
#include "support/catch.hpp"
#include "support/deltas.hpp"
#include "support/failing_element.hpp"

using libsync::delta;
using libsync::in_flight;
using libsync::selections;
using libsync::text;

namespace {

using name = std::string;
using editor = libsync::text_editor<name>;

// What an editor hands out; none of it fails.
struct desk {
  void send(const delta& what, const std::optional<selections>& where, libsync::revision revision) {
    const failing::paused meanwhile{failing::allocations()};
    sent.emplace_back(what, where, revision);
  }
  void report(libsync::revision revision) {
    const failing::paused meanwhile{failing::allocations()};
    reports.push_back(revision);
  }
  void show(const delta& what) {
    const failing::paused meanwhile{failing::allocations()};
    widget = after(widget, what);
  }
  friend bool operator==(const desk&, const desk&) = default;

  text widget;
  std::deque<std::tuple<delta, std::optional<selections>, libsync::revision>> sent;
  std::deque<libsync::revision> reports;
};

// An editor, and what it has told of.
struct person {
  editor of;
  desk out{};

  // All that can be seen of it.
  friend bool operator==(const person& left, const person& right) {
    const auto all = [](const person& one) {
      const auto& seen = one.of;
      return std::tie(seen.shown(), seen.confirmed(), seen.sent(), seen.buffer(), seen.others(),
                      seen.where(), one.out);
    };
    return left.of.revision() == right.of.revision() && all(left) == all(right);
  }
};

const name long_name(40, 'n');
const name me(40, 'm');
const std::string long_text(60, 't');

delta read(const std::string& json) {
  return value_of(libsync::read_delta(json));
}

void must(const libsync::outcome& done) {
  if (!done)
    throw std::logic_error(std::string{done.reason()});
}

person waiting() {
  person one{editor{me, text{*text::read(long_text)}, 5}, {}};
  one.out.widget = one.of.shown();
  return one;
}

// With one delta in flight, one in the buffer, and somebody else in the text.
person busy() {
  auto one = waiting();
  CHECK(one.of.receive({6, long_name, "[\"F\"]"_delta, selections{{1, 1}}}, one.out));
  CHECK(one.of.edit(read("[1, \"" + long_text + "\"]"), selections{{0, 3}}, one.out));
  CHECK(one.of.edit(read("[2, -1, \"" + long_text + "\"]"), selections{{3, 0}}, one.out));
  return one;
}

// Where a call fails it was not made at all, or wholly but for what it did not tell: the next call
// does.
template <class Call>
std::size_t fail(const person& before, Call call) {
  auto whole = before;
  call(whole);
  std::size_t failed = 0;
  failing::each_allocation([&](auto arm) {
    auto one = before;
    if (!arm([&] { call(one); })) {
      ++failed;
      if (one == before)
        call(one);
    }
    auto expected = whole;
    one.of.report(one.out);
    expected.of.report(expected.out);
    CHECK(one == expected);
    CHECK(one.out.widget == one.of.shown());
  });
  return failed;
}

} // namespace

TEST_CASE("an editor that runs out of memory edits wholly or not at all", "[text][failing]") {
  const auto change = read("[\"" + long_text + "\"]");
  const auto edit = [&](person& one) { must(one.of.edit(change, selections{{1, 2}}, one.out)); };
  CHECK(fail(waiting(), edit) > 3);
  CHECK(fail(busy(), edit) > 3);
}

TEST_CASE("an editor that runs out of memory hears of a delta wholly or not at all",
          "[text][failing]") {
  const libsync::accepted_delta<name> foreign{
      0, name(40, 'o'), read("[1, \"" + long_text + "\", -30, 5, -1]"), selections{{1, 1}}};
  const auto receive = [&](person& one) {
    auto next = foreign;
    next.revision = one.of.revision() + 1;
    must(one.of.receive(next, one.out));
  };
  CHECK(fail(waiting(), receive) > 3);
  CHECK(fail(busy(), receive) > 5);
  CHECK(fail(busy(), [](person& one) {
          must(one.of.receive({7, me, one.of.sent().value(), {}}, one.out));
        }) > 1);
  const auto other = read("[3, \"" + long_text + "\"]"); // than was guessed
  CHECK(fail(busy(), [&](person& one) { must(one.of.receive({7, me, other, {}}, one.out)); }) > 3);
}

TEST_CASE("an editor that runs out of memory takes a snapshot wholly or not at all",
          "[text][failing]") {
  for (const auto fate : {in_flight::accepted, in_flight::lost, in_flight::undecided})
    CHECK(fail(busy(), [&](person& one) {
            one.of.resync(value_of(text::read("N" + long_text)), 9, fate, one.out);
          }) > 3);
}

TEST_CASE("an editor that runs out of memory follows a text at the next call", "[text][failing]") {
  libsync::shared_text<name> server{*text::read(long_text)};
  must(server.join(me));
  must(server.join(long_name));
  auto before = person{editor{me, server}, {}};
  before.out.widget = before.of.shown();
  must(before.of.edit(read("[1, \"" + long_text + "\"]"), selections{{0, 3}}, before.out));
  must(server.submit(long_name, read("[\"F\"]"), selections{{1, 1}}, 0));
  must(server.submit(me, *before.of.sent(), {}, 0));
  must(server.submit(long_name, read("[2, -1]"), selections{{2, 2}}, 1));
  auto whole = before;
  must(whole.of.follow(server, whole.out));
  std::size_t failed = 0;
  failing::each_allocation([&](auto arm) {
    auto one = before;
    if (!arm([&] { must(one.of.follow(server, one.out)); })) {
      ++failed;
      must(one.of.follow(server, one.out));
    }
    CHECK(one == whole);
  });
  CHECK(failed > 10);
}

TEST_CASE("a shared text that runs out of memory accepts wholly or not at all", "[text][failing]") {
  using server = libsync::shared_text<copied_element>;
  server all{*text::read(long_text)};
  for (int i = 0; i < 4; ++i)
    must(all.join(2 * i));
  for (libsync::revision i = 0; i < 15; ++i) // so many fill a block of the deque
    must(all.submit(0, read("[\"" + long_text + "\"]"), selections{{1, 1}}, i));
  CHECK(check_each_failure(all, [&](server& to) { must(to.join(3)); }) > 1);
  CHECK(check_each_failure(all, [&](server& to) { must(to.join(9)); }) > 1);
  CHECK(check_each_failure(all, [&](server& to) { must(to.leave(2)); }) == 0);
  CHECK(check_each_failure(all, [&](server& to) { must(to.report(2, 3)); }) == 0);
  const auto change = read("[2, -1, \"" + long_text + "\", 4, -2]");
  for (const libsync::revision made_for : {0, 7, 15})
    CHECK(check_each_failure(all, [&](server& to) {
            must(to.submit(2, change, selections{{3, 3}, {4, 5}}, made_for));
          }) > 5);
}
