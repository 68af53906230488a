#include "sqlite/support/faulty_files.hpp"

#include <optional>
#include <string>

#include "libsync/sqlite/detail/database.hpp"
#include "sqlite/detail/words.hpp"
#include "support/catch.hpp"
#include "support/scratch.hpp"

using namespace libsync::detail::sqlite;
using faults::fault;
using faults::faulty_files;
using libsync::storage_error;
using libsync::storage_failure;
using words::failure;

TEST_CASE("a full disk writes nothing, and the database goes on when there is room") {
  const scratch in;
  faulty_files files{1};
  database db{in / "words.db", words::format, {.file_system = files.name()}};
  words::add(db, "first");
  files.leave_room(1'000);
  const auto error = failure([&] { words::add(db, "second"); });
  CHECK(error.kind() == storage_failure::full);
  CHECK(error.wrote_nothing());
  CHECK(words::all(db) == "first");
  files.heal();
  words::add(db, "third");
  CHECK(words::all(db) == "first third");
}

TEST_CASE("after a failed sync nobody knows, until the file is opened again") {
  const scratch in;
  faulty_files files{1};
  std::optional<database> db;
  db.emplace(in / "words.db", words::format, database_options{.file_system = files.name()});
  words::add(*db, "first");
  const auto before = files.counts();
  words::add(*db, "second");
  const auto changes = files.counts().changes - before.changes;
  REQUIRE(files.counts().syncs == before.syncs + 1);
  files.plan_lasting(fault::fails, changes - 1); // the sync is the last
  const auto error = failure([&] { words::add(*db, "third"); });
  CHECK(error.kind() == storage_failure::io);
  CHECK_FALSE(error.wrote_nothing());
  CHECK_THAT(error.what(), Catch::Contains("words.db: the system cannot read or write it"));
  db.reset();
  files.heal();
  database again{in / "words.db", words::format, {.file_system = files.name()}};
  CHECK(words::all(again) == "first second third");
}

// What a database must keep, whatever happens at whatever call.
TEST_CASE("whatever fails, what was committed is there, and nothing that surely was not") {
  std::uint64_t failed = 0;
  std::uint64_t unsure = 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    INFO("seed " << seed);
    const scratch in;
    faulty_files files{seed};
    const auto kind = static_cast<fault>(seed % 3);
    std::string committed;
    std::string maybe;
    std::optional<database> db;
    const auto open = [&] {
      db.emplace(in / "words.db", words::format, database_options{.file_system = files.name()});
    };
    open();
    for (int round = 0; round < 3; ++round) {
      if (seed % 2 == 0)
        files.plan(kind, seed * 7 % 60);
      else
        files.plan_lasting(kind, seed * 7 % 60);
      try {
        for (int i = 0; i < 20; ++i) {
          maybe = std::to_string(round * 20 + i) + std::string(seed * 37 % 9'000, 'x');
          words::add(*db, maybe);
          committed += (committed.empty() ? "" : " ") + maybe;
          if (i % 8 == 7)
            db->checkpoint();
        }
      } catch (const storage_error& error) {
        failed += files.has_failed() ? 1 : 0;
        REQUIRE(files.has_failed());
        if (!committed.ends_with(maybe) && !error.wrote_nothing()) {
          ++unsure;
          maybe = committed + (committed.empty() ? "" : " ") + maybe;
        } else {
          maybe = committed;
        }
      }
      db.reset();
      files.heal();
      open();
      const auto found = words::all(*db);
      REQUIRE((found == committed || found == maybe));
      committed = found;
      REQUIRE(db->check().empty());
    }
  }
  CHECK(failed > 300);
  CHECK(unsure > 100);
}
