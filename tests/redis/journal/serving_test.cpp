#include <chrono>
#include <cstdint>
#include <string>

#include "journal/books.hpp"
#include "libsync/actors.hpp"
#include "libsync/actors/testing/runtime.hpp"
#include "libsync/journal.hpp"
#include "libsync/redis.hpp"
#include "support/catch.hpp"
#include "support/redis_process.hpp"

using books::data;
using books::pay;
using libsync::receipt;

namespace {

const std::string base = "libsync:journal:{books}";

// A server that comes and goes, with its journal in a Redis.
struct place {
  redis_process::process redis;
  libsync::redis_journal where{
      .name = "books", .socket = redis.socket(), .timeout = 60'000, .wait = 0};
  libsync::testing::runtime at{1};
  libsync::server<data> server;

  void start() { server = libsync::spawn_server(at, data{}, {.journal = where}); }
  void stop() {
    server.stop();
    server = nullptr;
    at.run();
  }
  void restart() {
    stop();
    start();
  }
  /// Lets time pass, in which a server looks whether it can write again.
  void wait() {
    for (int i = 0; i != 3; ++i) { // it reads first
      at.run();
      at.advance(std::chrono::seconds{20});
    }
    at.run();
  }
  libsync::snapshot<data> read() {
    at.run();
    return *server.snapshot();
  }
};

receipt submit(libsync::session<data>& by, data::operation op) {
  return by.submit(std::move(op)).get();
}

std::int64_t rent(const libsync::snapshot<data>& of) {
  return of.data->accounts.at("rent");
}

} // namespace

TEST_CASE("a server goes on where the one before it ended, on a journal in a Redis") {
  place here;
  here.start();
  libsync::snapshot<data> before;
  {
    libsync::session<data> one{here.server, {.identity = "ann"}};
    CHECK(submit(one, pay{"rent", 5}) == receipt::accepted(1));
    CHECK(submit(one, pay{"rent", -1}) == receipt::refused("an amount is negative"));
    CHECK(submit(one, pay{"food", 2}) == receipt::accepted(2));
    before = here.read();
  }
  for (const bool is_killed : {false, true}) {
    here.stop();
    if (is_killed)
      here.redis.kill_and_start();
    here.start();
    const auto after = here.read();
    CHECK(after.epoch == before.epoch);
    CHECK(after.version == before.version);
    CHECK(*after.data == *before.data);
  }
  libsync::session<data> two{here.server};
  CHECK(submit(two, pay{"rent", 1}) == receipt::accepted(3));
  CHECK(rent(here.read()) == 6);
}

TEST_CASE("any version of a journal in a Redis is read while no server has it") {
  place here;
  here.start();
  {
    libsync::session<data> one{here.server};
    for (int i = 0; i != 3; ++i)
      REQUIRE(submit(one, pay{"rent", 1}).is_accepted());
  }
  CHECK_THROWS_WITH(here.where.open_past<data>(), Catch::Contains("another server has it"));
  here.stop();
  const auto past = here.where.open_past<data>();
  CHECK(past.newest() == 3);
  CHECK(past.data_of(2).accounts.at("rent") == 2);
}

TEST_CASE("while its Redis is gone a server refuses at once, and goes on when that is back") {
  place here;
  here.start();
  libsync::session<data> one{here.server};
  CHECK(submit(one, pay{"rent", 1}) == receipt::accepted(1));
  here.redis.kill();
  for (int i = 0; i != 3; ++i) {
    auto told = one.submit(pay{"rent", 2});
    here.at.run();
    REQUIRE(told.is_ready());
    CHECK(told.get().what == receipt::kind::refused);
    CHECK_THAT(std::string{told.get().reason},
               Catch::StartsWith("the journal cannot be written: redis://") &&
                   Catch::Contains("/books: no connection can be made"));
    CHECK(here.server.status()->why_closed == told.get().reason);
    here.wait();
  }
  here.redis.start();
  here.wait();
  CHECK(submit(one, pay{"rent", 4}) == receipt::accepted(2));
  here.restart();
  CHECK(rent(here.read()) == 5);
}

TEST_CASE("whoever has submitted what a Redis that is gone may have waits, and nobody else does") {
  place here;
  here.where.timeout = 300;
  here.start();
  libsync::session<data> one{here.server};
  libsync::session<data> other{here.server};
  CHECK(submit(one, pay{"rent", 1}) == receipt::accepted(1));
  here.redis.run(
      {"CLIENT", "PAUSE", "3600000", "WRITE"}); // so that it has the commit, and no answer
  auto first = one.submit(pay{"rent", 2});
  here.at.run();
  here.redis.kill();
  auto second = other.submit(pay{"rent", 4});
  here.wait();
  CHECK_FALSE(first.is_ready());
  REQUIRE(second.is_ready());
  CHECK(second.get().what == receipt::kind::refused);
  here.redis.start();
  here.wait();
  REQUIRE(first.is_ready());
  CHECK(first.get().what == receipt::kind::unknown); // it is not there, and that is not its reason
  CHECK(submit(one, pay{"rent", 8}).is_accepted());
  here.restart();
  CHECK(rent(here.read()) == 9);
}

TEST_CASE("what a Redis that does not answer has done is seen when it does") {
  place here;
  here.where.timeout = 300;
  here.start();
  libsync::session<data> one{here.server};
  CHECK(submit(one, pay{"rent", 1}) == receipt::accepted(1));
  here.redis.run({"CLIENT", "PAUSE", "3600000", "WRITE"});
  auto told = one.submit(pay{"rent", 2});
  here.at.run();
  here.redis.run({"CLIENT", "UNPAUSE"});
  here.wait();
  REQUIRE(told.is_ready());
  const auto answer = told.get();
  const std::int64_t expected = answer.is_accepted() ? 3 : 1; // void, or seen
  CHECK(rent(here.read()) == expected);
  CHECK(submit(one, pay{"rent", 4}).is_accepted());
  here.restart();
  CHECK(rent(here.read()) == expected + 4);
}

TEST_CASE("a server whose lock another has taken refuses for ever, and writes nothing") {
  place here;
  here.start();
  libsync::session<data> one{here.server};
  CHECK(submit(one, pay{"rent", 1}) == receipt::accepted(1));
  here.redis.run({"DEL", base + ":lock"}); // as if it had run out
  auto other = here.where.open<data>();
  REQUIRE(other->load({1'000, 1'000'000})->version == 1);
  for (int i = 0; i != 3; ++i) {
    CHECK_THAT(std::string{submit(one, pay{"rent", 100}).reason},
               Catch::EndsWith("/books: another server has taken it over"));
    CHECK(rent(here.read()) == 1);
    here.wait();
    other = nullptr; // also when that has ended
  }
  one.close();
  here.restart();
  CHECK(rent(here.read()) == 1);
  libsync::session<data> two{here.server};
  CHECK(submit(two, pay{"rent", 2}) == receipt::accepted(2));
}

TEST_CASE("a damaged row of a journal in a Redis is named, and a server does not begin") {
  place here;
  here.start();
  {
    libsync::session<data> one{here.server};
    for (int i = 0; i != 3; ++i)
      REQUIRE(submit(one, pay{"rent", 1}).is_accepted());
  }
  here.stop();
  const std::string second = "0000000000000000002";
  const auto before = here.redis.run({"HGET", base + ":log", second});
  for (std::size_t i = 0; i != before.size(); ++i) {
    INFO("byte " << i);
    auto damaged = before;
    damaged[i] = static_cast<char>(damaged[i] ^ 1);
    here.redis.run({"HSET", base + ":log", second, damaged});
    CHECK_THROWS_WITH(here.start(), Catch::Contains("/books: row 2 of the table log: "));
    REQUIRE(here.redis.run({"HGET", base + ":log", second}) == damaged);
  }
  here.redis.run({"HSET", base + ":log", second, before});
  here.start();
  CHECK(rent(here.read()) == 3);
}
