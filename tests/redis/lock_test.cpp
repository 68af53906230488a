#include <unistd.h>

#include <cstdint>
#include <memory>
#include <string>

#include "support/amount.hpp"
#include "support/catch.hpp"
#include "support/child.hpp"
#include "support/redis_rows.hpp"
#include "support/sibling_laws.hpp"

using namespace redis_rows;
using libsync::storage_failure;
using siblings::failure;

TEST_CASE("two stores cannot have one journal, and the next has it when the first is gone") {
  const books kept;
  auto one = kept.open();
  put(*one, row_table::log, {1});
  const auto error = failure([&] { kept.open(); });
  CHECK(error.kind() == storage_failure::locked);
  CHECK(error.what() == "redis://" + kept.in.socket() + "/books: another server has it");
  CHECK(failure([&] { kept.open_past(); }).kind() == storage_failure::locked);
  one = nullptr;
  const auto past = kept.open_past();
  CHECK(keys(*past, row_table::log) == "1");
  CHECK(failure([&] { put(*past, row_table::log, {2}); }).kind() == storage_failure::read_only);
  const auto other = kept.open();
  CHECK(keys(*other, row_table::log) == "1");
  CHECK(failure([&] { read(*past); }).what() ==
        other->place() + ": a server has begun to write there");
}

TEST_CASE("a store that has lost its lock to another one writes no more") {
  const books kept;
  const auto one = kept.open();
  put(*one, row_table::log, {1});
  kept.in.run({"DEL", base + ":lock"}); // as if it had run out
  SECTION("and another one has begun") {
    auto other = kept.open();
    for (int i = 0; i != 2; ++i) {
      const auto error = failure([&] { put(*one, row_table::log, {2}); });
      CHECK(error.kind() == storage_failure::locked);
      CHECK(error.wrote_nothing());
      CHECK(error.what() == other->place() + ": another server has taken it over");
    }
    put(*other, row_table::log, {3});
    CHECK(keys(*one, row_table::log) == "1 3"); // it may look
    CHECK(keys(*other, row_table::log) == "1 3");
    other = nullptr;
    CHECK(failure([&] { put(*one, row_table::log, {2}); }).kind() == storage_failure::locked);
    CHECK(keys(*kept.open(), row_table::log) == "1 3");
  }
  SECTION("but if nobody has taken it, it goes on, and has it again") {
    put(*one, row_table::log, {2});
    CHECK(kept.in.run({"EXISTS", base + ":lock"}) == "1");
    CHECK(failure([&] { kept.open(); }).kind() == storage_failure::locked);
    CHECK(keys(*one, row_table::log) == "1 2");
  }
}

TEST_CASE("a lock lasts while its store lives, and runs out when nobody renews it") {
  books kept;
  kept.how.hold = 90;
  auto one = kept.open();
  // It is renewed without a commit: it is there again though it was taken away.
  kept.in.run({"DEL", base + ":lock"});
  while (kept.in.run({"EXISTS", base + ":lock"}) == "0")
    continue;
  CHECK(failure([&] { kept.open(); }).kind() == storage_failure::locked);
  one = nullptr;
  CHECK(kept.in.run({"EXISTS", base + ":lock"}) == "0");
  kept.in.run({"SET", base + ":lock", "somebody who was killed", "PX", "200"});
  kept.how.wait = 60'000;
  read(*kept.open());
}

TEST_CASE("stores that take a journal from each other never write into each other's time",
          "[churn]") {
  books kept;
  kept.how.hold = 3'600'000;
  // Commits without end, and takes the journal again whenever it has lost it.
  const child other{[&](int to) -> std::string {
    auto how = kept.how;
    how.wait = 60'000;
    std::unique_ptr<row_store> in;
    for (std::uint64_t key = 0;; ++key)
      try {
        if (!in)
          in = libsync::open_redis_rows("books", how);
        put(*in, row_table::log, {key});
        if (write(to, "x", 1) != 1)
          return "nobody hears";
      } catch (const libsync::storage_error&) {
        in = nullptr;
      }
  }};
  for (std::size_t round = amount("LIBSYNC_JOURNAL_KILLS", 12) * 5; round != 0; --round) {
    other.wait();
    std::unique_ptr<row_store> in;
    while (!in)
      try {
        kept.in.run({"DEL", base + ":lock"});
        in = kept.open();
      } catch (const libsync::storage_error&) { // it is locked again, by a commit in between
      }
    const auto found = keys(*in, row_table::log);
    for (std::uint64_t key = 0; key != 3; ++key) {
      put(*in, row_table::data, {key});
      REQUIRE(keys(*in, row_table::log) == found);
    }
  }
}
