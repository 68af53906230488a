#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "libsync/detail/watch/backlog.hpp"
#include "libsync/detail/watch/seen.hpp"
#include "support/catch.hpp"
#include "support/failing.hpp"

using libsync::detail::backlog;
using libsync::detail::overflow;
using libsync::detail::seen_values;
using libsync::detail::sighting;

namespace {

// A value that counts its copies.
struct counting {
  int value = 0;
  int* copies = nullptr;

  counting(int number, int& count) : value(number), copies(&count) {}
  counting(const counting& other) : value(other.value), copies(other.copies) { ++*copies; }
  counting& operator=(const counting&) = delete;
  ~counting() = default;
  friend bool operator==(const counting& a, const counting& b) { return a.value == b.value; }
};

sighting<int> of(int value, libsync::version version = 0) {
  return {std::make_shared<const int>(value), version, false};
}

// What a backlog holds, a gap as a minus before the value.
std::vector<int> drained(backlog<int>& from) {
  std::vector<int> all;
  while (const auto one = from.pop())
    all.push_back(one->gap ? -*one->value : *one->value);
  return all;
}

} // namespace

TEST_CASE("a value equal to the one before is neither told nor copied", "[watch]") {
  int copies = 0;
  const counting one{1, copies};
  const counting same{1, copies};
  const counting other{2, copies};
  seen_values<counting> newest;
  CHECK(newest.newest(one, 1)->value->value == 1);
  CHECK_FALSE(newest.newest(same, 2));
  CHECK(copies == 1);
  CHECK(newest.newest(other, 5)->version == 5);
  seen_values<counting> each;
  CHECK(each.next(one, 7, true));
  CHECK_FALSE(each.next(same, 8, false));
  CHECK(each.next(other, 9, false)->version == 9);
  CHECK(copies == 4);
}

TEST_CASE("the first value has no gap before it, whatever its version", "[watch]") {
  seen_values<int> each;
  const auto first = each.next(1, 40, true);
  REQUIRE(first);
  CHECK_FALSE(first->gap);
  CHECK_FALSE(each.next(2, 41, false)->gap);
}

TEST_CASE("versions that were not looked at leave a gap, also before an equal value", "[watch]") {
  seen_values<int> each;
  REQUIRE(each.next(1, 1, true));
  SECTION("because a snapshot replaced the data") {
    CHECK(each.next(1, 2, true)->gap);
    CHECK_FALSE(each.next(1, 3, false));
  }
  SECTION("because versions are missing") {
    CHECK(each.next(1, 3, false)->gap);
    CHECK_FALSE(each.next(2, 4, false)->gap);
  }
  SECTION("because something else has failed") {
    each.miss();
    CHECK(each.next(1, 2, false)->gap);
    CHECK_FALSE(each.next(1, 3, false));
  }
}

TEST_CASE("a full backlog tells the newest value, and that there is a gap before it", "[watch]") {
  backlog<int> waiting{3, overflow::leaves_a_gap};
  for (int i = 1; i <= 3; ++i)
    CHECK_FALSE(waiting.push(of(i)));
  CHECK(*waiting.push(of(4))->value == 3);
  CHECK(*waiting.push(of(5))->value == 4);
  CHECK(waiting.replaced() == 2);
  CHECK(*waiting.pop()->value == 1);
  CHECK_FALSE(waiting.push(of(6))); // it follows the fifth: no gap between them
  CHECK(drained(waiting) == std::vector{2, -5, 6});
  CHECK(waiting.size() == 0);
}

TEST_CASE("a backlog of the newest value has no gaps", "[watch]") {
  backlog<int> waiting{1, overflow::replaces};
  for (int i = 1; i <= 3; ++i)
    waiting.push(of(i));
  CHECK(waiting.replaced() == 0);
  CHECK(drained(waiting) == std::vector{3});
}

TEST_CASE("a backlog without a place is refused", "[watch]") {
  CHECK_THROWS_AS((backlog<int>{0, overflow::replaces}), std::invalid_argument);
}

TEST_CASE("whichever allocation of a watch fails, the newest value is told, and no gap is hidden",
          "[watch][failing]") {
  const auto failed = failing::each_allocation([](auto arm) {
    seen_values<std::string> seen;
    std::optional<backlog<std::string>> waiting;
    if (!arm([&] { waiting.emplace(100, overflow::leaves_a_gap); }))
      return;
    const auto text = [](libsync::version version) {
      const failing::paused memory{failing::allocations()};
      return std::string(100, static_cast<char>('a' + version));
    };
    for (libsync::version version = 1; version <= 9; ++version) {
      const auto value = text(version);
      const bool whole = arm([&] {
        auto found = seen.next(value, version, version == 1);
        REQUIRE(found);
        waiting->push(*std::move(found));
      });
      if (!whole)
        seen.miss();
    }
    waiting->push(*seen.next(text(10), 10, false));
    libsync::version last = 0;
    while (const auto one = waiting->pop()) {
      CHECK((one->gap || last == 0 || one->version == last + 1));
      CHECK(*one->value == text(one->version));
      last = one->version;
    }
    CHECK(last == 10);
  });
  CHECK(failed > 20);
}
