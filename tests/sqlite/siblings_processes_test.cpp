#include <fcntl.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <string>

#include "libsync/siblings.hpp"
#include "libsync/sqlite/siblings.hpp"
#include "libsync/testing/random.hpp"
#include "support/amount.hpp"
#include "support/catch.hpp"
#include "support/scratch.hpp"
#include "support/sibling_writers.hpp"

namespace {

using libsync::sqlite_siblings;
using sibling_writers::key_of;
using sibling_writers::numbers;
using sibling_writers::word;
using sibling_writers::writer;

// Adds one number after the other to their keys, and tells each that is acknowledged.
std::string write_on(const std::filesystem::path& file, std::uint32_t first, bool beside, int to) {
  // The machine goes on, so nothing needs to be on the disk. Few may be written and not heard of.
  fcntl(to, F_SETPIPE_SZ, 4'096);
  auto store = libsync::open_siblings<numbers>(
      sqlite_siblings{file, {.synced = false, .wait = 60'000}},
      {.keep_events = 50, .attempts = beside ? 1U : 16U, .keep_beside = beside});
  libsync::testing::random random{first};
  for (auto number = first;; ++number) {
    const auto box = store.update(key_of(number), numbers::add{number});
    if (!box)
      return box.reason();
    const word told{number};
    if (write(to, &told, sizeof told) != sizeof told)
      return "nobody hears";
    // Others see what is done here, and do so too.
    if (random.below(4) == 0 && !store.merge(key_of(number + 1)))
      return "a merge fails";
  }
}

} // namespace

TEST_CASE("two processes that are killed now and then lose nothing that was acknowledged",
          "[churn]") {
  const auto kills = amount("LIBSYNC_STORE_KILLS", 60);
  const scratch in;
  const auto file = in / "numbers.db";
  libsync::testing::random random{1};
  const auto writes = [&](bool beside) {
    return
        [&file, beside](std::uint32_t first, int to) { return write_on(file, first, beside, to); };
  };
  writer one{0, writes(false)};
  writer other{1'000'000'000, writes(true)};
  for (std::size_t i = 0; i < kills; ++i) {
    one.hear(random.below(40));
    other.hear(random.below(40));
    (random.below(2) == 0 ? one : other).kill_and_start();
  }
  one.stop();
  other.stop();

  auto store = libsync::open_siblings<numbers>(sqlite_siblings{file}, {.keep_events = 50});
  auto reader = libsync::open_siblings<numbers>(sqlite_siblings{file});
  sibling_writers::check_all(store, reader, one, other, 5 * kills);
}
