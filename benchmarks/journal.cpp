// What does it cost to keep what a server decides? Operations a second that are on the disk before
// anybody hears of them, against SQLite by hand: one row a commit, and one batch a commit. How soon
// a server starts again, and how many bytes an operation takes.

#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>
#include <sqlite3.h>

#include "libsync/actors.hpp"
#include "libsync/journal.hpp"
#include "libsync/sqlite.hpp"
#include "support/program.hpp"
#include "support/stopwatch.hpp"

namespace kept {

struct add {
  std::int64_t account = 0;
  std::int64_t amount = 0;
};

struct accounts {
  using operation = add;
  std::vector<std::int64_t> all = std::vector<std::int64_t>(1'000);
  std::int64_t count = 0;
};

void reduce(accounts& data, const add& op) {
  data.all[static_cast<std::size_t>(op.account) % data.all.size()] += op.amount;
  ++data.count;
}

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(add, account, amount)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(accounts, all, count)

} // namespace kept

namespace {

using kept::accounts;
using kept::add;
namespace fs = std::filesystem;

// A folder on a disk, beside the program: /tmp may be memory.
class folder {
public:
  folder() : at_(fs::current_path() / ("journal." + std::to_string(getpid()))) {
    fs::create_directories(at_);
  }
  folder(const folder&) = delete;
  folder& operator=(const folder&) = delete;
  ~folder() { fs::remove_all(at_); }

  [[nodiscard]] fs::path file() const { return at_ / "kept.db"; }
  [[nodiscard]] double bytes() const {
    double sum = 0;
    for (const auto& one : fs::directory_iterator{at_})
      sum += static_cast<double>(one.file_size());
    return sum;
  }

private:
  fs::path at_;
};

add operation(std::uint64_t i) {
  return {static_cast<std::int64_t>(i % 1'000), static_cast<std::int64_t>(i % 17)};
}

// -- by hand --------------------------------------------------------------------------------------

void check(bool is_done, sqlite3* in) {
  if (!is_done)
    throw std::runtime_error(std::string{"SQLite: "} + sqlite3_errmsg(in));
}

bench::figures by_hand(std::uint64_t operations, std::uint64_t batch) {
  const folder here;
  sqlite3* in = nullptr;
  check(sqlite3_open(here.file().c_str(), &in) == SQLITE_OK, in);
  const std::unique_ptr<sqlite3, decltype(&sqlite3_close)> closes{in, sqlite3_close};
  const auto run = [in](const char* sql) {
    check(sqlite3_exec(in, sql, nullptr, nullptr, nullptr) == SQLITE_OK, in);
  };
  run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
      "CREATE TABLE log (version INTEGER PRIMARY KEY, text TEXT NOT NULL)");
  sqlite3_stmt* put = nullptr;
  check(sqlite3_prepare_v2(in, "INSERT INTO log VALUES (?, ?)", -1, &put, nullptr) == SQLITE_OK,
        in);
  const std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)> ends{put, sqlite3_finalize};
  const bench::stopwatch watch;
  for (std::uint64_t i = 0; i < operations;) {
    run("BEGIN IMMEDIATE");
    for (const auto end = std::min(i + batch, operations); i < end; ++i) {
      const auto text = nlohmann::json(operation(i)).dump();
      sqlite3_bind_int64(put, 1, static_cast<std::int64_t>(i + 1));
      sqlite3_bind_text(put, 2, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
      check(sqlite3_step(put) == SQLITE_DONE, in);
      sqlite3_reset(put);
    }
    run("COMMIT");
  }
  const auto seconds = watch.seconds();
  return {{"operations/s", static_cast<double>(operations) / seconds},
          {"bytes each", here.bytes() / static_cast<double>(operations)}};
}

// -- by a server ----------------------------------------------------------------------------------

libsync::server<accounts> start(libsync::runtime& runtime, const fs::path& file,
                                libsync::durability level, std::uint64_t data_every) {
  return libsync::spawn_server(
      runtime, accounts{},
      {.journal = libsync::sqlite_journal{
           .file = file, .level = level, .settings = {.data_every = data_every, .keep = 0}}});
}

// Returns once all operations are accepted, which they are when they are on the disk.
void flood(const libsync::server<accounts>& server, std::uint64_t operations, std::size_t clients) {
  std::vector<std::thread> threads;
  for (std::size_t client = 0; client < clients; ++client)
    threads.emplace_back([&] {
      libsync::session<accounts> session{server};
      for (std::uint64_t i = 1; i < operations / clients; ++i)
        session.post(operation(i));
      if (!session.submit(operation(0)).get().is_accepted())
        std::abort();
    });
  for (auto& one : threads)
    one.join();
}

constexpr std::uint64_t never = 1'000'000'000'000;

bench::figures by_server(std::uint64_t operations, std::size_t clients, libsync::durability level) {
  const folder here;
  double seconds = 0;
  {
    libsync::runtime runtime;
    const auto server = start(runtime, here.file(), level, never);
    const bench::stopwatch watch;
    flood(server, operations, clients);
    seconds = watch.seconds();
  }
  return {{"operations/s", static_cast<double>(operations) / seconds},
          {"bytes each", here.bytes() / static_cast<double>(operations)}};
}

bench::figures restart(std::uint64_t operations, std::uint64_t data_every) {
  const folder here;
  {
    libsync::runtime runtime;
    flood(start(runtime, here.file(), libsync::durability::relaxed, data_every), operations, 1);
  }
  libsync::runtime runtime;
  const bench::stopwatch watch;
  const auto server = start(runtime, here.file(), libsync::durability::synced, data_every);
  const auto seconds = watch.seconds();
  if (server.snapshot()->version != operations)
    throw std::runtime_error("it does not go on where it ended");
  return {{"s", seconds}};
}

} // namespace

int main(int argc, char** argv) {
  bench::program program{"What it costs to keep what a server decides."};
  std::uint64_t operations = 400'000;
  std::uint64_t restarted = 1'000'000;
  program.app.add_option("--operations", operations, "how many are written");
  program.app.add_option("--restarted", restarted, "how many a server that starts finds");
  CLI11_PARSE(program.app, argc, argv);
  std::uint64_t single = 500;
  if (program.quick) {
    operations = 4'000;
    restarted = 4'000;
    single = 20;
  }
  std::vector<bench::subject> subjects;
  const auto add = [&](const char* bench, const std::string& name, std::size_t clients,
                       std::uint64_t count, std::vector<std::string> units,
                       std::function<bench::figures()> run) {
    subjects.push_back({bench, name, clients, count, std::move(units), std::move(run)});
  };
  const std::vector<std::string> units{"operations/s", "bytes each"};
  add("durable", "SQLite, a row a commit", 1, single, units, [=] { return by_hand(single, 1); });
  add("durable", "SQLite, a batch a commit", 1, operations, units,
      [=] { return by_hand(operations, 4'096); });
  for (const std::size_t clients : {1UL, 4UL, 16UL}) {
    add("durable", "libsync, synced", clients, operations, units,
        [=] { return by_server(operations, clients, libsync::durability::synced); });
    add("durable", "libsync, relaxed", clients, operations, units,
        [=] { return by_server(operations, clients, libsync::durability::relaxed); });
  }
  add("restart", "the log alone", 1, restarted, {"s"}, [=] { return restart(restarted, never); });
  add("restart", "with data", 1, restarted, {"s"}, [=] { return restart(restarted, 100'000); });
  return program.measure(std::move(subjects));
}
