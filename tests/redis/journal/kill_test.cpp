#include <cstddef>

#include "journal/books.hpp"
#include "journal/killed_server.hpp"
#include "libsync/redis.hpp"
#include "libsync/testing/random.hpp"
#include "support/amount.hpp"
#include "support/catch.hpp"
#include "support/child.hpp"
#include "support/redis_process.hpp"

using books::data;

TEST_CASE("a server and its Redis are killed while four clients submit: nothing they were told is "
          "lost or twice",
          "[churn]") {
  redis_process::process redis;
  const libsync::redis_journal in{.name = "books",
                                  .settings = {.data_every = 50, .keep = 100},
                                  .socket = redis.socket(),
                                  .timeout = 60'000,
                                  .wait = 0,
                                  .hold = 3'600'000};
  libsync::testing::random random{7};
  std::size_t acknowledged = 0;
  const auto rounds = static_cast<int>(amount("LIBSYNC_JOURNAL_KILLS", 12));
  for (int round = 0; round < rounds; ++round) {
    INFO("round " << round);
    books::told_payments told;
    child server{[&](int to) { return books::serve(in, round, to); }};
    const auto hear = [&] {
      for (auto next = random.below(40); next != 0; --next)
        told.note(server.wait());
    };
    hear();
    if (round % 3 == 1) {
      told.note(server.wait()); // it has begun
      redis.kill_and_start();
      hear();
    }
    server.kill();
    if (round % 3 == 2)
      redis.kill_and_start();
    for (const char who : server.said())
      told.note(who);
    redis.run({"DEL", "libsync:journal:{books}:lock"}); // which would run out by itself
    const auto stored = in.open<data>()->load({1'000, 1'000'000});
    if (!stored)
      continue; // it was killed before it had begun
    acknowledged += told.check(*stored, round);
  }
  CHECK(acknowledged > static_cast<std::size_t>(rounds));
}
