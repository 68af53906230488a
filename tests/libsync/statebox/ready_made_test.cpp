#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "libsync/statebox/counter.hpp"
#include "libsync/statebox/dictionary.hpp"
#include "libsync/statebox/dynamic.hpp"
#include "libsync/statebox/independent.hpp"
#include "libsync/statebox/set.hpp"

#include "support/catch.hpp"

namespace {

using libsync::counter;
using libsync::dictionary;
using libsync::dynamic;
using libsync::dynamic_operation;
using libsync::is_independent;
using numbers = libsync::set<int>;
using libraries = dictionary<std::string, numbers>;

template <class Data>
Data after(Data data, const typename Data::operation& op) {
  auto done = libsync::reducer<Data>::step(data, op);
  CHECK(done.reason().empty());
  return data;
}

template <class Data>
std::string refusal(Data data, const typename Data::operation& op) {
  const Data before = data;
  auto done = libsync::reducer<Data>::step(data, op);
  CHECK(data == before);
  return done.reason();
}

} // namespace

TEST_CASE("the operations of a set change it as they say", "[statebox][set]") {
  const numbers some{1, 2};
  CHECK(after(some, numbers::add{3}) == numbers{1, 2, 3});
  CHECK(after(some, numbers::remove{2}) == numbers{1});
  CHECK(after(some, numbers::unite{numbers{0, 2}}) == numbers{0, 1, 2});
  CHECK(after(some, numbers::subtract{numbers{0, 2}}) == numbers{1});
}

TEST_CASE("sets are ordered by their elements", "[statebox][set]") {
  CHECK(numbers{} < numbers{1});
  CHECK(numbers{1} < numbers{1, 2});
  CHECK(numbers{1, 3} > numbers{1, 2, 4});
}

TEST_CASE("the operations of a dictionary change it as they say", "[statebox][dictionary]") {
  const libraries some{{"a", {1}}, {"b", {2}}};
  CHECK(after(some, libraries::store{"c", {}}).size() == 3);
  CHECK(*after(some, libraries::store{"a", {5}}).find("a") == numbers{5});
  CHECK(after(some, libraries::erase{"a"}) == libraries{{"b", {2}}});
  CHECK(after(some, libraries::erase{"z"}) == some);
  CHECK(after(some, libraries::erase_pair{"a", {1}}) == libraries{{"b", {2}}});
  CHECK(after(some, libraries::erase_pair{"a", {2}}) == some);
  CHECK(*after(some, libraries::unite{"a", numbers{4}}).find("a") == numbers{1, 4});
  CHECK(*after(some, libraries::unite{"z", numbers{4}}).find("z") == numbers{4});
  CHECK(*after(some, libraries::subtract{"a", numbers{1}}).find("a") == numbers{});
  CHECK(*after(some, libraries::subtract{"z", numbers{1}}).find("z") == numbers{});
  CHECK(*after(some, libraries::update{"a", numbers::operation{numbers::add{9}}}).find("a") ==
        numbers{1, 9});
  CHECK(after(some, libraries::merge{libraries{{"b", {7}}, {"c", {8}}}}) ==
        libraries{{"a", {1}}, {"b", {7}}, {"c", {8}}});
}

TEST_CASE("the last of several pairs with one key counts", "[statebox][dictionary]") {
  const std::vector<std::pair<int, int>> pairs{{2, 1}, {1, 1}, {2, 5}};
  CHECK(dictionary<int, int>::from_pairs(pairs) == dictionary<int, int>{{1, 1}, {2, 5}});
}

TEST_CASE("a dictionary offers what its values offer", "[statebox][dictionary]") {
  CHECK(std::variant_size_v<dictionary<int, int>::operation> == 4);
  CHECK(std::variant_size_v<dictionary<int, counter>::operation> == 5);
  CHECK(std::variant_size_v<dictionary<int, numbers>::operation> == 7);
  using nested = dictionary<int, dictionary<int, counter>>;
  using inner = dictionary<int, counter>;
  const nested made = after(
      nested{}, nested::update{1, inner::operation{inner::update{
                                      2, counter::increment{libsync::stamp::none, 5, 1, 3}}}});
  CHECK(made.find(1)->find(2)->value() == 3);
}

TEST_CASE("each operation says whether it depends on the value", "[statebox][independent]") {
  using operation = libraries::operation;
  CHECK(is_independent(operation{libraries::store{"a", {}}}));
  CHECK(is_independent(operation{libraries::erase{"a"}}));
  CHECK(is_independent(operation{libraries::merge{}}));
  CHECK(is_independent(operation{libraries::unite{"a", numbers{1}}}));
  CHECK(is_independent(operation{libraries::subtract{"a", numbers{1}}}));
  CHECK(is_independent(operation{libraries::update{"a", numbers::operation{numbers::add{1}}}}));
  CHECK_FALSE(is_independent(operation{libraries::erase_pair{"a", {}}}));
  CHECK_FALSE(is_independent(counter::increment{}));
  using counters = dictionary<int, counter>;
  CHECK_FALSE(is_independent(counters::operation{counters::update{1, counter::increment{}}}));
  CHECK_FALSE(is_independent(3));
  using list = libsync::composite<operation>::list;
  CHECK(is_independent(libsync::composite<operation>{list{libraries::erase{"a"}}}));
  CHECK_FALSE(is_independent(libsync::composite<operation>{
      list{libraries::erase{"a"}, list{libraries::erase_pair{"a", {}}}}}));
  CHECK_FALSE(is_independent(dynamic_operation{dynamic::pairs::erase_pair{1, 2}}));
  CHECK(is_independent(dynamic_operation{dynamic::pairs::erase{1}}));
}

TEST_CASE("an increment counts once, however often it is applied", "[statebox][counter]") {
  counter one;
  for (int i = 0; i < 3; ++i)
    one = after(one, counter::increment{libsync::stamp::none, 5, 1, 4});
  one = after(one, counter::increment{libsync::stamp::none, 5, 2, 4});
  CHECK(one.value() == 8);
  CHECK(one.entries().size() == 2);
}

TEST_CASE("increments accumulate by age, and what is older then is lost", "[statebox][counter]") {
  counter one;
  for (int i = 1; i <= 10; ++i)
    one = after(one, counter::increment::aged(1, 3, i, 1));
  CHECK(one.value() == 10);
  CHECK(one.entries().size() == 4);
  CHECK(after(one, counter::increment::aged(1, 3, 6, 2)).value() == 10);
  CHECK(after(one, counter::increment::aged(1, 3, 7, 2)).value() == 10);
  CHECK(after(one, counter::increment::aged(1, 3, 8, 2)).value() == 11);
}

TEST_CASE("ages beyond all times accumulate nothing, or all", "[statebox][counter]") {
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  constexpr auto least = std::numeric_limits<std::int64_t>::min();
  CHECK(libsync::earlier_by(-5, most) == least);
  CHECK(libsync::earlier_by(5, least) == most);
  CHECK(after(counter{}, counter::increment::aged(1, most, -5, 1)).entries().size() == 1);
  CHECK_FALSE(after(counter{}, counter::increment::aged(1, least, 5, 1)).entries().front().id);
}

TEST_CASE("a counter's sum wraps around", "[statebox][counter]") {
  counter one;
  one.add(1, 1, std::numeric_limits<std::int64_t>::max());
  one.add(1, 2, 1);
  CHECK(one.value() == std::numeric_limits<std::int64_t>::min());
}

TEST_CASE("a counter is made from its entries, or says what is wrong", "[statebox][counter]") {
  CHECK(counter::of({{3, std::nullopt, 5}, {4, 1, 1}, {4, 2, 1}})->value() == 7);
  CHECK(counter::of({{4, 1, 1}, {4, std::nullopt, 1}}).reason() ==
        "entry 2 of the counter is accumulated, expected only the first to be");
  CHECK(counter::of({{4, 2, 1}, {4, 1, 1}}).reason() ==
        "entry 2 of the counter does not come after the one before it");
  CHECK_FALSE(counter::of({{4, std::nullopt, 1}, {4, 1, 1}}));
}

TEST_CASE("the empty value is a set, a dictionary and a counter", "[statebox][dynamic]") {
  using pairs = dynamic::pairs;
  using elements = dynamic::elements;
  CHECK(dynamic{elements{}} == dynamic{pairs{}});
  CHECK(dynamic{counter{}} == dynamic{});
  CHECK(dynamic{}.as_counter()->empty());
  CHECK(*after(dynamic{pairs{}}, elements::add{1}).as_set() == elements{1});
  CHECK(*after(dynamic{elements{}}, pairs::store{1, 2}).as_dictionary() == pairs{{1, 2}});
  CHECK(after(dynamic{elements{}}, counter::increment::aged(4, 9, 1, 1)).as_counter()->value() ==
        4);
}

TEST_CASE("a value of another kind refuses, and says what was expected", "[statebox][dynamic]") {
  using pairs = dynamic::pairs;
  using elements = dynamic::elements;
  CHECK(refusal<dynamic>(1, elements::add{1}) == "expected a set, found an integer");
  CHECK(refusal<dynamic>("x", pairs::erase{1}) == "expected a dictionary, found a string");
  CHECK(refusal<dynamic>(elements{1}, counter::increment{}) == "expected a counter, found a set");
  CHECK(refusal<dynamic>(pairs{{1, 1}}, elements::unite{elements{1}}) ==
        "expected a set, found a dictionary");
  CHECK(refusal<dynamic>(pairs{{1, 1}}, pairs::unite{1, elements{1}}) ==
        "expected a set, found an integer");
  // A key that was not there is not there afterwards either.
  CHECK(refusal<dynamic>(pairs{}, pairs::update{1,
                                                libsync::composite<dynamic_operation>::list{
                                                    dynamic_operation{elements::add{1}},
                                                    dynamic_operation{pairs::erase{1}}}}) ==
        "operation 2 of 2: expected a dictionary, found a set");
}

TEST_CASE("any value accepts an operation with nothing to add or to remove",
          "[statebox][dynamic]") {
  using elements = dynamic::elements;
  CHECK(after<dynamic>(1, elements::unite{}) == dynamic{1});
  CHECK(after<dynamic>("x", elements::subtract{}) == dynamic{"x"});
  CHECK(after<dynamic>("x", dynamic::pairs::merge{}) == dynamic{"x"});
}

TEST_CASE("dynamic values are in the order of their kinds and contents", "[statebox][dynamic]") {
  using pairs = dynamic::pairs;
  using elements = dynamic::elements;
  const counter count = *counter::of({{1, 1, 1}});
  const std::vector<dynamic> ascending{-3,
                                       4,
                                       dynamic{},
                                       elements{1},
                                       elements{1, 2},
                                       elements{2},
                                       pairs{{1, 2}},
                                       pairs{{1, 3}},
                                       count,
                                       *counter::of({{1, std::nullopt, 1}}),
                                       pairs{{"a", 1}},
                                       elements{elements{1}},
                                       elements{"a"},
                                       "",
                                       "Z",
                                       "a",
                                       "é"};
  for (std::size_t i = 0; i < ascending.size(); ++i)
    for (std::size_t j = 0; j < ascending.size(); ++j) {
      INFO(i << " and " << j);
      CHECK((ascending[i] <=> ascending[j]) == (i <=> j));
      CHECK((ascending[i] == ascending[j]) == (i == j));
    }
}

TEST_CASE("dynamic values are copied deeply", "[statebox][dynamic]") {
  const dynamic one{dynamic::elements{1}};
  auto other = one;
  other = after(other, dynamic::elements::add{2});
  CHECK(one == dynamic{dynamic::elements{1}});
  CHECK(other == dynamic{dynamic::elements{1, 2}});
}
