#include <fcntl.h>
#include <unistd.h>

#include <cstdint>
#include <memory>
#include <string>

#include "libsync/redis/siblings.hpp"
#include "libsync/siblings.hpp"
#include "libsync/testing/random.hpp"
#include "support/amount.hpp"
#include "support/catch.hpp"
#include "support/redis_process.hpp"
#include "support/sibling_writers.hpp"

namespace {

using libsync::redis_siblings;
using libsync::redis_siblings_options;
using libsync::storage_error;
using sibling_writers::key_of;
using sibling_writers::numbers;
using sibling_writers::word;
using sibling_writers::writer;

// Adds one number after the other to their keys, and tells of each. Redis comes and goes.
std::string write_on(const redis_siblings_options& how, std::uint32_t first, bool beside, int to) {
  fcntl(to, F_SETPIPE_SZ, 4'096); // few may be written and not heard of
  libsync::testing::random random{first};
  std::unique_ptr<libsync::sibling_store<numbers, redis_siblings>> store;
  for (word next{first};;) {
    try {
      if (!store)
        store = std::make_unique<libsync::sibling_store<numbers, redis_siblings>>(
            redis_siblings{"numbers", how}, libsync::sibling_options{.keep_events = 50,
                                                                     .attempts = beside ? 1U : 16U,
                                                                     .keep_beside = beside});
      next.is_sure = 0;
      const auto box = store->update(key_of(next.number), numbers::add{next.number});
      if (!box)
        return box.reason();
      next.is_sure = 1;
    } catch (const storage_error& error) {
      if (error.wrote_nothing())
        continue; // and tries the same again
    }
    if (write(to, &next, sizeof next) != sizeof next)
      return "nobody hears";
    ++next.number;
    try {
      // Others see what is done here, and do so too.
      if (random.below(4) == 0 && !store->merge(key_of(next.number)))
        return "a merge fails";
    } catch (const storage_error&) {
    }
  }
}

} // namespace

TEST_CASE("two processes write to a Redis while all three are killed or paused: nothing that was "
          "acknowledged is lost",
          "[churn]") {
  const auto kills = amount("LIBSYNC_STORE_KILLS", 40);
  redis_process::process redis;
  libsync::testing::random random{1};
  const auto writes = [how = redis.by_socket()](bool beside) {
    return [how, beside](std::uint32_t first, int to) { return write_on(how, first, beside, to); };
  };
  writer one{0, writes(false)};
  writer other{1'000'000'000, writes(true)};
  for (std::size_t i = 0; i < kills; ++i) {
    one.hear(random.below(40));
    other.hear(random.below(40));
    switch (random.below(8)) {
    case 0:
      redis.kill_and_start();
      break;
    case 1:
      redis.run({"CLIENT", "PAUSE", "3600000", "WRITE"});
      one.kill_and_start();
      redis.run({"CLIENT", "UNPAUSE"});
      break;
    default:
      (random.below(2) == 0 ? one : other).kill_and_start();
    }
  }
  one.stop();
  other.stop();

  auto store = libsync::open_siblings<numbers>(redis_siblings{"numbers", redis.by_socket()},
                                               {.keep_events = 50});
  auto reader = libsync::open_siblings<numbers>(redis_siblings{"numbers", redis.by_socket()});
  sibling_writers::check_all(store, reader, one, other, 5 * kills);
}
