#include "libsync/actors/testing/runtime.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "libsync/actors/session.hpp"
#include "libsync/actors/supervisor.hpp"
#include "support/caf.hpp"
#include "support/catch.hpp"
#include "support/tape_actors.hpp"

using libsync::testing::runtime;
using libsync::testing::scheduling;
using namespace std::chrono_literals;

namespace {

constexpr auto policies = {scheduling::uniform, scheduling::priorities};

bool says(std::string_view sentence, std::string_view part) {
  return sentence.find(part) != std::string_view::npos;
}

// Two clients that append at the same time: which of them is first?
std::vector<std::int64_t> race(std::uint64_t seed, scheduling policy) {
  runtime at{{.seed = seed, .policy = policy}};
  auto server = libsync::spawn_server(at, tape::data{});
  tape_session one{server};
  tape_session other{server};
  for (std::int64_t i = 0; i < 3; ++i) {
    one.post(tape::append{i});
    other.post(tape::append{10 + i});
    at.steps(at.random().below(6));
  }
  at.run();
  return server.snapshot()->data->values;
}

caf::behavior ticking(caf::event_based_actor* self, int* ticks, int most) {
  return {[=](note_atom) {
    if (++*ticks < most)
#if LIBSYNC_CAF_VERSION < 100
      self->delayed_send(self, std::chrono::seconds{10}, note_atom_v);
#else
      self->mail(note_atom_v).delay(std::chrono::seconds{10}).send(self);
#endif
  }};
}

caf::behavior endless(caf::event_based_actor* self, int* sent) {
  return {[=](note_atom) {
    ++*sent;
    send_to(caf::actor{self}, note_atom_v);
  }};
}

} // namespace

TEST_CASE("nothing runs in a testing runtime until the test says so", "[testing]") {
  runtime at{7};
  auto server = libsync::spawn_server(at, tape::data{});
  tape_session session{server};
  auto receipt = session.submit(tape::append{1});
  CHECK_FALSE(receipt.is_ready());
  CHECK(at.step());
  CHECK_FALSE(receipt.is_ready());
  at.run();
  CHECK_FALSE(at.step());
  REQUIRE(receipt.is_ready());
  CHECK(receipt.get() == libsync::receipt::accepted(1));
  CHECK(at.steps_taken() > 3);
  CHECK(at.now() == 0s);
}

TEST_CASE("a call that waits runs the actors of a testing runtime until it is done", "[testing]") {
  runtime at{3};
  auto server = libsync::spawn_supervisor(at, tape::data{});
  tape_session session{server, {.bounds = {.outbox = 2}}};
  CHECK(session.submit(tape::append{1}).get() == libsync::receipt::accepted(1));
  for (int i = 2; i < 20; ++i) // and where it waits for room
    CHECK(session.post(tape::append{i}) == libsync::posted::taken);
  CHECK(*session.wait_for(19, 1s) == 19);
  CHECK(session.snapshot()->version == 19);
  CHECK(session.status()->version == 19);
  CHECK(server.status()->restarts == 0);
  tape_session late{server};
  CHECK(*late.read([](const tape::data& data) { return data.values.size(); }) == 19);
  CHECK(session.close().empty());
}

TEST_CASE("a call that would wait for ever in a testing runtime says so", "[testing]") {
  runtime at;
  auto server = libsync::spawn_server(at, tape::data{});
  tape_session session{server, {.bounds = {.outbox = 1}}};
  at.run();
  at.freeze(server);
  CHECK(at.is_frozen(server));
  auto coming = session.submit(tape::append{1});
  const auto told = coming.get();
  CHECK(told.what == libsync::receipt::kind::undecided);
  CHECK(says(told.reason, "nothing is left to run in the testing runtime"));
  CHECK(says(told.reason, "1 libsync.server (frozen)"));
  CHECK(says(server.status().reason(), "nothing is left to run"));
  CHECK(coming.wait_for(1h).reason() == "the deadline passed before it came");
  CHECK(at.now() >= 59min);
  static_cast<void>(session.post(tape::append{2}));
  CHECK(session.post(tape::append{3}) == libsync::posted::overloaded);
  tape_session late{server};
  CHECK_FALSE(late.snapshot());
  CHECK(late.close().empty()); // it has nothing to wait for
  CHECK(says(session.close(), "nothing is left to run"));
  at.thaw(server);
  CHECK(coming.get() == libsync::receipt::accepted(1));
}

TEST_CASE("a seed repeats its run, and others find other orders", "[testing]") {
  for (const auto policy : policies) {
    std::set<std::vector<std::int64_t>> orders;
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
      const auto order = race(seed, policy);
      CHECK(order == race(seed, policy));
      CHECK(order.size() == 6);
      orders.insert(order);
    }
    CHECK(orders.size() > 3);
  }
}

TEST_CASE("time passes where a test says so, and where nothing else is left to do", "[testing]") {
  runtime at;
  int ticks = 0;
  auto ticker = at.system().spawn(ticking, &ticks, 3);
  send_to(ticker, note_atom_v);
  at.run();
  CHECK(ticks == 1);
  at.advance(9s);
  at.run();
  CHECK(ticks == 1);
  at.advance(1s);
  at.run();
  CHECK(ticks == 2);
  at.run_until([&] { return ticks == 3; });
  CHECK(at.now() == 20s);
  try {
    at.run_until([&] { return ticks == 4; });
    FAIL_CHECK("it ran for ever");
  } catch (const std::runtime_error& why) {
    CHECK(says(why.what(), "these actors wait for messages: 1 "));
  }
}

TEST_CASE("actors that send for ever end a run with an error, and are ended with the runtime",
          "[testing]") {
  runtime at{{.most_steps = 1000}};
  int sent = 0;
  auto busy = at.system().spawn(endless, &sent);
  send_to(busy, note_atom_v);
  CHECK_THROWS_AS(at.run(), std::runtime_error);
  CHECK_THROWS_AS(at.run_until([] { return false; }), std::runtime_error);
  CHECK(sent >= 2000);
}

TEST_CASE("an actor does not run the runtime that it runs in", "[testing]") {
  runtime at;
  std::string why;
  auto server = libsync::spawn_server(at, tape::data{}, {.on_change = [&](const auto&) {
                                        try {
                                          at.run();
                                        } catch (const std::logic_error& what) {
                                          why = what.what();
                                        }
                                      }});
  tape_session session{server};
  session.post(tape::append{1});
  at.run();
  CHECK(says(why, "which only the test may do"));
}

TEST_CASE("a killed server of a supervisor is started again in a testing runtime", "[testing]") {
  for (const auto policy : policies) {
    runtime at{{.seed = 5, .policy = policy}};
    auto supervisor = libsync::spawn_supervisor(at, tape::data{});
    tape_session session{supervisor};
    at.run();
    at.kill(*supervisor.server());
    CHECK(session.submit(tape::append{1}).get() == libsync::receipt::accepted(1));
    CHECK(supervisor.status()->restarts == 1);
  }
}
