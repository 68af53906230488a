#include <unistd.h>

#include <array>
#include <cstddef>
#include <string>
#include <thread>
#include <vector>

#include "journal/books.hpp"
#include "libsync/actors.hpp"
#include "libsync/journal.hpp"
#include "libsync/redis.hpp"
#include "libsync/testing/random.hpp"
#include "support/amount.hpp"
#include "support/catch.hpp"
#include "support/child.hpp"
#include "support/redis_process.hpp"

using books::data;
using books::pay;

namespace {

constexpr std::size_t writers = 4;

std::string account(int round, std::size_t writer, int number) {
  return std::to_string(round) + ':' + std::to_string(writer) + ':' + std::to_string(number);
}

// Serves, and lets threads pay, each time into another account. Says which of them has heard that
// it is paid. What is refused, since Redis is gone, is paid again.
std::string serve(const libsync::redis_journal& in, int round, int to) {
  libsync::runtime runtime;
  auto server = libsync::spawn_server(runtime, data{}, {.journal = in});
  std::vector<std::thread> threads;
  for (std::size_t writer = 0; writer < writers; ++writer)
    threads.emplace_back([&, writer] {
      libsync::session<data> session{server};
      for (int number = 0;;)
        if (session.submit(pay{account(round, writer, number), 1}).get().is_accepted()) {
          ++number;
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
    std::array<int, writers> told{};
    const auto note = [&](char who) { ++told.at(static_cast<std::size_t>(who - '0')); };
    child server{[&](int to) { return serve(in, round, to); }};
    const auto hear = [&] {
      for (auto next = random.below(40); next != 0; --next)
        note(server.wait());
    };
    hear();
    if (round % 3 == 1) {
      note(server.wait()); // it has begun
      redis.kill_and_start();
      hear();
    }
    server.kill();
    if (round % 3 == 2)
      redis.kill_and_start();
    for (const char who : server.said())
      note(who);
    redis.run({"DEL", "libsync:journal:{books}:lock"}); // which would run out by itself
    const auto stored = in.open<data>()->load({1'000, 1'000'000});
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
