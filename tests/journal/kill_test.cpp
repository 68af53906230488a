#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "journal/books.hpp"
#include "libsync/actors.hpp"
#include "libsync/journal.hpp"
#include "libsync/sqlite.hpp"
#include "libsync/testing/random.hpp"
#include "support/amount.hpp"
#include "support/catch.hpp"
#include "support/child.hpp"
#include "support/scratch.hpp"

using books::data;
using books::pay;

namespace {

constexpr std::size_t writers = 4;

libsync::sqlite_journal in(const std::string& file) {
  return {.file = file, .settings = {.data_every = 50, .keep = 100}};
}

std::string account(int round, std::size_t writer, int number) {
  return std::to_string(round) + ':' + std::to_string(writer) + ':' + std::to_string(number);
}

// Serves from the file, and lets threads pay, each time into another account. Says which of them
// has heard that it is paid.
std::string serve(const std::string& file, int round, int to) {
  libsync::runtime runtime;
  auto server = libsync::spawn_server(runtime, data{}, {.journal = in(file)});
  std::vector<std::thread> threads;
  for (std::size_t writer = 0; writer < writers; ++writer)
    threads.emplace_back([&, writer] {
      libsync::session<data> session{server};
      for (int number = 0;; ++number)
        if (session.submit(pay{account(round, writer, number), 1}).get().is_accepted()) {
          const char who = static_cast<char>('0' + writer);
          if (write(to, &who, 1) != 1)
            return;
        }
    });
  for (auto& one : threads)
    one.join();
  return {};
}

} // namespace

TEST_CASE("a server is killed while four clients submit: nothing they were told is lost or twice",
          "[churn]") {
  const scratch folder;
  const std::string file = folder / "books.db";
  libsync::testing::random random{7};
  std::size_t acknowledged = 0;
  const auto rounds = static_cast<int>(amount("LIBSYNC_JOURNAL_KILLS", 12));
  for (int round = 0; round < rounds; ++round) {
    INFO("round " << round);
    std::array<int, writers> told{};
    const auto note = [&](char who) { ++told.at(static_cast<std::size_t>(who - '0')); };
    child server{[&](int to) { return serve(file, round, to); }};
    for (auto next = random.below(40); next != 0; --next)
      note(server.wait());
    server.kill();
    for (const char who : server.said())
      note(who);
    // No other process has it now.
    const auto stored = in(file).open<data>()->load({1'000, 1'000'000});
    if (!stored)
      continue; // it was killed before it had begun
    for (std::size_t writer = 0; writer < writers; ++writer) {
      int there = 0;
      while (stored->data.accounts.contains(account(round, writer, there))) {
        REQUIRE(stored->data.accounts.at(account(round, writer, there)) == 1);
        ++there;
      }
      // One more may be written of which nobody has heard.
      CHECK(there >= told.at(writer));
      CHECK(there <= told.at(writer) + 1);
      acknowledged += static_cast<std::size_t>(told.at(writer));
    }
  }
  CHECK(acknowledged > static_cast<std::size_t>(rounds));
}

TEST_CASE("two servers cannot have one file") {
  const scratch folder;
  const std::string file = folder / "books.db";
  child other{[&](int to) {
    libsync::runtime runtime;
    auto server = libsync::spawn_server(runtime, data{}, {.journal = in(file)});
    if (write(to, "x", 1) == 1)
      pause();
    return std::string{};
  }};
  other.wait();
  auto impatient = in(file);
  impatient.wait = 0;
  CHECK_THROWS_WITH(impatient.open<data>(),
                    Catch::Contains("books.db") && Catch::Contains("locked"));
  other.kill();
  CHECK(impatient.open<data>()->load({1, 1}));
}
