#include "libsync/actors/session.hpp"
#include "libsync/submission.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <future>
#include <thread>
#include <vector>

#include "support/caf.hpp"
#include "support/catch.hpp"
#include "support/tape_actors.hpp"

namespace {

using libsync::posted;
using libsync::receipt;
using libsync::when_full;
using std::chrono::milliseconds;
using std::chrono::minutes;

// A server that can be held up: it stays inside its observer until it is let go.
struct held_server {
  libsync::runtime runtime;
  std::promise<void> let_go;
  tape_server handle;

  explicit held_server() {
    libsync::server_options<tape::data> options;
    options.on_change = [gate = std::shared_future<void>(let_go.get_future())](const auto&) {
      gate.wait();
    };
    handle = libsync::spawn_server(runtime, tape::data{}, options);
  }
};

libsync::client_options<tape::data> outbox_of(std::size_t limit) {
  libsync::client_options<tape::data> options;
  options.bounds.outbox = limit;
  return options;
}

// Submits to a held server until there is no room, and will be none: the client has taken from the
// buffer what it had room for. Returns how many were taken.
std::size_t fill(tape_session& session) {
  std::size_t taken = 0;
  const auto is_taken = [&] {
    return session.post(tape::append{0}, when_full::answer) == posted::taken && ++taken > 0;
  };
  do {
    while (is_taken()) {
    }
    REQUIRE(session.status()); // comes after what the client was told before
  } while (is_taken());
  return taken;
}

} // namespace

TEST_CASE("a session submits, waits and reads", "[session]") {
  libsync::runtime runtime;
  auto server = libsync::spawn_server(runtime, tape::data{});
  tape_session green{server};
  tape_session yellow{server};
  CHECK(green.submit(tape::append{1}).get() == receipt::accepted(1));
  CHECK(yellow.submit(tape::fail{}).get() == receipt::refused("threw: the reducer is broken"));
  CHECK(yellow.post(tape::append{2}) == posted::taken);
  const auto reached = green.wait_for(2, minutes(4));
  REQUIRE(reached);
  CHECK(*reached == 2);
  const auto copy = green.snapshot();
  REQUIRE(copy);
  CHECK(copy->data->values == std::vector<std::int64_t>{1, 2});
}

TEST_CASE("a wait whose deadline passes says so", "[session]") {
  libsync::runtime runtime;
  auto server = libsync::spawn_server(runtime, tape::data{});
  tape_session session{server};
  const auto never = session.wait_for(5, milliseconds(1));
  CHECK_FALSE(never);
  CHECK(never.reason() == "the deadline passed at version 0, before version 5");
}

TEST_CASE("several threads share one session", "[session][threads]") {
  libsync::runtime runtime;
  auto server = libsync::spawn_server(runtime, tape::data{});
  tape_session session{server, outbox_of(64)};
  std::vector<int> accepted(4, 0);
  {
    std::vector<std::jthread> threads;
    for (auto& count : accepted)
      threads.emplace_back([&] {
        for (int i = 0; i < 500; ++i) {
          const auto answer = session.submit(tape::append{i}).get();
          count += answer.is_accepted() && session.version() >= answer.version ? 1 : 0;
        }
      });
  }
  CHECK(accepted == std::vector<int>(4, 500));
  CHECK(session.version() == 2000);
}

TEST_CASE("a reducer that throws on every k-th operation stops nobody", "[session][threads]") {
  constexpr int each = 1000;
  for (const int k : {1, 2, 7}) {
    libsync::runtime runtime;
    auto server = libsync::spawn_server(runtime, tape::data{});
    tape_session one{server};
    tape_session other{server};
    std::atomic<int> refused{0};
    std::atomic<int> accepted{0};
    const auto work = [&](tape_session& session) {
      std::vector<libsync::receipt_future> receipts;
      for (int i = 1; i <= each; ++i)
        receipts.push_back(i % k == 0 ? session.submit(tape::fail{})
                                      : session.submit(tape::append{i}));
      for (auto& coming : receipts) {
        const auto answer = coming.get();
        accepted += answer.is_accepted() ? 1 : 0;
        refused += answer == receipt::refused("threw: the reducer is broken") ? 1 : 0;
      }
    };
    {
      std::jthread first{work, std::ref(one)};
      std::jthread second{work, std::ref(other)};
    }
    CHECK(refused == 2 * (each / k));
    CHECK(accepted == 2 * (each - each / k));
    const auto last = static_cast<libsync::version>(accepted.load());
    REQUIRE(one.wait_for(last, minutes(4)));
    REQUIRE(other.wait_for(last, minutes(4)));
    CHECK(*one.snapshot()->data == *other.snapshot()->data);
  }
}

TEST_CASE("64 clients count up by conditional submissions: the sum is the number of successes",
          "[session][condition][threads]") {
  libsync::runtime runtime;
  auto server = libsync::spawn_server(runtime, tape::data{});
  std::atomic<std::size_t> successes{0};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i)
      threads.emplace_back([&] {
        std::vector<tape_session> sessions;
        for (int k = 0; k < 8; ++k)
          sessions.emplace_back(server);
        for (int tries = 0; tries < 20; ++tries)
          for (auto& session : sessions) {
            const auto copy = session.snapshot();
            const auto count = static_cast<std::int64_t>(copy->data->values.size());
            libsync::submission<tape::data> next{tape::append{count}};
            const auto answer = session.submit(std::move(next).only_since(copy->version)).get();
            successes += answer.is_accepted() ? 1 : 0;
          }
      });
  }
  tape_session reader{server};
  const auto end = reader.snapshot();
  REQUIRE(end);
  CHECK(successes > 0);
  REQUIRE(end->data->values.size() == successes);
  for (std::size_t i = 0; i < successes; ++i)
    REQUIRE(end->data->values[i] == static_cast<std::int64_t>(i));
}

TEST_CASE("a transaction reaches every copy in one version", "[session][transaction]") {
  libsync::runtime runtime;
  auto server = libsync::spawn_server(runtime, tape::data{});
  tape_session one{server};
  tape_session other{server};
  libsync::transaction<tape::data> both;
  both.add(tape::append{1}).add(tape::append{2});
  CHECK(one.submit(both).get() == receipt::accepted(1));
  both.add(tape::fail{});
  CHECK(one.submit(both).get() ==
        receipt::refused("operation 3 of 3: threw: the reducer is broken"));
  REQUIRE(other.wait_for(1, minutes(4)));
  CHECK(other.snapshot()->data->values == std::vector<std::int64_t>{1, 2});
}

TEST_CASE("a full outbox answers overloaded, or lets the thread wait for room",
          "[session][limits]") {
  held_server server;
  tape_session session{server.handle, outbox_of(4)};
  // The buffer and the outbox behind it hold 4 each.
  REQUIRE(fill(session) <= 8);
  CHECK(session.submit(tape::append{2}, when_full::answer).get() == receipt::overloaded());
  auto waiting = std::async(std::launch::async,
                            [&] { return session.submit(tape::append{3}, when_full::wait).get(); });
  server.let_go.set_value();
  CHECK(waiting.get().is_accepted());
}

TEST_CASE("a wait for room ends at its deadline, and the answer says so", "[session][limits]") {
  held_server server;
  tape_session session{server.handle, outbox_of(1)};
  REQUIRE(fill(session) == 2);
  const auto now = std::chrono::steady_clock::now();
  const auto late =
      receipt{receipt::kind::overloaded, 0, "the outbox is full, and the deadline passed"};
  for (const libsync::patience none :
       {libsync::patience{milliseconds{0}}, libsync::patience{milliseconds::min()},
        libsync::patience{now}, libsync::patience{now - minutes{1}}})
    CHECK(session.submit(tape::append{1}, none).get() == late);
  CHECK(session.submit(tape::append{1}, milliseconds{1}).get() == late);
  auto for_ever = std::async(std::launch::async, [&] {
    return session.submit(tape::append{2}, std::chrono::hours::max()).get();
  });
  auto until = std::async(std::launch::async, [&] {
    return session.submit(tape::append{2}, now + std::chrono::hours{24}).get();
  });
  server.let_go.set_value();
  CHECK(for_ever.get().is_accepted());
  CHECK(until.get().is_accepted());
}

TEST_CASE("closing decides everything first", "[session]") {
  libsync::runtime runtime;
  auto server = libsync::spawn_server(runtime, tape::data{});
  tape_session session{server};
  std::vector<libsync::receipt_future> receipts;
  for (int i = 0; i < 1000; ++i)
    receipts.push_back(session.submit(tape::append{i}));
  session.close();
  for (std::size_t i = 0; i < receipts.size(); ++i)
    CHECK(receipts[i].get() == receipt::accepted(i + 1));
  CHECK(session.post(tape::append{1}) == posted::closed);
  CHECK(session.submit(tape::append{1}).get() == receipt::refused("the session is closed"));
  CHECK(session.wait_for(1001, minutes(4)).reason() ==
        "the session is closed at version 1000, before version 1001");
  CHECK(session.snapshot()->version == 1000); // what it had in the end
  session.close();                            // twice is harmless
}

TEST_CASE("closing decides everything, even if the client had left", "[session]") {
  libsync::runtime runtime;
  auto server = libsync::spawn_server(runtime, tape::data{});
  tape_session session{server};
  REQUIRE(session.snapshot());
  send_to(to_caf(session.handle()), libsync::leave_atom_v);
  auto coming = session.submit(tape::append{1});
  session.close();
  CHECK(coming.get() == receipt::accepted(1));
}

TEST_CASE("every wait of a session ends when its server ends", "[session]") {
  libsync::runtime runtime;
  auto server = libsync::spawn_server(runtime, tape::data{{3}});
  tape_session session{server};
  REQUIRE(session.snapshot());
  auto waiting = std::async(std::launch::async, [&] { return session.wait_for(1, minutes(4)); });
  caf::anon_send_exit(to_caf(server), caf::exit_reason::kill);
  CHECK_FALSE(waiting.get());
  const auto late = session.submit(tape::append{1}).get();
  CHECK(late == receipt::refused("the server has ended"));
  const auto copy = session.snapshot(); // the copy stays readable
  REQUIRE(copy);
  CHECK(copy->data->values == std::vector<std::int64_t>{3});
}

TEST_CASE("every future becomes ready when the server ends under load", "[session]") {
  for (int round = 0; round < 100; ++round) {
    libsync::runtime runtime;
    auto server = libsync::spawn_server(runtime, tape::data{});
    tape_session session{server, outbox_of(32)};
    std::vector<libsync::receipt_future> receipts;
    for (int i = 0; i < 100; ++i) {
      receipts.push_back(session.submit(tape::append{i}));
      if (i == round)
        caf::anon_send_exit(to_caf(server), caf::exit_reason::kill);
    }
    for (auto& coming : receipts)
      CHECK(coming.get().what != receipt::kind::overloaded);
  }
}

TEST_CASE("a client that is told to leave while its session closes comes back to finish",
          "[session]") {
  for (int round = 0; round < 50; ++round) {
    libsync::runtime runtime;
    auto server = libsync::spawn_server(runtime, tape::data{});
    tape_session session{server};
    auto coming = session.submit(tape::append{1});
    auto closing = std::async(std::launch::async, [&] { session.close(); });
    send_to(to_caf(session.handle()), libsync::leave_atom_v);
    closing.get();
    CHECK(coming.get().is_accepted());
  }
}

TEST_CASE("a wait may be as long as its type can say", "[session]") {
  libsync::runtime runtime;
  auto server = libsync::spawn_server(runtime, tape::data{});
  tape_session session{server};
  auto hours = std::async(std::launch::async,
                          [&] { return session.wait_for(1, std::chrono::hours::max()); });
  auto nanoseconds = std::async(
      std::launch::async, [&] { return session.wait_for(1, std::chrono::nanoseconds::max()); });
  session.post(tape::append{1});
  CHECK(hours.get());
  CHECK(nanoseconds.get());
}

TEST_CASE("a session that was moved from says so", "[session]") {
  libsync::runtime runtime;
  auto server = libsync::spawn_server(runtime, tape::data{});
  tape_session one{server};
  tape_session other{std::move(one)};
  // NOLINTBEGIN(bugprone-use-after-move,clang-analyzer-cplusplus.Move)
  CHECK(one.post(tape::append{1}) == posted::closed);
  CHECK_FALSE(one.wait_for(1, milliseconds(1)));
  CHECK_FALSE(one.snapshot());
  // NOLINTEND(bugprone-use-after-move,clang-analyzer-cplusplus.Move)
}

TEST_CASE("a session of a server that is dead already says so", "[session]") {
  libsync::runtime runtime;
  auto server = libsync::spawn_server(runtime, tape::data{});
  caf::anon_send_exit(to_caf(server), caf::exit_reason::kill);
  tape_session session{server};
  const auto answer = session.submit(tape::append{1}).get();
  CHECK(answer.reason == "the server has ended");
  CHECK(session.snapshot().reason() == "there are no data: the server has ended");
}

TEST_CASE("a thread that waits for room is told when the server ends", "[session][limits]") {
  held_server server;
  tape_session session{server.handle, outbox_of(1)};
  auto waiting = std::async(std::launch::async, [&] {
    while (session.post(tape::append{1}) == posted::taken) {
    }
    return session.post(tape::append{1});
  });
  caf::anon_send_exit(to_caf(server.handle), caf::exit_reason::kill);
  server.let_go.set_value();
  CHECK(waiting.get() == posted::closed);
}

TEST_CASE("a session can be moved", "[session]") {
  libsync::runtime runtime;
  auto server = libsync::spawn_server(runtime, tape::data{});
  tape_session one{server};
  tape_session other{std::move(one)};
  CHECK(other.submit(tape::append{1}).get() == receipt::accepted(1));
  other = tape_session{server};
  CHECK(other.submit(tape::append{2}).get() == receipt::accepted(2));
}
