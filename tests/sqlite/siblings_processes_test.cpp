#include <fcntl.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "libsync/siblings.hpp"
#include "libsync/sqlite/siblings.hpp"
#include "libsync/testing/random.hpp"
#include "support/amount.hpp"
#include "support/catch.hpp"
#include "support/child.hpp"
#include "support/scratch.hpp"

namespace {

using libsync::sqlite_siblings;
using numbers = libsync::set<std::uint32_t>;

constexpr std::uint32_t keys = 100;

std::string key_of(std::uint32_t number) {
  return "key " + std::to_string(number % keys);
}

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
    if (write(to, &number, sizeof number) != sizeof number)
      return "nobody hears";
    // Others see what is done here, and do so too.
    if (random.below(4) == 0 && !store.merge(key_of(number + 1)))
      return "a merge fails";
  }
}

// A process that writes, and is killed and started anew.
class writer {
public:
  writer(std::filesystem::path file, std::uint32_t first, bool beside)
      : file_{std::move(file)}, next_{first}, beside_{beside} {
    start();
  }

  // Hears until `count` more are acknowledged.
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
    process_ = std::make_unique<child>([&](int to) { return write_on(file_, next_, beside_, to); });
  }

  bool hear_one() {
    std::uint32_t number = 0;
    const auto size = process_->hear(&number, sizeof number);
    if (size == 0)
      return false;
    REQUIRE(size == sizeof number);
    REQUIRE(number == next_);
    acknowledged.insert(next_++);
    return true;
  }

  std::filesystem::path file_;
  std::uint32_t next_;
  bool beside_;
  std::unique_ptr<child> process_;
};

} // namespace

TEST_CASE("two processes that are killed now and then lose nothing that was acknowledged",
          "[churn]") {
  const auto kills = amount("LIBSYNC_STORE_KILLS", 60);
  const scratch in;
  const auto file = in / "numbers.db";
  libsync::testing::random random{1};
  writer one{file, 0, false};
  writer other{file, 1'000'000'000, true};
  for (std::size_t i = 0; i < kills; ++i) {
    one.hear(random.below(40));
    other.hear(random.below(40));
    (random.below(2) == 0 ? one : other).kill_and_start();
  }
  one.stop();
  other.stop();

  auto store = libsync::open_siblings<numbers>(sqlite_siblings{file}, {.keep_events = 50});
  auto reader = libsync::open_siblings<numbers>(sqlite_siblings{file});
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
