#include <unistd.h>

#include <cstddef>
#include <string>

#include "journal/books.hpp"
#include "journal/killed_server.hpp"
#include "libsync/actors.hpp"
#include "libsync/journal.hpp"
#include "libsync/sqlite.hpp"
#include "libsync/testing/random.hpp"
#include "support/amount.hpp"
#include "support/catch.hpp"
#include "support/child.hpp"
#include "support/scratch.hpp"

using books::data;

namespace {

libsync::sqlite_journal in(const std::string& file) {
  return {.file = file, .settings = {.data_every = 50, .keep = 100}};
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
    books::told_payments told;
    child server{[&](int to) { return books::serve(in(file), round, to); }};
    for (auto next = random.below(40); next != 0; --next)
      told.note(server.wait());
    server.kill();
    for (const char who : server.said())
      told.note(who);
    // No other process has it now.
    const auto stored = in(file).open<data>()->load({1'000, 1'000'000});
    if (!stored)
      continue; // it was killed before it had begun
    acknowledged += told.check(*stored, round);
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
