#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "libsync/actors/poll_queue.hpp"
#include "libsync/actors/session.hpp"
#include "libsync/actors/testing/runtime.hpp"
#include "libsync/coroutine.hpp"
#include "support/ask.hpp"
#include "support/catch.hpp"
#include "support/no_waiting.hpp"
#include "support/session_scene.hpp"
#include "support/status.hpp"
#include "support/tape_actors.hpp"

using libsync::receipt;
using libsync::task;

namespace {

struct scene : session_scene {
  std::vector<receipt> receipts;
  std::vector<std::string> reached;

  task submit(int count) {
    for (int i = 0; i < count; ++i)
      receipts.push_back(co_await session->submit(tape::append{i}));
  }

  task submit_in(libsync::executor where) {
    receipts.push_back(
        co_await libsync::resume_in(std::move(where), session->submit(tape::append{1})));
  }

  task reach(libsync::version target) {
    const auto there = co_await session->reached(target);
    reached.push_back(there ? std::to_string(*there) : std::string{there.reason()});
  }
};

// A coroutine of a user's own type, which lets exceptions out, and is destroyed at its end.
class own_type {
public:
  struct promise_type {
    own_type get_return_object() { return own_type{frame::from_promise(*this)}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { throw; }
  };
  using frame = std::coroutine_handle<promise_type>;

  explicit own_type(frame of) : frame_(of) {}
  own_type(const own_type&) = delete;
  own_type& operator=(const own_type&) = delete;
  ~own_type() { frame_.destroy(); }

private:
  frame frame_;
};

} // namespace

TEST_CASE("a coroutine waits for receipts, one after the other", "[coroutine]") {
  scene in;
  auto running = in.submit(3);
  in.at.run();
  CHECK(in.receipts.empty()); // it was not started
  running = std::move(running).start();
  CHECK_FALSE(running.is_done());
  in.at.run();
  CHECK(running.is_done());
  CHECK(in.receipts ==
        std::vector{receipt::accepted(1), receipt::accepted(2), receipt::accepted(3)});
  running = std::move(running).start(); // a second time
  CHECK(in.receipts.size() == 3);
}

TEST_CASE("a coroutine does not wait for what is there", "[coroutine]") {
  scene in;
  in.session->close();
  in.at.run();
  const auto running = in.submit(2).start();
  CHECK(running.is_done());
  CHECK(in.receipts == std::vector(2, receipt::refused("the session is closed")));
  const auto there = in.reach(0).start();
  CHECK(there.is_done());
  CHECK(in.reached == std::vector<std::string>{"0"});
}

TEST_CASE("a coroutine waits for a version, and is told why it does not come", "[coroutine]") {
  scene in;
  const auto two = in.reach(2).start();
  const auto one = in.reach(1).start();
  const auto many = in.reach(100).start();
  in.at.run();
  CHECK(in.reached.empty());
  in.session->post(tape::append{1});
  in.at.run();
  CHECK(one.is_done());
  CHECK_FALSE(two.is_done());
  in.session->post(tape::append{2});
  in.at.run();
  CHECK(in.reached == std::vector<std::string>{"1", "2"});
  SECTION("the session closes") {
    in.session->close();
    in.at.run();
    CHECK(in.reached.back() == "the session is closed at version 2, before version 100");
  }
  SECTION("the session is destroyed") {
    in.session.reset();
    in.at.run();
    CHECK(in.reached.back() == "the session is closed at version 2, before version 100");
  }
  SECTION("the server ends") {
    caf::anon_send_exit(to_caf(in.server), caf::exit_reason::kill);
    in.at.run();
    CHECK(in.reached.back() == "the server has ended at version 2, before version 100");
  }
  CHECK(many.is_done());
  CHECK(in.reached.size() == 3);
}

TEST_CASE("a coroutine whose session or server ends has its receipt", "[coroutine]") {
  scene in;
  in.at.run();
  const auto running = in.submit(1).start();
  caf::anon_send_exit(to_caf(in.server), caf::exit_reason::kill);
  in.at.run();
  REQUIRE(running.is_done());
  CHECK(in.receipts.front().what != receipt::kind::undecided);
}

TEST_CASE("a coroutine that is destroyed while it waits does not go on", "[coroutine]") {
  scene in;
  const auto held = std::make_shared<int>(1);
  bool went_on = false;
  const auto wait = [&](tape_session& session, std::shared_ptr<int> mine,
                        bool for_version) -> task {
    if (for_version)
      co_await session.reached(session.version() + 1);
    else
      co_await session.submit(tape::append{1});
    went_on = mine != nullptr;
  };
  for (const bool for_version : {false, true}) {
    auto running = wait(*in.session, held, for_version).start();
    CHECK(held.use_count() > 1);
    running.reset();
    CHECK(held.use_count() == 1);
    in.session->post(tape::append{1});
    in.at.run();
    CHECK_FALSE(went_on);
  }
  const auto never = wait(*in.session, held, false); // and was not started
  CHECK(held.use_count() > 1);
}

TEST_CASE("a coroutine resumes in the queue or executor that it names", "[coroutine]") {
  scene in;
  libsync::poll_queue queue;
  std::vector<std::function<void()>> tasks;
  const auto polled = in.submit_in(queue).start();
  const auto posted =
      in.submit_in([&](std::function<void()> one) { tasks.push_back(std::move(one)); }).start();
  in.at.run();
  CHECK(in.receipts.empty());
  CHECK(queue.poll() == 1);
  CHECK(polled.is_done());
  REQUIRE(tasks.size() == 1);
  tasks.front()();
  tasks.front()(); // twice is harmless
  CHECK(posted.is_done());
  CHECK(in.receipts.size() == 2);
}

TEST_CASE("a coroutine goes on in its place, even if it need not wait", "[coroutine]") {
  scene in;
  libsync::poll_queue queue;
  in.session->close();
  in.at.run();
  const auto submits = in.submit_in(queue).start();
  const auto reaches = [&]() -> task {
    const auto there = co_await libsync::resume_in(queue, in.session->reached(0));
    in.reached.push_back(std::to_string(*there));
  };
  const auto reaching = reaches().start();
  CHECK_FALSE(submits.is_done());
  CHECK_FALSE(reaching.is_done());
  CHECK(queue.poll() == 2);
  CHECK(submits.is_done());
  CHECK(in.receipts == std::vector{receipt::refused("the session is closed")});
  CHECK(in.reached == std::vector<std::string>{"0"});
  const auto run = [&]() -> task {
    co_await libsync::resume_in(
        [](const std::function<void()>&) { throw std::runtime_error("full"); },
        in.session->reached(0));
  };
  const auto failing = run().start();
  CHECK(failing.is_done());
  CHECK_THROWS_AS(std::rethrow_exception(failing.error()), std::runtime_error);
}

TEST_CASE("a coroutine that is destroyed while its call waits in a queue does not go on",
          "[coroutine]") {
  scene in;
  libsync::poll_queue queue;
  auto running = in.submit_in(queue).start();
  in.at.run();
  CHECK_FALSE(queue.empty());
  running.reset();
  CHECK(queue.poll() == 0);
  CHECK(in.receipts.empty());
}

TEST_CASE("a coroutine whose place takes no calls waits until it is destroyed", "[coroutine]") {
  scene in;
  const auto running =
      in.submit_in([](const std::function<void()>&) { throw std::runtime_error("full"); }).start();
  in.at.run();
  CHECK_FALSE(running.is_done());
  CHECK(status_of<tape::data>(in.at, in.session->handle()).thrown == 1);
}

TEST_CASE("a coroutine may end itself, its session, and others", "[coroutine][reentrant]") {
  scene in;
  const auto held = std::make_shared<int>(1);
  task self;
  task other;
  bool went_on = false;
  const auto act = GENERATE(0, 1, 2, 3);
  const auto run = [&](std::shared_ptr<int> mine) -> task {
    co_await in.session->submit(tape::append{1});
    switch (act) {
    case 0:
      self.reset();
      break;
    case 1:
      other.reset();
      break;
    case 2:
      in.session.reset();
      break;
    default:
      in.session->close();
      break;
    }
    if (act != 2)
      co_await in.session->submit(tape::append{2});
    went_on = mine != nullptr;
  };
  self = run(held).start();
  other = in.reach(1).start();
  in.at.run();
  CHECK(went_on == (act != 0));
  self.reset();
  other.reset();
  in.at.run();
  CHECK(held.use_count() == 1);
}

TEST_CASE("a coroutine that has ended itself goes no further than to its next co_await",
          "[coroutine][reentrant]") {
  scene in;
  task self;
  int steps = 0;
  const auto run = [&](bool for_version) -> task {
    co_await in.session->submit(tape::append{1});
    self.reset();
    ++steps;
    if (for_version)
      co_await in.session->reached(0); // is there
    else
      co_await libsync::receipt_future{}; // is none
    ++steps;
  };
  for (const bool for_version : {false, true}) {
    steps = 0;
    self = run(for_version).start();
    in.at.run();
    CHECK(steps == 1);
  }
}

TEST_CASE("an exception ends a coroutine, which keeps it", "[coroutine]") {
  scene in;
  const auto run = [&]() -> task {
    co_await in.session->submit(tape::append{1});
    throw std::runtime_error("a bug");
  };
  const auto running = run().start();
  CHECK(running.error() == nullptr);
  in.at.run();
  CHECK(running.is_done());
  CHECK_THROWS_AS(std::rethrow_exception(running.error()), std::runtime_error);
  CHECK(status_of<tape::data>(in.at, in.session->handle()).thrown == 0);
}

TEST_CASE("a coroutine does not wait by its thread", "[coroutine]") {
  scene in;
  libsync::client_options<tape::data> options;
  options.bounds.outbox = 1;
  tape_session small{in.server, options};
  std::vector<receipt> told;
  const auto run = [&]() -> task {
    auto first = small.submit(tape::append{1});
    told.push_back(co_await small.submit(tape::append{2})); // there is no room
    told.push_back(first.get());
    told.push_back(co_await std::move(first));
  };
  const auto running = run().start();
  in.at.run();
  REQUIRE(running.is_done());
  REQUIRE(told.size() == 3);
  CHECK(told[0].what == receipt::kind::overloaded);
  CHECK(told[1].what == receipt::kind::undecided);
  CHECK(told[2].is_accepted());
}

TEST_CASE("coroutines of other types await receipts and versions too", "[coroutine]") {
  scene in;
  std::vector<libsync::version> seen;
  const auto run = [&](bool fails) -> own_type {
    seen.push_back((co_await in.session->submit(tape::append{1})).version);
    seen.push_back(*co_await in.session->reached(2));
    if (fails)
      throw std::runtime_error("a bug");
  };
  const auto good = run(false);
  const auto bad = run(true);
  in.at.run();
  CHECK(seen == std::vector<libsync::version>{1, 2, 2, 2});
  CHECK(status_of<tape::data>(in.at, in.session->handle()).thrown == 1);
}
