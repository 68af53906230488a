#include <fcntl.h>
#include <unistd.h>

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "libsync/redis/siblings.hpp"
#include "libsync/siblings.hpp"
#include "libsync/testing/random.hpp"
#include "support/amount.hpp"
#include "support/catch.hpp"
#include "support/child.hpp"
#include "support/redis_process.hpp"

namespace {

using libsync::redis_siblings;
using libsync::redis_siblings_options;
using libsync::storage_error;
using numbers = libsync::set<std::uint32_t>;

constexpr std::uint32_t keys = 100;

std::string key_of(std::uint32_t number) {
  return "key " + std::to_string(number % keys);
}

// What a writer tells: a number, and whether it is there, or may be.
struct word {
  std::uint32_t number = 0;
  std::uint32_t is_sure = 0;
};

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

// A process that writes, and is killed and started anew.
class writer {
public:
  writer(redis_siblings_options how, std::uint32_t first, bool beside)
      : how_{std::move(how)}, next_{first}, beside_{beside} {
    start();
  }

  // Hears until `count` more are told.
  void hear(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i)
      REQUIRE(hear_one());
  }

  void kill_and_start() {
    stop();
    start();
  }

  void stop() {
    process_->kill();
    while (hear_one())
      continue;
    // What was under way may be there or not.
    maybe.insert(next_++);
  }

  std::set<std::uint32_t> acknowledged;
  std::set<std::uint32_t> maybe;

private:
  void start() {
    process_ = std::make_unique<child>([&](int to) { return write_on(how_, next_, beside_, to); });
  }

  bool hear_one() {
    word heard;
    const auto size = process_->hear(&heard, sizeof heard);
    if (size == 0)
      return false;
    REQUIRE(size == sizeof heard);
    REQUIRE(heard.number == next_);
    (heard.is_sure != 0 ? acknowledged : maybe).insert(next_++);
    return true;
  }

  redis_siblings_options how_;
  std::uint32_t next_;
  bool beside_;
  std::unique_ptr<child> process_;
};

} // namespace

TEST_CASE(
    "two processes write to a Redis, and all three are killed or paused now and then: nothing "
    "that was acknowledged is lost",
    "[churn]") {
  const auto kills = amount("LIBSYNC_STORE_KILLS", 40);
  redis_process::process redis;
  libsync::testing::random random{1};
  writer one{redis.by_socket(), 0, false};
  writer other{redis.by_socket(), 1'000'000'000, true};
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
  std::set<std::uint32_t> found;
  for (const auto& key : store.keys()) {
    INFO(key);
    const auto merged = store.merge(key);
    REQUIRE(merged.reason() == "");
    CHECK_FALSE(merged->may_have_lost());
    CHECK(*reader.read(key) == *merged);
    CHECK(reader.siblings(key).size() == 1);
    for (const auto number : merged->value())
      CHECK(key_of(number) == key);
    found.insert(merged->value().begin(), merged->value().end());
  }
  auto allowed = one.acknowledged;
  allowed.insert(other.acknowledged.begin(), other.acknowledged.end());
  CHECK(allowed.size() > 5 * kills);
  for (const auto number : allowed)
    CHECK(found.contains(number));
  allowed.insert(one.maybe.begin(), one.maybe.end());
  allowed.insert(other.maybe.begin(), other.maybe.end());
  for (const auto number : found)
    CHECK(allowed.contains(number));
}
