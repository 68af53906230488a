#include "libsync/sqlite/detail/database.hpp"

#include <limits>
#include <string>

#include "libsync/sqlite/detail/statement.hpp"
#include "sqlite/detail/words.hpp"
#include "support/catch.hpp"
#include "support/scratch.hpp"

using namespace libsync::detail::sqlite;

TEST_CASE("a new file has the tables of its format, and keeps what is committed") {
  const scratch in;
  {
    database db{in / "words.db", words::format};
    CHECK(db.version() == 1);
    words::add(db, "one");
    statement insert{db, "INSERT INTO words VALUES (?)"};
    insert.run("two");
    CHECK(db.changed_rows() == 1);
    CHECK(db.last_row() == 2);
  }
  database db{in / "words.db", words::format, {.create = false}};
  CHECK(words::all(db) == "one two");
  CHECK(db.check().empty());
  database reader{in / "words.db", words::format, {.read_only = true}};
  words::add(db, "three");
  CHECK(words::all(reader) == "one two three");
}

TEST_CASE("a transaction that is not committed is rolled back") {
  const scratch in;
  database db{in / "words.db", words::format};
  {
    transaction all{db};
    db.execute("INSERT INTO words VALUES ('lost')");
    CHECK(db.in_transaction());
  }
  CHECK_FALSE(db.in_transaction());
  CHECK(words::all(db).empty());
  {
    transaction all{db};
    db.execute("INSERT INTO words VALUES ('kept')");
    all.commit();
  }
  CHECK(words::all(db) == "kept");
}

TEST_CASE("values come back from SQLite as they were bound") {
  const scratch in;
  database db{in / "words.db", words::format};
  statement back{db, "SELECT ?, ?, ?, ?"};
  const std::string bytes{"a\0\xff'\"", 5};
  constexpr auto least = std::numeric_limits<std::int64_t>::min();
  back.start(least, bytes, nullptr, std::string_view{});
  REQUIRE(back.step());
  CHECK(back.integer(0) == least);
  CHECK(back.text(1) == bytes);
  CHECK(back.is_null(2));
  CHECK(back.text(2).empty());
  CHECK_FALSE(back.is_null(3));
  CHECK(back.text(3).empty());
  CHECK_FALSE(back.step());
}

TEST_CASE("an upgrade in a transaction gives an older file the newest form") {
  const scratch in;
  { database old{in / "words.db", words::format}; }
  auto newer = words::format;
  newer.version = 2;
  database db{in / "words.db", newer};
  CHECK(db.version() == 1);
  transaction all{db};
  db.execute("ALTER TABLE words ADD COLUMN language TEXT; PRAGMA user_version = 2");
  all.commit();
  CHECK(db.version() == 2);
}

TEST_CASE("a checkpoint brings what the log holds into the file") {
  const scratch in;
  database db{in / "words.db", words::format};
  const auto before = get(in / "words.db");
  words::add(db, "far into the file");
  CHECK(get(in / "words.db") == before);
  db.checkpoint();
  CHECK(get(in / "words.db").find("far into the file") != std::string::npos);
}
