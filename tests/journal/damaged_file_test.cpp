#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "journal/books.hpp"
#include "libsync/actors.hpp"
#include "libsync/actors/testing/runtime.hpp"
#include "libsync/journal.hpp"
#include "libsync/sqlite.hpp"
#include "support/amount.hpp"
#include "support/catch.hpp"
#include "support/scratch.hpp"

using books::data;
using books::pay;
using libsync::storage_error;
using libsync::storage_failure;

namespace {

libsync::sqlite_journal in(const std::filesystem::path& file) {
  return {.file = file, .level = libsync::durability::relaxed, .wait = 0};
}

void write_journal(const std::filesystem::path& file) {
  libsync::testing::runtime at{1};
  auto server = libsync::spawn_server(at, data{}, {.journal = in(file)});
  libsync::session<data> session{server, {.identity = "ann"}};
  for (int i = 0; i < 5; ++i)
    REQUIRE(session.submit(pay{"rent", i}).get().is_accepted());
  REQUIRE(server.submit_at("later", 5'000'000'000'000, pay{"late", 1}));
  session.close();
  server.stop();
  server = nullptr;
  at.run();
}

std::string words(const libsync::stored_state<data>& of) {
  nlohmann::json all{of.data, of.version, static_cast<std::uint64_t>(of.epoch)};
  for (const auto& [id, one] : of.clients)
    all.push_back({static_cast<std::uint64_t>(id), one.next, *one.identity});
  for (const auto& [number, one] : of.timers)
    all.push_back({number, one.name, one.time});
  return all.dump();
}

std::optional<std::string> load(const std::filesystem::path& file) {
  const auto found = in(file).open<data>()->load({1'000, 1'000'000});
  return found ? std::optional{words(*found)} : std::nullopt;
}

} // namespace

TEST_CASE("whichever byte of a file is another, it is reported, or harmless", "[damage]") {
  const scratch folder;
  const auto file = folder / "books.db";
  write_journal(file);
  const auto bytes = get(file);
  const auto before = load(file);
  REQUIRE(before);
  REQUIRE(folder.count() == 1); // the log beside it is gone, since it has ended cleanly
  const auto step = amount("LIBSYNC_JOURNAL_STEP", 151);
  std::size_t reported = 0;
  std::size_t harmless = 0;
  for (std::size_t i = 0; i < bytes.size(); i += step) {
    INFO("byte " << i);
    auto damaged = bytes;
    damaged[i] = static_cast<char>(damaged[i] ^ (1 << (i % 8)));
    const auto copy = folder / "damaged.db";
    put(copy, damaged);
    try {
      const auto found = load(copy);
      ++harmless;
      REQUIRE(found == before);
    } catch (const storage_error& error) {
      ++reported;
      CHECK_THAT(error.what(), Catch::Contains("damaged.db"));
    }
    for (const char* each : {"damaged.db", "damaged.db-wal", "damaged.db-shm"})
      std::filesystem::remove(folder / each);
  }
  CHECK(reported > 0);
  CHECK(harmless > 0); // much of a small file is empty
}

TEST_CASE("a file of another program is no journal, and stays as it is") {
  const scratch folder;
  const auto file = folder / "letter.txt";
  const std::string text(5'000, 'x');
  put(file, text);
  CHECK_THROWS_WITH(in(file).open<data>(), Catch::Contains("letter.txt"));
  CHECK(get(file) == text);
  {
    const auto boxes = libsync::open_siblings<libsync::set<std::int64_t>>(
        libsync::sqlite_siblings{folder / "boxes.db"});
  }
  CHECK_THROWS_WITH(in(folder / "boxes.db").open<data>(),
                    Catch::Contains("boxes.db: it is no journal"));
}
