#include <cstdint>
#include <map>
#include <memory>
#include <thread>
#include <vector>

#include "support/catch.hpp"
#include "support/deterministic.hpp"
#include "support/tape_actors.hpp"

namespace {

constexpr int submitters = 8;

// The value that a submitter's `count`th operation appends.
std::int64_t value_of(int submitter, int count) {
  return std::int64_t{submitter} * 1'000'000 + count;
}

// All logs are one log, without gaps, and in it each submitter's operations are in its order.
void check_logs(const std::vector<std::shared_ptr<shown_log>>& logs, int each) {
  const auto& first = *logs.front();
  for (const auto& log : logs) {
    CHECK(log->from == 0);
    CHECK(log->contiguous);
    CHECK_FALSE(log->replaced);
    CHECK(log->appended == first.appended);
  }
  std::vector<int> counts(submitters, 0);
  std::map<int, libsync::client_id> names;
  bool ordered = true;
  bool named = true;
  for (const auto& [by, value] : first.appended) {
    const int submitter = static_cast<int>(value / 1'000'000);
    ordered = ordered && value == value_of(submitter, counts[submitter]++);
    named = named && names.try_emplace(submitter, by).first->second == by;
  }
  CHECK(ordered);
  CHECK(named);
  CHECK(counts == std::vector<int>(submitters, each));
}

} // namespace

TEST_CASE("8 threads submit 100,000 operations each: one order for all", "[order][threads]") {
  constexpr int each = 100'000;
  std::vector<std::shared_ptr<shown_log>> logs;
  {
    libsync::runtime runtime;
    // Nothing is appended to the state itself: 800,000 numbers in 8 copies are not the point here.
    auto server = libsync::spawn_server(runtime, tape::data{});
    std::vector<std::unique_ptr<tape_session>> sessions;
    for (int i = 0; i < submitters; ++i) {
      auto [options, log] = recorded();
      logs.push_back(log);
      sessions.push_back(std::make_unique<tape_session>(server, std::move(options)));
      REQUIRE(sessions.back()->snapshot()); // joined, at version 0
    }
    {
      std::vector<std::jthread> threads;
      for (int i = 0; i < submitters; ++i)
        threads.emplace_back([&session = *sessions[static_cast<std::size_t>(i)], i] {
          for (int count = 0; count < each; ++count)
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
  constexpr int each = 2000;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    INFO("seed " << seed);
    deterministic at{seed};
    auto server = libsync::spawn_server(at, tape::data{});
    std::vector<std::shared_ptr<shown_log>> logs;
    std::vector<tape_client> clients;
    for (int i = 0; i < submitters; ++i) {
      auto [options, log] = recorded();
      logs.push_back(log);
      clients.push_back(libsync::spawn_client(server, std::move(options)));
    }
    at.run();
    std::vector<int> counts(submitters, 0);
    for (int left = submitters * each; left > 0; --left) {
      auto next = static_cast<int>(at.random()() % submitters);
      while (counts[static_cast<std::size_t>(next)] == each)
        next = (next + 1) % submitters;
      submit_to(clients[static_cast<std::size_t>(next)],
                tape::append{value_of(next, counts[static_cast<std::size_t>(next)]++)});
      at.steps(at.random()() % 4);
    }
    at.run();
    check_logs(logs, each);
  }
}
