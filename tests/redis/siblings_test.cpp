#include <functional>
#include <string>

#include "libsync/redis/siblings.hpp"
#include "support/catch.hpp"
#include "support/child.hpp"
#include "support/redis_process.hpp"
#include "support/sibling_laws.hpp"

using libsync::redis_siblings;
using libsync::storage_failure;

namespace {

struct carts {
  redis_process::process in;
  redis_siblings operator()() const { return redis_siblings{"carts", in.by_socket()}; }
};

} // namespace

TEST_CASE("rows in a Redis keep siblings side by side") {
  const carts kept;
  siblings::check_rows(std::cref(kept));
}

TEST_CASE("a store in a Redis reads, merges, changes and writes boxes") {
  const carts kept;
  siblings::check_store(std::cref(kept));
}

TEST_CASE("siblings in a Redis that cannot be merged stay, and the event is named") {
  const carts kept;
  siblings::check_siblings_that_cannot_be_merged(std::cref(kept));
}

TEST_CASE("damaged siblings in a Redis are named, and stay") {
  const carts kept;
  siblings::check_damage(std::cref(kept));
}

TEST_CASE("siblings are kept when Redis is killed and started, and connections go on") {
  carts kept;
  auto one = libsync::open_siblings<siblings::words>(kept());
  REQUIRE(one.update("ann", siblings::words::add{"bread"}));
  kept.in.kill_and_start();
  CHECK(siblings::said(one.update("ann", siblings::words::add{"milk"})) == "bread milk");
  kept.in.kill_and_start();
  CHECK(one.keys() == std::vector<std::string>{"ann"});
  CHECK(siblings::said(libsync::open_siblings<siblings::words>(kept()).read("ann")) ==
        "bread milk");
}

TEST_CASE("stores of two names in one Redis know nothing of each other") {
  const redis_process::process in;
  redis_siblings one{"carts", in.by_socket()};
  redis_siblings other{"lists", {.port = in.port(), .timeout = 60'000}};
  one.put_beside("ann", {}, {"1", "text", 0});
  CHECK(other.keys().empty());
  CHECK(other.read("ann").empty());
  CHECK(one.place() == "redis://" + in.socket() + "/carts");
  CHECK(other.place() == "redis://127.0.0.1:" + std::to_string(in.port()) + "/lists");
}

TEST_CASE("what others have put below the names of a store is refused, and stays") {
  const carts kept;
  kept.in.run({"SET", "libsync:siblings:{carts}/ann", "a cart"});
  auto one = kept();
  const auto error = siblings::failure([&] { one.put_beside("ann", {}, {"1", "text", 0}); });
  CHECK(error.kind() == storage_failure::foreign);
  CHECK(error.wrote_nothing());
  CHECK(kept.in.run({"GET", "libsync:siblings:{carts}/ann"}) == "a cart");
  CHECK(one.keys().empty());
  kept.in.run({"HSET", "libsync:siblings:{carts}", "format", "siblings 2"});
  CHECK_THAT(siblings::failure([&] { kept(); }).what(),
             Catch::EndsWith("/carts: it has the format `siblings 2`, and this program knows "
                             "`siblings 1`"));
}

TEST_CASE("a value that is no row is damaged, and can be erased") {
  const carts kept;
  auto store = libsync::open_siblings<siblings::words>(kept());
  REQUIRE(store.update("ann", siblings::words::add{"bread"}));
  const auto id = store.rows().read("ann")[0].id;
  const std::string hash = "libsync:siblings:{carts}/ann";
  const auto before = kept.in.run({"HGET", hash, id});
  auto upper = before;
  for (auto& one : upper)
    one = one >= 'a' && one <= 'f' ? static_cast<char>(one - 'a' + 'A') : one;
  for (const auto& value : {std::string{}, std::string{"x"}, before.substr(1), upper}) {
    kept.in.run({"HSET", hash, id, value});
    CHECK(siblings::failure([&] { static_cast<void>(store.read("ann")); }).kind() ==
          storage_failure::damaged);
    CHECK(kept.in.run({"HGET", hash, id}) == value);
  }
  store.erase("ann");
  CHECK(siblings::said(store.read("ann")).empty());
}

TEST_CASE("a Redis that answers before its disk has it is refused, unless no more is asked for") {
  const redis_process::process in{{"--appendfsync", "everysec"}};
  auto how = in.by_socket();
  const auto error = siblings::failure([&] { redis_siblings{"carts", how}; });
  CHECK_THAT(error.what(), Catch::EndsWith("/carts: what it answers is not on its disk yet: set "
                                           "appendonly to yes, where it is yes, and appendfsync to "
                                           "always, where it is everysec, or ask for no more than "
                                           "relaxed"));
  how.synced = false;
  redis_siblings one{"carts", how};
  one.put_beside("ann", {}, {"1", "text", 0});
  CHECK(one.keys().size() == 1);
}

TEST_CASE("a Redis that drops keys for want of room is refused") {
  const redis_process::process in{{"--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru"}};
  CHECK_THAT(siblings::failure([&] {
               redis_siblings{"carts", in.by_socket()};
             }).what(),
             Catch::Contains("it drops keys for want of room"));
}

TEST_CASE("two processes that change one key at once lose none of their changes") {
  const carts kept;
  using numbers = libsync::set<int>;
  constexpr int each = 300;
  const auto add = [&](int first) {
    auto store = libsync::open_siblings<numbers>(kept(), {.attempts = 100'000});
    for (int number = first; number != first + each; ++number) {
      if (const auto box = store.update("ann", numbers::add{number}); !box)
        return std::string{box.reason()};
      if (store.rows().read("ann").size() != 1)
        return std::string{"they stand side by side, though each is in the other's place"};
    }
    return std::string{};
  };
  child other{[&] { return add(each); }};
  CHECK(add(0) == "");
  CHECK(other.said() == "");
  const auto box = libsync::open_siblings<numbers>(kept()).read("ann");
  CHECK(box->value().size() == 2 * each);
  CHECK_FALSE(box->may_have_lost());
}
