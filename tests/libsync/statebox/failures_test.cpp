// What fails for want of memory, or where an element cannot be copied or moved.

#include <cstdlib>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "libsync/statebox/dictionary.hpp"
#include "libsync/statebox/dynamic.hpp"
#include "libsync/statebox/statebox.hpp"
#include "support/catch.hpp"
#include "support/failing_element.hpp"

namespace {

using libsync::dictionary;
using libsync::dynamic;
using libsync::origin;
using libsync::stamp;

// How many elements at most; `scripts/check` takes more.
int scale() {
  const char* chosen = std::getenv("LIBSYNC_FAILING_SCALE");
  return chosen != nullptr ? std::atoi(chosen) : 1;
}

template <class Set>
Set evens(int count) {
  Set made;
  for (int i = 0; i < count; ++i)
    made.insert(2 * i);
  return made;
}

template <class Dictionary>
Dictionary pairs(int count, int step) {
  Dictionary made;
  for (int i = 0; i < count; ++i)
    made.insert_or_assign(step * i, step);
  return made;
}

// Whether each operation, on sets of several sizes, is done wholly or not at all. A full block, and
// the beginning of a second one, are among the sizes.
template <class Set>
std::size_t fail_sets() {
  std::size_t failed = 0;
  for (const int size : {0, 1, 2, 64, 127, 128, 129, 200, 200 * scale()}) {
    const auto all = evens<Set>(size);
    Set some = evens<Set>(3);
    for (const int extra : {-3, 5, size, 2 * size + 7})
      some.insert(extra);
    for (const typename Set::operation& op : std::vector<typename Set::operation>{
             typename Set::add{-1}, typename Set::add{size + 1}, typename Set::add{2 * size + 1},
             typename Set::remove{0}, typename Set::remove{2 * (size / 2)},
             typename Set::unite{some}, typename Set::subtract{some}})
      failed += check_each_failure(
          all, [&](Set& to) { std::visit([&](const auto& one) { reduce(to, one); }, op); });
  }
  return failed;
}

template <class Dictionary>
std::size_t fail_dictionaries() {
  std::size_t failed = 0;
  for (const int size : {0, 1, 2, 127, 128, 200, 200 * scale()}) {
    const auto all = pairs<Dictionary>(size, 2);
    for (const typename Dictionary::operation& op : std::vector<typename Dictionary::operation>{
             typename Dictionary::store{size + 1, 7}, typename Dictionary::store{2, 9},
             typename Dictionary::erase{2}, typename Dictionary::erase_pair{0, 2},
             typename Dictionary::merge{pairs<Dictionary>(6, 3)}})
      failed += check_each_failure(
          all, [&](Dictionary& to) { std::visit([&](const auto& one) { reduce(to, one); }, op); });
  }
  return failed;
}

} // namespace

TEST_CASE("an operation of a set that fails changes nothing", "[statebox][failing]") {
  CHECK(fail_sets<libsync::set<failing_element>>() > 100);
  CHECK(fail_sets<libsync::set<copied_element>>() > 20);
}

TEST_CASE("an operation of a dictionary that fails changes nothing", "[statebox][failing]") {
  CHECK(fail_dictionaries<dictionary<failing_element, failing_element>>() > 100);
  CHECK(fail_dictionaries<dictionary<int, copied_element>>() > 10);
  CHECK(fail_dictionaries<dictionary<copied_element, int>>() > 10);
}

TEST_CASE("a set in a dictionary that fails is not taken for changed", "[statebox][failing]") {
  using sets = dictionary<std::string, libsync::set<std::string>>;
  const std::string long_key(40, 'k');
  const libsync::set<std::string> some{std::string(40, 'a'), std::string(40, 'b')};
  const sets all{{"short", {"x"}}};
  const auto check = [&](const auto& op) {
    return check_each_failure(all, [&](sets& to) { reduce(to, op); });
  };
  CHECK(check(sets::unite{long_key, some}) > 3);
  CHECK(check(sets::unite{"short", some}) > 2);
  CHECK(check(sets::subtract{long_key, some}) > 0);
  CHECK(check(sets::update{"short", libsync::set<std::string>::operation{
                                        libsync::set<std::string>::unite{some}}}) > 2);
  // As one operation after the other, none of which may stay.
  using list = libsync::composite<libsync::set<std::string>::operation>;
  const list both{
      {libsync::set<std::string>::operation{libsync::set<std::string>::add{"y"}},
       libsync::set<std::string>::operation{libsync::set<std::string>::add{std::string(40, 'z')}}}};
  CHECK(check(sets::update{"short", both}) > 1);
}

TEST_CASE("a counter that fails counts nothing", "[statebox][counter][failing]") {
  libsync::counter all;
  for (int i = 0; i < 8; ++i) // full
    all.add(i, i, 1);
  CHECK(check_each_failure(all, [](libsync::counter& to) {
          reduce(to, libsync::counter::increment{-5, 9, 9, 1});
        }) > 0);
  CHECK(check_each_failure(libsync::counter{}, [](libsync::counter& to) {
          reduce(to, libsync::counter::increment{3, 9, 9, 1});
        }) > 0);
}

TEST_CASE("a dynamic value that fails keeps even its kind", "[statebox][failing]") {
  const auto check = [](const dynamic& before, const libsync::dynamic_operation& op) {
    return check_each_failure(before, [&](dynamic& to) {
      if (auto done = reduce(to, op); !done)
        throw std::runtime_error(std::string{done.reason()});
    });
  };
  const std::string text(40, 't');
  CHECK(check({}, dynamic::elements::add{text}) > 0);
  CHECK(check(dynamic::elements{1, 2},
              dynamic::elements::unite{dynamic::elements{text, text + "u"}}) > 1);
  CHECK(check({}, dynamic::pairs::store{text, 1}) > 0);
  CHECK(check({}, libsync::counter::increment{libsync::stamp::none, 1, 1, 1}) > 0);
}

namespace {

using words = libsync::set<std::string>;
using box = libsync::statebox<words, stamp, 2>;

words::operation word(char letter) {
  return words::add{std::string(40, letter)};
}

box of_origins(std::initializer_list<std::uint64_t> origins) {
  box made;
  for (const auto by : origins)
    REQUIRE(made.record(made.next(1, origin{by}), word(static_cast<char>('a' + by))));
  return made;
}

// What is refused as thrown counts as failed.
void must(const libsync::outcome& done) {
  if (!done)
    throw std::runtime_error(std::string{done.reason()});
}

} // namespace

TEST_CASE("a box that cannot record is as it was", "[statebox][failing]") {
  const auto all = of_origins({1, 2});
  const auto record = [&](std::uint64_t by, const box::what& what) {
    return check_each_failure(all, [&](box& to) { must(to.record({9, origin{by}}, what)); });
  };
  CHECK(record(1, word('x')) > 1);
  CHECK(record(3, word('x')) > 3); // one origin too many: some are folded
  CHECK(record(1, box::what::list{word('x'), word('y')}) > 4);
  CHECK(check_each_failure(all, [](box& to) { must(to.accept_loss({9, origin{4}})); }) > 0);
}

TEST_CASE("a merge that fails leaves its siblings, and gives all or nothing",
          "[statebox][failing]") {
  const auto one = of_origins({1, 2, 1});
  const auto other = of_origins({3, 1});
  CHECK(check_each_failure(one, [&](box& to) {
          auto merged = to.merge(other);
          if (!merged)
            throw std::runtime_error(merged.reason());
          to = *std::move(merged);
        }) > 10);
}

namespace {

// Operations that may throw when they are moved, in a queue.
struct total {
  struct operation {
    failing_element by;
    friend auto operator<=>(const operation&, const operation&) = default;
  };
  friend void reduce(total& data, const operation& op) noexcept { data.sum += *op.by.held; }
  friend bool operator==(const total&, const total&) = default;

  int sum = 0;
};

} // namespace

TEST_CASE("a queue of operations that cannot be moved is cut wholly or not at all",
          "[statebox][failing]") {
  using box_type = libsync::statebox<total, stamp>;
  box_type all;
  for (int i = 1; i < 9; ++i)
    REQUIRE(all.record({i, origin{1}}, total::operation{i}));
  CHECK(check_each_failure(all, [](box_type& to) { to.let_expire(3); }) > 3);
  CHECK(check_each_failure(all, [](box_type& to) { must(to.keep_newest(5)); }) > 3);
  CHECK(check_each_failure(all, [](box_type& to) {
          must(to.record({9, origin{1}}, total::operation{9}));
        }) > 0);
}
