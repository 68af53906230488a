#include "libsync/actors/testing/simulated_client.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <vector>

#include "libsync/actors/runtime.hpp"
#include "libsync/actors/testing/runtime.hpp"
#include "support/catch.hpp"
#include "support/tape_actors.hpp"

using libsync::testing::client_habits;
using libsync::testing::runtime;
using libsync::testing::simulated_client;
using libsync::testing::simulated_clients;
using namespace std::chrono_literals;

namespace {

tape::data::operation by_chance(const tape::data& seen, libsync::testing::random& choices) {
  if (seen.values.size() > 3 || choices.chance(30))
    return tape::drop{};
  return tape::append{choices.between(0, 9)};
}

bool are_done(const std::vector<simulated_client<tape::data>>& all) {
  return std::all_of(all.begin(), all.end(), [](const auto& one) { return one.is_done(); });
}

// All have seen the same at equal versions, and each receipt was true.
void check_all(const std::vector<simulated_client<tape::data>>& all) {
  std::vector<std::uint64_t> digests;
  for (const auto& one : all)
    one.look([&](const libsync::testing::client_record& record) {
      CHECK(record.broken == std::vector<std::string>{});
      for (const auto& seen : record.seen) {
        digests.resize(std::max<std::size_t>(digests.size(), seen.version + 1));
        auto& known = digests[seen.version];
        if (known == 0)
          known = seen.digest;
        if (known != seen.digest)
          FAIL_CHECK("copies differ at version " << seen.version);
      }
    });
}

} // namespace

TEST_CASE("a thousand simulated clients see the same", "[testing]") {
  runtime at{11};
  auto server = libsync::spawn_server(at, tape::data{});
  const auto users =
      simulated_clients<tape::data>(1000, server, by_chance, {.submissions = 1, .think_time = 1s});
  at.run_until([&] { return are_done(users); });
  at.run();
  check_all(users);
  libsync::testing::receipt_counts all;
  for (const auto& one : users)
    all += one.record().counts;
  CHECK(all.submitted == 1000);
  CHECK(all.accepted > 500);
  CHECK(all.accepted == server.status()->version);
  CHECK(all.waiting() == 0);
  CHECK(at.now() > 1s);
}

TEST_CASE("simulated clients leave, come back, die and read slowly", "[testing]") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    INFO("seed " << seed);
    runtime at{seed};
    libsync::server_options<tape::data> options;
    options.bounds = {.lag = 4};
    auto server = libsync::spawn_server(at, tape::data{}, options);
    const auto users = simulated_clients<tape::data>(8, server, by_chance,
                                                     {.seed = seed,
                                                      .submissions = 20,
                                                      .think_time = 10ms,
                                                      .reading_time = 200ms,
                                                      .leaves_in_100 = 10,
                                                      .dies_in_100 = 5,
                                                      .bounds = {.lag = 4}});
    at.run_until([&] { return are_done(users); });
    check_all(users);
    CHECK(server.status()->counters.suspended > 0);
  }
}

TEST_CASE("simulated clients run on threads", "[testing]") {
  libsync::runtime threads;
  auto server = libsync::spawn_server(threads, tape::data{});
  auto users = simulated_clients<tape::data>(20, server, by_chance, {.submissions = 20});
  for (auto& one : users)
    while (!one.is_done())
      static_cast<void>(server.status()); // waits for the server, so others run meanwhile
  check_all(users);
  for (auto& one : users)
    CHECK(one.session().close().empty());
}

TEST_CASE("a test tells a simulated client what to do", "[testing]") {
  runtime at;
  auto server = libsync::spawn_server(at, tape::data{});
  simulated_client<tape::data> user{server, by_chance};
  CHECK_FALSE(user.submit()); // it has seen nothing yet
  at.run();
  CHECK(user.submit());
  user.throw_next();
  at.run();
  CHECK(user.record().counts.accepted == 1);
  CHECK(user.session().status()->thrown == 1);
  user.leave();
  at.run();
  CHECK(server.status()->members == 0);
  user.come_back();
  at.run();
  CHECK(server.status()->members == 1);
  at.freeze(server);
  CHECK(user.submit());
  at.run();
  user.die();
  at.run();
  CHECK(user.record().counts.unknown + user.record().counts.refused == 1);
  CHECK(user.is_dead());
  at.thaw_all();
  user.come_back();
  at.run();
  CHECK(user.record().version() == server.status()->version);
}
