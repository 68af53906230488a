#include <atomic>
#include <chrono>
#include <cstddef>
#include <future>
#include <latch>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libsync/actors/session.hpp"
#include "support/catch.hpp"
#include "support/no_waiting.hpp"
#include "support/tape_actors.hpp"

// Threads that must not wait, and those that may.

using libsync::receipt;
using std::chrono::minutes;

namespace {

// A session that is used and destroyed in the observer of another one.
struct victim {
  std::optional<tape_session> session;
  libsync::receipt_future coming;
  bool by_snapshot = false;
  std::string by_wait;
  std::string by_close;
  receipt first;

  void use_and_destroy() {
    coming = session->submit(tape::append{1});
    first = coming.get();
    by_snapshot = static_cast<bool>(session->snapshot());
    by_wait = session->wait_for(1000, minutes(4)).reason();
    by_close = session->close();
    session.reset();
  }
};

bool says_so(const std::string& answer) {
  return answer.find("this thread must not wait, since it runs") == 0;
}

} // namespace

TEST_CASE("all workers use and destroy sessions within observers: nothing hangs, every receipt "
          "comes",
          "[session][waiting][threads]") {
  libsync::runtime runtime;
  auto server = libsync::spawn_server(runtime, tape::data{});
  std::vector<victim> victims(16); // more than there are workers
  std::latch done{static_cast<std::ptrdiff_t>(victims.size())};
  std::vector<tape_session> observing;
  for (auto& one : victims) {
    one.session.emplace(server);
    libsync::client_options<tape::data> options;
    options.on_change = [&, used = false](const libsync::change<tape::data>& what) mutable {
      if (what.operations.empty() || std::exchange(used, true))
        return;
      one.use_and_destroy();
      done.count_down();
    };
    observing.emplace_back(server, std::move(options));
    REQUIRE(observing.back().snapshot());
  }
  observing.front().post(tape::append{0});
  done.wait();
  for (const auto& one : victims) {
    CHECK(one.coming.get().is_accepted());
    CHECK((one.first.what == receipt::kind::undecided || one.first.is_accepted()));
    CHECK(one.by_snapshot); // which waits for nobody
    CHECK(says_so(one.by_wait));
    CHECK(says_so(one.by_close));
  }
  CHECK(observing.front().wait_for(victims.size() + 1, minutes(4)));
}

TEST_CASE("a session that is destroyed on a thread that must not wait still decides everything",
          "[session][waiting][threads]") {
  libsync::runtime runtime;
  auto server = libsync::spawn_server(runtime, tape::data{});
  for (int round = 0; round < 50; ++round) {
    std::vector<libsync::receipt_future> coming;
    std::atomic<int> told{0};
    std::promise<void> last;
    {
      std::optional<tape_session> session{std::in_place, server};
      for (int i = 0; i < 20; ++i) {
        coming.push_back(session->submit(tape::append{i}));
        session->submit(tape::append{i}, [&](const receipt& what) {
          told += what.is_accepted() ? 1 : 0;
          if (told == 20)
            last.set_value();
        });
      }
      const no_waiting here{"a test"};
      session.reset();
    }
    for (const auto& one : coming)
      REQUIRE(one.get().is_accepted());
    last.get_future().wait();
  }
}

TEST_CASE("detached and blocking actors and threads may wait, and workers must not",
          "[session][waiting][threads]") {
  libsync::runtime runtime;
  auto server = libsync::spawn_server(runtime, tape::data{});
  tape_session session{server};
  std::promise<receipt> detached;
  std::promise<receipt> blocking;
  std::promise<bool> must_not;
  runtime.system().spawn<caf::detached>(
      [](caf::event_based_actor*, tape_session* in, std::promise<receipt>* heard) {
        heard->set_value(in->submit(tape::append{1}).get());
      },
      &session, &detached);
  runtime.system().spawn(
      [](caf::blocking_actor*, tape_session* in, std::promise<receipt>* heard) {
        heard->set_value(in->submit(tape::append{1}).get());
      },
      &session, &blocking);
  runtime.system().spawn(
      [](caf::event_based_actor*, std::promise<bool>* heard) {
        heard->set_value(no_waiting::here() != nullptr);
      },
      &must_not);
  CHECK(detached.get_future().get().is_accepted());
  CHECK(blocking.get_future().get().is_accepted());
  CHECK(must_not.get_future().get());
  {
    const caf::scoped_actor self{runtime.system()};
    CHECK(session.submit(tape::append{1}).get().is_accepted());
  }
  CHECK(no_waiting::here() == nullptr);
}
