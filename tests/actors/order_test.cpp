#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <thread>
#include <vector>

#include "libsync/actors/testing/runtime.hpp"
#include "support/catch.hpp"
#include "support/tape_actors.hpp"

namespace {

constexpr std::size_t submitters = 8;

// The value that a submitter's `count`th operation appends.
std::int64_t value_of(std::size_t submitter, int count) {
  return static_cast<std::int64_t>(submitter) * 1'000'000 + count;
}

// All logs are one log, without gaps, and in it each submitter's operations are in its order.
void check_logs(const std::vector<std::shared_ptr<shown_log>>& logs, std::size_t each) {
  const auto& first = *logs.front();
  for (const auto& log : logs) {
    CHECK(log->from == 0);
    CHECK(log->contiguous);
    CHECK_FALSE(log->replaced);
    const bool same = log->appended == first.appended;
    CHECK(same); // printing them would take minutes
  }
  std::vector<int> counts(submitters, 0);
  std::map<std::size_t, libsync::client_id> names;
  bool ordered = true;
  bool named = true;
  for (const auto& [by, value] : first.appended) {
    const auto submitter = static_cast<std::size_t>(value / 1'000'000);
    ordered = ordered && value == value_of(submitter, counts[submitter]++);
    named = named && names.try_emplace(submitter, by).first->second == by;
  }
  CHECK(ordered);
  CHECK(named);
  CHECK(counts == std::vector<int>(submitters, static_cast<int>(each)));
}

} // namespace

TEST_CASE("8 threads submit 100,000 operations each: one order for all", "[order][threads]") {
  constexpr std::size_t each = 100'000;
  std::vector<std::shared_ptr<shown_log>> logs;
  {
    libsync::runtime runtime;
    // A machine under load may let a client fall behind by more than the default lag; it would be
    // suspended then and come back with a snapshot. Here every version is to be seen by everybody.
    libsync::server_options<tape::data> unbounded;
    unbounded.bounds.lag = submitters * each;
    auto server = libsync::spawn_server(runtime, tape::data{}, unbounded);
    std::vector<std::unique_ptr<tape_session>> sessions;
    for (std::size_t i = 0; i < submitters; ++i) {
      auto [options, log] = recorded();
      logs.push_back(log);
      sessions.push_back(std::make_unique<tape_session>(server, std::move(options)));
      REQUIRE(sessions.back()->snapshot()); // joined, at version 0
    }
    {
      std::vector<std::jthread> threads;
      for (std::size_t i = 0; i < submitters; ++i)
        threads.emplace_back([&session = *sessions[i], i] {
          for (int count = 0; count < static_cast<int>(each); ++count)
            session.post(tape::append{value_of(i, count)});
        });
    }
    for (const auto& session : sessions)
      REQUIRE(session->wait_for(submitters * each, std::chrono::minutes(4)));
  }
  check_logs(logs, each);
}

TEST_CASE("8 clients submit 2,000 operations each in seeded random orders: one order for all",
          "[order]") {
  constexpr std::size_t each = 2000;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    INFO("seed " << seed);
    libsync::testing::runtime at{seed};
    auto server = libsync::spawn_server(at, tape::data{});
    std::vector<std::shared_ptr<shown_log>> logs;
    std::vector<tape_client> clients;
    for (std::size_t i = 0; i < submitters; ++i) {
      auto [options, log] = recorded();
      logs.push_back(log);
      clients.push_back(libsync::spawn_client(server, std::move(options)));
    }
    at.run();
    std::vector<int> counts(submitters, 0);
    for (std::size_t left = submitters * each; left > 0; --left) {
      auto next = at.random()() % submitters;
      while (counts[next] == static_cast<int>(each))
        next = (next + 1) % submitters;
      submit_to(clients[next], tape::append{value_of(next, counts[next]++)});
      at.steps(at.random()() % 4);
    }
    at.run();
    check_logs(logs, each);
  }
}
