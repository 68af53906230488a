#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <string>

#include "libsync/sqlite/detail/database.hpp"
#include "libsync/sqlite/detail/statement.hpp"
#include "sqlite/detail/words.hpp"
#include "support/catch.hpp"
#include "support/child.hpp"
#include "support/scratch.hpp"

using namespace libsync::detail::sqlite;
using Catch::Contains;
using Catch::StartsWith;
using libsync::storage_error;
using libsync::storage_failure;
using words::failure;

namespace {

void open(const std::filesystem::path& file, database_options options = {}) {
  options.wait = 0;
  database{file, words::format, options};
}

// A user who may not write everywhere.
void give_up_privileges() {
  if (getuid() == 0 && setuid(65'534) != 0)
    _exit(2);
}

} // namespace

TEST_CASE("a foreign file is refused in words, and left as it is") {
  const scratch in;
  const auto file = in / "words.db";
  const auto name = file.string();
  SECTION("of text") {
    put(file, std::string(5'000, 'x'));
    const auto error = failure([&] { open(file); });
    CHECK(error.kind() == storage_failure::foreign);
    CHECK_THAT(error.what(), StartsWith(name + ": it is no database of SQLite's (SQLite: "));
    CHECK(get(file) == std::string(5'000, 'x'));
  }
  SECTION("of SQLite's") {
    auto other = words::format;
    other.application_id = 7;
    { database{file, other}; }
    const auto before = get(file);
    const auto error = failure([&] { open(file); });
    CHECK(error.kind() == storage_failure::foreign);
    CHECK(error.what() == name + ": it is no list of words: its application id is 7, expected " +
                              std::to_string(words::format.application_id));
    CHECK(get(file) == before);
  }
  SECTION("of SQLite's, without a sign of whose it is") {
    auto other = words::format;
    { database{file, other}.execute("PRAGMA application_id = 0; PRAGMA user_version = 0"); }
    const auto before = get(file);
    CHECK(failure([&] { open(file); }).kind() == storage_failure::foreign);
    CHECK(get(file) == before);
  }
  SECTION("of a later form") {
    auto later = words::format;
    later.version = 3;
    { database{file, later}; }
    const auto before = get(file);
    const auto error = failure([&] { open(file); });
    CHECK(error.kind() == storage_failure::foreign);
    CHECK(error.what() ==
          name + ": it is a list of words of form 3, and this program knows 1 to 1");
    CHECK(get(file) == before);
  }
  SECTION("that is a directory") {
    std::filesystem::create_directory(file);
    const auto error = failure([&] { open(file); });
    CHECK(error.kind() == storage_failure::foreign);
    CHECK_THAT(error.what(), StartsWith(name + ": it is a directory"));
  }
  SECTION("that is empty, where none is to be made") {
    put(file, "");
    const auto error = failure([&] { open(file, {.create = false}); });
    CHECK(error.kind() == storage_failure::foreign);
    CHECK(error.what() == name + ": it is empty, expected a list of words");
    CHECK(get(file).empty());
  }
  CHECK(in.count() == 1);
}

TEST_CASE("a file that is not there, and cannot be made, is an error in words") {
  const scratch in;
  CHECK_THAT(failure([&] { open(in / "words.db", {.create = false}); }).what(),
             Contains("words.db: it cannot be opened") && Contains("No such file or directory"));
  CHECK_THAT(failure([&] { open(in / "nowhere/words.db"); }).what(),
             Contains("words.db: it cannot be opened") && Contains("No such file or directory"));
  CHECK(failure([&] { open(""); }).what() == std::string{"a list of words needs a file's name"});
  CHECK(in.count() == 0);
}

TEST_CASE("a file that another connection is writing is locked") {
  const scratch in;
  database writer{in / "words.db", words::format};
  database other{in / "words.db", words::format, {.wait = 0}};
  transaction all{writer};
  const auto error = failure([&] { words::add(other, "late"); });
  CHECK(error.kind() == storage_failure::locked);
  CHECK(error.wrote_nothing());
  CHECK_THAT(error.what(), Contains("words.db: somebody else has locked it"));
  all.commit();
  words::add(other, "later");
  CHECK(words::all(writer) == "later");
}

TEST_CASE("a file that another process has for itself is locked until that ends") {
  const scratch in;
  const auto file = in / "words.db";
  child holder{[&](int to) -> std::string {
    database mine{file, words::format, {.exclusive = true}};
    words::add(mine, "mine");
    if (write(to, "!", 1) == 1)
      pause();
    return {};
  }};
  holder.wait();
  CHECK(failure([&] { open(file); }).kind() == storage_failure::locked);
  CHECK(failure([&] { open(file, {.exclusive = true}); }).kind() == storage_failure::locked);
  CHECK(failure([&] { open(file, {.read_only = true}); }).kind() == storage_failure::locked);
  holder.kill();
  database now{file, words::format, {.exclusive = true, .wait = 0}};
  CHECK(words::all(now) == "mine");
  CHECK(failure([&] { open(file); }).kind() == storage_failure::locked);
}

TEST_CASE("a file that may not be written, or whose directory may not, is an error in words") {
  const scratch in;
  const auto file = in / "words.db";
  { database{file, words::format}; }
  const auto folder = file.parent_path();
  using std::filesystem::perms;
  SECTION("the file") {
    std::filesystem::permissions(file, perms::owner_read | perms::others_read);
    std::filesystem::permissions(folder, perms::all);
  }
  SECTION("the directory") {
    std::filesystem::permissions(file, perms::all);
    std::filesystem::permissions(folder, perms::owner_read | perms::owner_exec |
                                             perms::others_read | perms::others_exec);
  }
  SECTION("the directory, in which there is no file") {
    std::filesystem::remove(file);
    std::filesystem::permissions(folder, perms::owner_read | perms::owner_exec |
                                             perms::others_read | perms::others_exec);
  }
  child other{[&] {
    give_up_privileges();
    const auto error = failure([&] { open(file); });
    return std::to_string(static_cast<int>(error.kind())) + ' ' + error.what();
  }};
  const auto said = other.said();
  std::filesystem::permissions(folder, perms::owner_all);
  CHECK_THAT(said, StartsWith(std::to_string(static_cast<int>(storage_failure::read_only)) + ' ' +
                              file.string() + ": it may not be written"));
}

TEST_CASE("a file that may not grow is full, and takes more once it may") {
  const scratch in;
  const auto file = in / "words.db";
  child limited{[&]() -> std::string {
    std::signal(SIGXFSZ, SIG_IGN);
    database db{file, words::format};
    words::add(db, "first");
    const rlimit narrow{50'000, RLIM_INFINITY};
    setrlimit(RLIMIT_FSIZE, &narrow);
    const auto error = failure([&] { words::add(db, std::string(100'000, 'x')); });
    const rlimit wide{RLIM_INFINITY, RLIM_INFINITY};
    setrlimit(RLIMIT_FSIZE, &wide);
    if (error.kind() != storage_failure::full || !error.wrote_nothing())
      return error.what();
    words::add(db, "last");
    return words::all(db);
  }};
  CHECK(limited.said() == "first last");
}

TEST_CASE("a damaged page is reported, and not overwritten") {
  const scratch in;
  const auto file = in / "words.db";
  {
    database db{file, words::format};
    words::add(db, "first");
  }
  auto bytes = get(file);
  REQUIRE(bytes.size() == 8'192);
  bytes[4'096] = 77; // what kind of page the table's is
  put(file, bytes);
  database db{file, words::format};
  const auto error = failure([&] { words::add(db, "next"); });
  CHECK(error.kind() == storage_failure::damaged);
  CHECK(error.wrote_nothing());
  CHECK_THAT(error.what(), StartsWith(file.string() + ": it is damaged (SQLite: "));
  CHECK_FALSE(db.check().empty());
  CHECK(get(file) == bytes);
}

TEST_CASE("what SQLite does not know is an error in its words") {
  const scratch in;
  database db{in / "words.db", words::format};
  const auto error = failure([&] { db.execute("SELECT missing"); });
  CHECK(error.kind() == storage_failure::other);
  CHECK_THAT(error.what(), Contains("words.db: SQLite fails (SQLite: no such column: missing"));
  CHECK_THAT(db.last_error(), Contains("no such column: missing"));
}
