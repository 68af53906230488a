#include "support/faulty_wire.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "journal/books.hpp"
#include "libsync/actors.hpp"
#include "libsync/actors/testing/runtime.hpp"
#include "libsync/journal.hpp"
#include "libsync/redis.hpp"
#include "libsync/testing/random.hpp"
#include "libsync/testing/receipt_counts.hpp"
#include "support/amount.hpp"
#include "support/catch.hpp"
#include "support/redis_process.hpp"

using books::data;
using books::pay;
using faults::break_down;
using libsync::receipt;

namespace {

struct tally : libsync::testing::receipt_counts {
  std::size_t restarts = 0;
};

// A server with its journal in a Redis, to which connections break at any byte; and others, which
// go on where it has ended.
class world {
public:
  world(const redis_process::process& redis, faults::faulty_wire& wire, std::uint64_t seed)
      : redis_(redis), wire_(wire), random_(seed), at_(seed) {
    wire_.heal();
    redis_.run({"FLUSHALL"});
  }

  void run(tally& sum) {
    start();
    for (int step = 0; step != 12; ++step) {
      if (random_.below(3) == 0)
        fail();
      submit();
      if (random_.below(12) == 0) {
        restart();
        ++sum.restarts;
      }
    }
    restart();
    for (const auto& one : all_)
      sum.count(one.what);
  }

private:
  void start() {
    const libsync::redis_journal where{.name = "books",
                                       .port = wire_.port(),
                                       .settings = {.data_every = 4, .keep = 3},
                                       .timeout = 50,
                                       .wait = 0,
                                       .hold = 3'600'000};
    using libsync::storage_failure;
    for (int tries = 0; !server_; ++tries)
      try {
        redis_.run({"DEL", "libsync:journal:{books}:lock"}); // which would run out by itself
        server_ = libsync::spawn_server(at_, data{}, {.journal = where});
      } catch (const libsync::storage_error& error) {
        INFO(error.what());
        REQUIRE(tries < 100);
        // A commit that comes late locks it again, until somebody has taken it.
        REQUIRE((error.kind() == storage_failure::io || error.kind() == storage_failure::locked));
        wire_.heal();
      }
    session_.emplace(server_);
  }

  // What anybody was told is there, before and after.
  void restart() {
    wire_.heal();
    for (int i = 0; !status().why_closed.empty(); ++i) {
      REQUIRE(i < 100);
      wait();
    }
    check(*server_.snapshot()->data);
    session_.reset();
    if (random_.below(2) == 0)
      fail();
    server_.stop();
    server_ = nullptr;
    at_.run();
    wire_.heal();
    start();
    check(*server_.snapshot()->data);
  }

  libsync::server_status status() {
    at_.run();
    return *server_.status();
  }

  void fail() {
    const auto kind = random_.below(8);
    wire_.plan(kind < 6    ? break_down::cut
               : kind == 6 ? break_down::stall
                           : break_down::late,
               random_.below(2) == 0 ? faults::direction::to_server
                                     : faults::direction::from_server,
               random_.below(2) == 0 ? random_.below(40) : random_.below(4'000),
               kind < 9 && random_.below(3) == 0);
  }

  void wait() {
    for (int i = 0; i != 3; ++i) {
      at_.run();
      at_.advance(std::chrono::seconds{5});
    }
    at_.run();
  }

  void submit() {
    auto told = session_->submit(pay{"account", std::int64_t{1} << all_.size()});
    at_.run();
    if (random_.below(3) == 0)
      wire_.heal();
    for (int i = 0; !told.is_ready(); ++i) {
      REQUIRE(i < 100);
      if (i == 2)
        wire_.heal();
      wait();
    }
    all_.push_back(told.get());
  }

  void check(const data& now) const {
    const auto found = now.accounts.find("account");
    const auto sum = found == now.accounts.end() ? 0 : found->second;
    for (std::size_t i = 0; i != all_.size(); ++i) {
      const bool is_there = (sum >> i & 1) != 0;
      INFO("submission " << i << " is " << all_[i]);
      if (all_[i].what != receipt::kind::unknown)
        REQUIRE(is_there == all_[i].is_accepted());
    }
  }

  const redis_process::process& redis_;
  faults::faulty_wire& wire_;
  libsync::testing::random random_;
  libsync::testing::runtime at_;
  libsync::server<data> server_;
  std::optional<libsync::session<data>> session_;
  std::vector<receipt> all_;
};

} // namespace

TEST_CASE(
    "at whatever byte a connection to Redis breaks, receipts are true, and the server goes on",
    "[churn]") {
  const redis_process::process redis;
  faults::faulty_wire wire{redis.socket()};
  tally sum;
  const auto seeds = amount("LIBSYNC_JOURNAL_FAULTS", 20);
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    INFO("seed " << seed);
    world{redis, wire, seed}.run(sum);
  }
  CAPTURE(sum.accepted, sum.refused, sum.unknown, sum.restarts);
  CHECK(sum.accepted > seeds);
  CHECK(sum.refused > seeds);
  CHECK(sum.unknown > 0);
}
