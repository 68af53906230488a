#include "libsync/statebox/detail/sorted_blocks.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <rapidcheck.h>

#include "support/catch.hpp"
#include "support/failing.hpp"
#include "support/law.hpp"

namespace {

struct first {
  const int& operator()(const std::pair<int, std::string>& pair) const { return pair.first; }
};
using blocks = libsync::detail::sorted_blocks<std::pair<int, std::string>, first>;

void insert(blocks& to, int key) {
  const auto [found, fresh] = to.find_or_insert(key, [&] {
    return std::pair{key, std::to_string(key)};
  });
  if (!fresh)
    found->second += "+";
}

void check_equal(const blocks& all, const std::map<int, std::string>& model) {
  RC_ASSERT(all.size() == model.size());
  RC_ASSERT(all.empty() == model.empty());
  std::size_t i = 0;
  auto expected = model.begin();
  for (const auto& [key, value] : all) {
    RC_ASSERT(key == expected->first);
    RC_ASSERT(value == expected->second);
    ++expected;
    ++i;
  }
  RC_ASSERT(i == model.size());
}

// Against std::map: long runs of insertions and removals, so that blocks split and join.
void behaves_as_a_map() {
  blocks all;
  std::map<int, std::string> model;
  const int keys = *rc::gen::inRange(1, 2000);
  for (int runs = *rc::gen::inRange(0, 12); runs > 0; --runs) {
    const int begin = *rc::gen::inRange(0, keys);
    const int count = *rc::gen::inRange(0, keys);
    const int step = *rc::gen::inRange(-7, 8);
    const bool removes = *rc::gen::inRange(0, 3) == 0;
    for (int i = 0; i < count; ++i) {
      const int key = ((begin + i * step) % keys + keys) % keys;
      if (removes) {
        RC_ASSERT(all.erase(key) == (model.erase(key) == 1));
      } else {
        if (const auto [place, fresh] = model.try_emplace(key, std::to_string(key)); !fresh)
          place->second += "+";
        insert(all, key);
      }
    }
    check_equal(all, model);
    const int probe = *rc::gen::inRange(-1, keys + 1);
    const auto* found = all.find(probe);
    RC_ASSERT((found != nullptr) == model.contains(probe));
  }
  const blocks copy = all;
  RC_ASSERT(copy == all);
  insert(all, -1);
  RC_ASSERT(!(copy == all));
  check_equal(copy, model);
}

} // namespace

TEST_CASE("sorted blocks behave as a map", "[statebox][sorted_blocks][law]") {
  check_law("sorted blocks", behaves_as_a_map);
}

TEST_CASE("a moved-from container is empty", "[statebox][sorted_blocks]") {
  for (const int size : {1, 1000}) {
    blocks all;
    for (int i = 0; i < size; ++i)
      insert(all, i);
    const blocks other = static_cast<blocks&&>(all);
    CHECK(other.size() == static_cast<std::size_t>(size));
    CHECK(all.empty());
    CHECK(all.begin() == all.end());
    insert(all, 7);
    CHECK(all.size() == 1);
  }
}

TEST_CASE("what was emptied can be filled again, whichever allocation fails",
          "[statebox][sorted_blocks][failing]") {
  const bool ascending = GENERATE(true, false);
  constexpr int size = 300;
  constexpr int thinned = 4;
  blocks thin;
  for (int i = 0; i < thinned * size; ++i)
    insert(thin, i);
  for (int i = 0; i < thinned * size; ++i)
    if (i % thinned != 0)
      REQUIRE(thin.erase(i));
  const auto failed = failing::each_allocation([&](auto arm) {
    blocks all = thin; // with no room to spare, so that joining blocks takes memory
    for (int i = 0; i < size; ++i) {
      const int key = thinned * (ascending ? i : size - 1 - i);
      bool erased = false;
      REQUIRE(arm([&] { erased = all.erase(key); })); // it throws nothing
      CHECK(erased);
      CHECK(all.find(key) == nullptr);
      CHECK_FALSE(all.erase(key));
    }
    CHECK(all.empty());
    CHECK(all == blocks{});
    insert(all, 7);
    CHECK(all.size() == 1);
    CHECK(all.find(7) != nullptr);
  });
  CHECK((failed > 0 || !ascending));
}
