#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/redis_rows.hpp"
#include "support/sibling_laws.hpp"

using namespace redis_rows;
using libsync::storage_failure;
using siblings::failure;

TEST_CASE("rows in a Redis are there to the byte, in the order of their keys, up and down") {
  const books kept;
  const auto in = kept.open();
  const std::string odd{"\0\r\n\xff", 4};
  row_changes changes;
  for (const auto key : {greatest, std::uint64_t{0}, std::uint64_t{10}, std::uint64_t{9}})
    changes.put.push_back(row(row_table::log, key, odd + std::to_string(key)));
  changes.put.push_back(row(row_table::data, 9));
  in->commit(changes);
  std::vector<stored_row> up;
  in->read_from(row_table::log, 9, [&](const stored_row& one) {
    up.push_back(one);
    return true;
  });
  CHECK(up == std::vector{row(row_table::log, 9, odd + "9"), row(row_table::log, 10, odd + "10"),
                          row(row_table::log, greatest, odd + std::to_string(greatest))});
  std::vector<std::uint64_t> down;
  in->read_down(row_table::log, ~std::uint64_t{0}, [&](const stored_row& one) {
    down.push_back(one.key);
    return one.key != 9;
  });
  CHECK(down == std::vector<std::uint64_t>{greatest, 10, 9});
  CHECK(keys(*in, row_table::data) == "9");
  CHECK(keys(*in, row_table::timers) == "");
  CHECK(in->place() == "redis://" + kept.in.socket() + "/books");
}

TEST_CASE("rows in a Redis are cleared, erased and replaced in the order of a commit") {
  const books kept;
  const auto in = kept.open();
  put(*in, row_table::log, {1, 2, 3, 4, 5});
  put(*in, row_table::data, {1, 2, 3});
  row_changes changes;
  changes.clear = {row_table::data};
  changes.erase_below = {{row_table::log, 3}, {row_table::data, 100}};
  changes.erase = {{row_table::log, 4}, {row_table::log, 77}};
  changes.put = {row(row_table::data, 2, "new"), row(row_table::log, 1, "new")};
  in->commit(changes);
  CHECK(keys(*in, row_table::log) == "1 3 5");
  CHECK(keys(*in, row_table::data) == "2");
  in->commit({});
  CHECK(keys(*in, row_table::log) == "1 3 5");
}

TEST_CASE("many rows are read in pages, and go at once") {
  const books kept;
  const auto in = kept.open();
  std::vector<std::uint64_t> many;
  for (std::uint64_t key = 0; key != 3'500; ++key)
    many.push_back(key);
  put(*in, row_table::log, many);
  std::uint64_t next = 0;
  in->read_from(row_table::log, 0, [&](const stored_row& one) { return one.key == next++; });
  CHECK(next == 3'500);
  in->read_down(row_table::log, greatest, [&](const stored_row& one) { return one.key == --next; });
  CHECK(next == 0);
  row_changes most;
  most.erase_below = {{row_table::log, 3'498}};
  in->commit(most);
  CHECK(keys(*in, row_table::log) == "3498 3499");
}

TEST_CASE("rows are there when Redis was killed and started, and the store goes on") {
  books kept;
  auto in = kept.open();
  put(*in, row_table::log, {1});
  kept.in.kill_and_start();
  put(*in, row_table::log, {2});
  kept.in.kill_and_start();
  CHECK(keys(*in, row_table::log) == "1 2");
  in = nullptr;
  CHECK(keys(*kept.open(), row_table::log) == "1 2");
}

TEST_CASE("a commit that was not answered is void once the store looks, or it is seen") {
  books kept;
  kept.how.timeout = 300;
  const auto in = kept.open();
  put(*in, row_table::log, {1});
  // Redis takes nothing that writes, so the commit has reached it, and waits there.
  kept.in.run({"CLIENT", "PAUSE", "3600000", "WRITE"});
  const auto error = failure([&] { put(*in, row_table::log, {2}); });
  CHECK(error.kind() == storage_failure::io);
  CHECK_FALSE(error.wrote_nothing());
  kept.in.run({"CLIENT", "UNPAUSE"});
  const auto found = keys(*in, row_table::log);
  CHECK((found == "1" || found == "1 2"));
  put(*in, row_table::log, {3});
  CHECK(keys(*in, row_table::log) == found + " 3");
}

TEST_CASE("a full Redis writes nothing, and goes on when there is room") {
  const books kept;
  const auto in = kept.open();
  put(*in, row_table::log, {1});
  kept.in.run({"CONFIG", "SET", "maxmemory", "1"});
  const auto error = failure([&] { put(*in, row_table::log, {2}); });
  CHECK(error.kind() == storage_failure::full);
  CHECK(error.wrote_nothing());
  CHECK(keys(*in, row_table::log) == "1");
  kept.in.run({"CONFIG", "SET", "maxmemory", "0"});
  put(*in, row_table::log, {3});
  CHECK(keys(*in, row_table::log) == "1 3");
}

TEST_CASE("who only reads makes nothing, and what must be there is not made") {
  books kept;
  read(*kept.open_past());
  kept.how.must_exist = true;
  const auto expected = "redis://" + kept.in.socket() + "/books: there is no journal of this name";
  CHECK(failure([&] { kept.open(); }).what() == expected);
  CHECK(failure([&] { kept.open_past(); }).what() == expected);
  CHECK(kept.in.run({"DBSIZE"}) == "0");
}

TEST_CASE("a Redis that has lost what was committed gets nothing more from that store") {
  books kept;
  const auto in = kept.open();
  put(*in, row_table::log, {1});
  const auto lost = [&](const std::string& why) {
    for (int i = 0; i != 2; ++i) {
      const auto error = failure([&] { put(*in, row_table::log, {3}); });
      CHECK(error.kind() == storage_failure::damaged);
      CHECK(error.what() == in->place() + ": Redis has lost " + why);
    }
    CHECK(failure([&] { read(*in); }).kind() == storage_failure::damaged);
  };
  SECTION("the last moment") {
    kept.in.run({"HINCRBY", base, "commits", "-1"});
    SECTION("on the same connection") {
      lost("what was written there last");
    }
    SECTION("when it was started again") {
      kept.in.kill_and_start();
      lost("what was written there last");
    }
  }
  SECTION("all") {
    kept.in.run({"FLUSHALL"});
    SECTION("on the same connection") {
      lost("all that was written there");
    }
    SECTION("when it was started again") {
      kept.in.kill_and_start();
      lost("all that was written there");
    }
  }
}

TEST_CASE("damaged rows in a Redis are named, and stay") {
  const books kept;
  const auto in = kept.open();
  put(*in, row_table::log, {1, 2});
  const auto second = "0000000000000000002";
  const auto expect = [&](const std::string& words) {
    const auto error = failure([&] { read(*in); });
    CHECK(error.kind() == storage_failure::damaged);
    CHECK(error.what() == in->place() + ": " + words);
  };
  SECTION("what does not begin with a checksum") {
    kept.in.run({"HSET", base + ":log", second, "text"});
    expect("row 2 of the table log: it does not begin with a checksum");
  }
  SECTION("a row without a key") {
    kept.in.run({"ZREM", base + ":log:keys", second});
    expect("the table log has 2 rows, and 1 keys");
  }
  SECTION("a key without a row") {
    kept.in.run({"HDEL", base + ":log", second});
    expect("the table log has 1 rows, and 2 keys");
    kept.in.run({"HSET", base + ":log", "0000000000000000003", "text"});
    expect("row 2 of the table log: it is gone");
  }
  SECTION("a key that is no number") {
    kept.in.run({"HSET", base + ":log", "2", "text"});
    kept.in.run({"ZADD", base + ":log:keys", "0", "2"});
    expect("row `2` of the table log: its key is no number of 19 digits");
  }
}

TEST_CASE("what is no journal, or one of a later form, is refused and stays") {
  const books kept;
  const auto refused = [&](storage_failure kind, const std::string& words) {
    for (const bool to_read : {false, true}) {
      const auto error = failure([&] { to_read ? kept.open_past() : kept.open(); });
      CHECK(error.kind() == kind);
      CHECK_THAT(error.what(), Catch::Contains("/books: " + words));
    }
    CHECK(kept.in.run({"EXISTS", base + ":lock"}) == "0");
  };
  SECTION("of a later form") {
    kept.in.run({"HSET", base, "format", "journal 2"});
    refused(storage_failure::foreign,
            "it has the format `journal 2`, and this program knows `journal 1`");
  }
  SECTION("a hash of another program's") {
    kept.in.run({"HSET", base, "a", "b"});
    refused(storage_failure::foreign, "it has the format ``");
  }
  SECTION("a text of another program's") {
    kept.in.run({"SET", base, "a"});
    refused(storage_failure::foreign, "a key there is of another kind, so it is not ours");
  }
  SECTION("rows without their head") {
    put(*kept.open(), row_table::log, {1});
    kept.in.run({"DEL", base});
    refused(storage_failure::damaged, "there are rows, but the key " + base + " is gone");
  }
}

TEST_CASE("a synced journal refuses a Redis that answers before its disk has it") {
  books kept{.in = redis_process::process{{"--appendonly", "no"}}};
  CHECK_THAT(failure([&] { kept.open(); }).what(),
             Catch::Contains("/books: what it answers is not on its disk yet"));
  kept.how.synced = false;
  put(*kept.open(), row_table::log, {1});
}
