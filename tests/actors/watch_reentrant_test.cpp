#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

#include "libsync/actors/session.hpp"
#include "libsync/actors/testing/runtime.hpp"
#include "libsync/watch.hpp"
#include "support/catch.hpp"
#include "support/no_waiting.hpp"
#include "support/tape_actors.hpp"
#include "support/watching.hpp"

// A watcher's function that uses the session in the client, at each of its calls in turn. Nothing
// waits, and who has ended is not called.

using libsync::every_version;
using libsync::receipt;
using libsync::watched;
using libsync::watcher;

namespace {

struct reentrant : session_scene {
  std::optional<tape_session> other_session;
  watcher self;
  watcher other;
  watcher more;
  std::vector<std::vector<receipt>> told;
  std::size_t calls = 0;
  std::size_t calls_of_more = 0;

  explicit reentrant(std::uint64_t seed) : session_scene{seed} {}
  reentrant(const reentrant&) = delete;
  reentrant& operator=(const reentrant&) = delete;
  ~reentrant() {
    const no_waiting here{"a test"};
    session.reset();
    other_session.reset();
  }

  void submit(std::int64_t value) {
    told.emplace_back();
    session->submit(tape::append{value}, [this, mine = told.size() - 1](const receipt& what) {
      told[mine].push_back(what);
    });
  }

  // Calls `act` at the k-th call.
  auto watching(std::size_t k, void (*act)(reentrant&)) {
    return [this, k, act](const watched<std::size_t>&) {
      if (++calls == k)
        act(*this);
    };
  }
};

struct action {
  std::string_view name;
  void (*act)(reentrant&);
};

const std::vector<action> actions{
    {"end itself", [](reentrant& in) { in.self.reset(); }},
    {"end another", [](reentrant& in) { in.other.reset(); }},
    {"end both",
     [](reentrant& in) {
       in.other.reset();
       in.self.reset();
     }},
    {"replace itself",
     [](reentrant& in) {
       in.self = in.session->watch(
           size_of_tape, [&in](const watched<std::size_t>&) { ++in.calls_of_more; },
           every_version{});
     }},
    {"watch more",
     [](reentrant& in) {
       in.more = in.session->watch(size_of_tape, [&in](std::size_t) { ++in.calls_of_more; });
     }},
    {"submit", [](reentrant& in) { in.submit(100); }},
    {"close", [](reentrant& in) { in.session->close(); }},
    {"destroy", [](reentrant& in) { in.session.reset(); }},
    {"move", [](reentrant& in) { in.other_session.emplace(std::move(*in.session)); }},
    {"wait",
     [](reentrant& in) {
       if (in.session->wait_for(1000, std::chrono::hours::max()) || in.session->status())
         throw std::logic_error("it has waited");
     }},
    {"kill the server",
     [](reentrant& in) { caf::anon_send_exit(to_caf(in.server), caf::exit_reason::kill); }},
    {"throw", [](reentrant&) { throw std::runtime_error("a bug"); }},
};

} // namespace

TEST_CASE("a watcher's function may use, close, move and destroy its session at every call",
          "[watch][reentrant]") {
  for (const auto& what : actions)
    for (std::size_t k = 1; k <= 5; ++k)
      for (std::uint64_t seed = 1; seed <= 8; ++seed) {
        INFO(what.name << " at call " << k << ", seed " << seed);
        reentrant in{seed};
        in.self = in.session->watch(size_of_tape, in.watching(k, what.act), every_version{});
        in.other = in.session->watch(size_of_tape, in.watching(0, nullptr), every_version{});
        for (int i = 0; i < 4 && in.session; ++i) {
          in.submit(i);
          in.at.steps(in.at.random()() % 6);
        }
        in.at.run();
        const auto calls = in.calls;
        CHECK(calls >= k);
        {
          const no_waiting here{"a test"};
          in.session.reset();
          in.other_session.reset();
        }
        in.at.run();
        CHECK(in.calls == calls);
        for (const auto& each : in.told)
          CHECK(each.size() == 1);
      }
}
