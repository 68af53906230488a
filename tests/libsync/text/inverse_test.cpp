#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "libsync/testing/random.hpp"
#include "libsync/text.hpp"
#include "support/board.hpp"
#include "support/catch.hpp"
#include "support/deltas.hpp"
#include "support/texts_by_chance.hpp"
#include "support/undo_world.hpp"

TEST_CASE("the inverse of a delta brings back what was erased", "[text][undo]") {
  const auto before = "abc😀d"_text;
  const auto change = R"([1, "XY", -2, 2, -1, "😀"])"_delta;
  const auto back = value_of(inverse_of(change, before));
  CHECK(after(after(before, change), back) == before);
  CHECK(value_of(inverse_of(libsync::delta{}, before)).empty());
  CHECK_FALSE(inverse_of(R"([5, -2])"_delta, before)); // beyond its end
}

TEST_CASE("a delta and its inverse lead back to any text", "[text][undo][law]") {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    INFO("seed " << seed);
    texts_by_chance chance{seed};
    const auto text = [&] {
      return value_of(libsync::text::read(chance.string(chance.below(60))));
    };
    const auto before = text();
    const auto middle = text();
    const auto end = text();
    const auto change = value_of(compose(difference(before, middle), difference(middle, end)));
    const auto back = value_of(inverse_of(change, before));
    CHECK(after(end, back) == before);
    CHECK(after(before, value_of(inverse_of(back, end))) == end);
  }
}

TEST_CASE("whoever undoes and redoes typing takes back all of his own, and nothing of others'",
          "[text][undo][law]") {
  using steps = std::vector<std::pair<char, int>>;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    INFO("seed " << seed);
    libsync::testing::random choices{seed};
    undo_world<board::page> at{3};
    std::vector<steps> done(3);
    std::vector<steps> undone(3);
    char next = '!'; // each step types a character of its own
    for (int i = 0; i < 80; ++i) {
      const auto who = choices.below(3);
      auto& user = at[who];
      const auto move = [&](steps& from, steps& to, bool was_taken) {
        REQUIRE(was_taken == !from.empty());
        if (!from.empty()) {
          to.push_back(from.back());
          from.pop_back();
        }
      };
      if (const auto what = choices.below(6); what < 2) {
        move(done[who], undone[who], static_cast<bool>(user.go_back()));
      } else if (what == 2) {
        move(undone[who], done[who], static_cast<bool>(user.go_on()));
      } else {
        const auto count = 1 + static_cast<int>(choices.below(4));
        libsync::delta typed;
        static_cast<void>(typed.retain(choices.below(user.shown().words.size() + 1)));
        static_cast<void>(typed.insert(std::string(static_cast<std::size_t>(count), next)));
        user.submit({typed});
        done[who].emplace_back(next++, count);
        undone[who].clear();
      }
      at.settle();
    }
    std::map<char, int> expected;
    for (const auto& all : done)
      for (const auto& [character, count] : all)
        expected[character] += count;
    std::map<char, int> found;
    for (const char one : at.server.data().words.utf8())
      ++found[one];
    CHECK(found == expected);
    for (const auto& one : at.users)
      CHECK(one->shown() == at.server.data());
  }
}
