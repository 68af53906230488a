#include "libsync/detail/copy_on_write.hpp"

#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "support/catch.hpp"
#include "support/counted.hpp"

using libsync::detail::copy_on_write;

TEST_CASE("a value that nobody looks at is written without a copy", "[copy_on_write]") {
  copy_on_write<counted> value{counted{1}};
  const auto copies = counted::copies();
  value.write().value = 2;
  static_cast<void>(value.share()); // looked at, and away again
  value.write().value = 3;
  CHECK(counted::copies() == copies);
  CHECK(value.read().value == 3);
}

TEST_CASE("a snapshot never changes", "[copy_on_write]") {
  copy_on_write<counted> value{counted{1}};
  const auto copies = counted::copies();
  const auto before = value.share();
  const auto same = value.share();
  CHECK(before == same);
  value.write().value = 2;
  value.write().value = 3;
  CHECK(counted::copies() == copies + 1);
  CHECK(before->value == 1);
  CHECK(value.share()->value == 3);
}

TEST_CASE("an adopted snapshot is shared until it is written", "[copy_on_write]") {
  copy_on_write<counted> origin{counted{7}};
  const auto copies = counted::copies();
  std::vector<copy_on_write<counted>> adopters;
  adopters.reserve(100);
  for (int i = 0; i < 100; ++i)
    adopters.emplace_back(origin.share());
  CHECK(counted::copies() == copies);
  CHECK(adopters.front().share() == adopters.back().share());
  adopters.front().write().value = 8;
  CHECK(counted::copies() == copies + 1);
  CHECK(origin.read().value == 7);
  CHECK(adopters.back().read().value == 7);
}

TEST_CASE("a copy is independent", "[copy_on_write]") {
  copy_on_write<counted> one{counted{1}};
  auto other = one;
  other.write().value = 2;
  CHECK(one.read().value == 1);
  one = other;
  one.write().value = 3;
  CHECK(other.read().value == 2);
}

TEST_CASE("snapshots may be read and dropped on other threads while the owner writes",
          "[copy_on_write]") {
  copy_on_write<std::vector<int>> value{std::vector<int>(64, 0)};
  for (int round = 1; round <= 500; ++round) {
    std::jthread reader{[snapshot = value.share(), round] {
      for (const int element : *snapshot)
        if (element != round - 1)
          throw 1; // ends the program: a snapshot has changed
    }};
    for (auto& element : value.write())
      element = round;
  }
  CHECK(value.read().front() == 500);
}

TEST_CASE("a spare that nobody looks at is reused for the next copy", "[copy_on_write]") {
  copy_on_write<std::vector<int>> value{{1, 2, 3}};
  value.recycle(1);
  auto first = value.share();
  value.write().push_back(4); // copies; the first is a spare now, but looked at
  auto second = value.share();
  value.write().push_back(5); // copies again, into new memory; there is room for one spare only
  CHECK(*first == std::vector{1, 2, 3});
  CHECK(*second == std::vector{1, 2, 3, 4});
  const auto* memory = first.get();
  first.reset();
  second.reset();
  const auto third = value.share();
  value.write().push_back(6);
  CHECK(&value.read() == memory);
  CHECK(value.read() == std::vector{1, 2, 3, 4, 5, 6});
  CHECK(*third == std::vector{1, 2, 3, 4, 5});
}

TEST_CASE("spares are let go when none are to be kept", "[copy_on_write]") {
  copy_on_write<counted> value{counted{1}};
  const auto before = counted::alive();
  value.recycle(2);
  for (int i = 0; i < 3; ++i) {
    const auto snapshot = value.share();
    value.write().value = i;
  }
  CHECK(counted::alive() == before + 1); // the others were reused
  value.recycle(0);
  CHECK(counted::alive() == before);
}
