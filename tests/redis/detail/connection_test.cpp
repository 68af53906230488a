#include "libsync/redis/detail/connection.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "support/catch.hpp"
#include "support/child.hpp"
#include "support/redis_process.hpp"
#include "support/sibling_laws.hpp"

using namespace libsync::detail::redis;
using Catch::Contains;
using Catch::StartsWith;
using libsync::storage_failure;
using redis_process::process;
using siblings::failure;

namespace {

address at(const process& in, int timeout = 60'000) {
  return {.port = in.port(), .timeout = timeout};
}

std::string get(connection& in, const std::string& key) {
  return in.ask(commands{}.add("GET", key))[0].text;
}

} // namespace

TEST_CASE("parts of commands and replies may hold any bytes") {
  const process redis;
  connection in{at(redis), "test"};
  const std::string odd{"\0\r\n$5\xff", 7};
  const auto said = in.ask(commands{}
                               .add("HSET", odd, odd, std::string(100'000, '\0'))
                               .add("HGETALL", odd)
                               .add("GET", "")
                               .add("INCRBY", "n", -5));
  REQUIRE(said.size() == 4);
  CHECK(said[0].number == 1);
  REQUIRE(said[1].list.size() == 2);
  CHECK(said[1].list[0].text == odd);
  CHECK(said[1].list[1].text == std::string(100'000, '\0'));
  CHECK(said[2].is_nothing());
  CHECK(said[3].number == -5);
}

TEST_CASE("a transaction is done wholly, or not if a watched key has changed") {
  const process redis;
  connection in{at(redis), "test"};
  connection other{{.socket = redis.socket(), .timeout = 60'000}, "test"};
  in.ask(commands{}.add("WATCH", "a"));
  CHECK(in.transact(commands{}.add("SET", "a", "1").add("SET", "b", "1")));
  in.ask(commands{}.add("WATCH", "a"));
  other.ask(commands{}.add("SET", "a", "2"));
  CHECK_FALSE(in.transact(commands{}.add("SET", "a", "3").add("SET", "b", "3")));
  CHECK(get(other, "a") + get(other, "b") == "21");
}

TEST_CASE("what Redis refuses in a transaction writes nothing, but errors within it do") {
  const process redis;
  connection in{at(redis), "test"};
  const auto refused = failure([&] {
    in.ask(commands{}.add("PING")), in.transact(commands{}.add("SET", "a", "1").add("NO-SUCH"));
  });
  CHECK(refused.kind() == storage_failure::other);
  CHECK(refused.wrote_nothing());
  CHECK_THAT(refused.what(), Contains("/test: Redis refuses (Redis: ERR unknown command"));
  const auto half =
      failure([&] { in.transact(commands{}.add("SET", "a", "1").add("HSET", "a", "b", "c")); });
  CHECK(half.kind() == storage_failure::foreign);
  CHECK_FALSE(half.wrote_nothing());
  CHECK(get(in, "a") == "1");
}

TEST_CASE("where nobody answers is an error in words") {
  address nowhere;
  {
    process redis;
    nowhere = at(redis);
  }
  connection in{nowhere, "test"};
  const auto error = failure([&] { get(in, "a"); });
  CHECK(error.kind() == storage_failure::io);
  CHECK(error.wrote_nothing());
  CHECK(error.what() == "redis://127.0.0.1:" + std::to_string(nowhere.port) +
                            "/test: no connection can be made (Connection refused)");
  CHECK(place_of({.host = "::1", .port = 7}, "x") == "redis://[::1]:7/x");
}

TEST_CASE("after a break the next call connects anew, and a transaction does not") {
  process redis;
  int greeted = 0;
  connection in{at(redis), "test"};
  in.on_connect([&] { ++greeted; });
  in.ask(commands{}.add("SET", "a", "1"));
  redis.kill_and_start();
  CHECK(get(in, "a") == "1");
  CHECK(greeted == 2);
  in.ask(commands{}.add("WATCH", "a"));
  redis.kill();
  const auto broken = failure([&] { in.transact(commands{}.add("SET", "a", "2")); });
  CHECK(broken.kind() == storage_failure::io);
  CHECK_THAT(broken.what(), Contains("/test: the connection broke ("));
  CHECK_FALSE(in.is_open());
  const auto later = failure([&] { in.transact(commands{}.add("SET", "a", "2")); });
  CHECK(later.wrote_nothing());
  redis.start();
  CHECK(get(in, "a") == "1");
}

TEST_CASE("when no answer comes in time, a transaction may be done later") {
  const process redis;
  connection in{at(redis, 200), "test"};
  in.ask(commands{}.add("SET", "a", "1"));
  redis.stop();
  const auto error = failure([&] { in.transact(commands{}.add("SET", "a", "2")); });
  CHECK(error.kind() == storage_failure::io);
  CHECK_FALSE(error.wrote_nothing());
  CHECK_THAT(error.what(), Contains("it does not answer in time"));
  CHECK(failure([&] { get(in, "a"); }).wrote_nothing());
  redis.go_on();
  connection other{at(redis), "test"};
  while (get(other, "a") != "2") // as Redis reads what was sent to it
    continue;
}

TEST_CASE("a full Redis, a replica and a lack of rights are errors of their kinds") {
  const process redis;
  connection in{at(redis), "test"};
  in.ask(commands{}.add("SET", "a", "1"));
  const auto set = [&] { in.transact(commands{}.add("SET", "a", "2")); };
  SECTION("full") {
    redis.run({"CONFIG", "SET", "maxmemory", "1"});
    const auto error = failure(set);
    CHECK(error.kind() == storage_failure::full);
    CHECK(error.wrote_nothing());
    CHECK_THAT(error.what(), Contains("/test: there is no room for more (Redis: OOM "));
    redis.run({"CONFIG", "SET", "maxmemory", "0"});
    set();
    CHECK(get(in, "a") == "2");
  }
  SECTION("a replica") {
    redis.run({"REPLICAOF", "127.0.0.1", "1"});
    const auto error = failure(set);
    CHECK(error.kind() == storage_failure::read_only);
    CHECK(error.wrote_nothing());
    redis.run({"REPLICAOF", "NO", "ONE"});
    set();
    CHECK(get(in, "a") == "2");
  }
  SECTION("a user's rights") {
    redis.run({"ACL", "SETUSER", "ann", "on", ">secret", "~*", "+get", "+multi", "+exec"});
    auto where = at(redis);
    where.user = "ann";
    where.password = "wrong";
    connection wrong{where, "test"};
    CHECK_THAT(failure([&] { get(wrong, "a"); }).what(), Contains("user or password are wrong"));
    where.password = "secret";
    connection right{where, "test"};
    CHECK(get(right, "a") == "1");
    const auto error = failure([&] { right.transact(commands{}.add("SET", "a", "2")); });
    CHECK(error.kind() == storage_failure::read_only);
    CHECK(error.wrote_nothing());
    CHECK_THAT(failure([&] { expect_synced(right); }).what(), Contains("allow CONFIG GET"));
    redis.run({"CONFIG", "SET", "requirepass", "other"});
    connection nobody{at(redis), "test"};
    CHECK_THAT(failure([&] { get(nobody, "a"); }).what(), Contains("it asks for a password"));
  }
}

TEST_CASE("what answers and is no Redis is foreign") {
  const int listening = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof where;
  REQUIRE(bind(listening, reinterpret_cast<sockaddr*>(&where), size) == 0);
  REQUIRE(getsockname(listening, reinterpret_cast<sockaddr*>(&where), &size) == 0);
  REQUIRE(listen(listening, 1) == 0);
  const child other{[&]() -> std::string {
    const int one = accept(listening, nullptr, nullptr);
    return write(one, "HTTP/1.1 400\r\n", 14) == 14 && pause() == 0 ? "" : "it ends";
  }};
  close(listening);
  connection in{{.port = ntohs(where.sin_port), .timeout = 60'000}, "test"};
  const auto error = failure([&] { get(in, "a"); });
  CHECK(error.kind() == storage_failure::foreign);
  CHECK_THAT(error.what(), Contains("/test: what answers there is no Redis ("));
}
