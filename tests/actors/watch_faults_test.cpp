#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <utility>
#include <vector>

#include "libsync/actors/poll_queue.hpp"
#include "libsync/actors/session.hpp"
#include "libsync/actors/testing/runtime.hpp"
#include "libsync/watch.hpp"
#include "support/catch.hpp"
#include "support/tape_actors.hpp"
#include "support/watching.hpp"

using libsync::every_version;
using libsync::latest_only;

namespace {

struct seen {
  std::size_t size;
  libsync::version version;
  bool gap;
};

// A server that dies now and then, between calls and within them, and sessions that are watched.
class storm {
public:
  explicit storm(std::uint64_t seed) : at{seed} {}

  void run() {
    const auto where = at.random()() % 2 == 0 ? libsync::executor{} : libsync::executor{queue};
    const auto each = one.watch(size_of_tape,
                                [this](const libsync::watched<std::size_t>& now) {
                                  told.push_back({now.value, now.version, now.gap});
                                },
                                every_version{4}, {.where = where});
    const auto latest = one.watch(size_of_tape, [this](std::size_t size) { newest = size; },
                                  latest_only{}, {.where = where});
    for (int i = 0; i < 60; ++i) {
      (at.random()() % 2 == 0 ? one : other).post(tape::append{i});
      at.steps(at.random()() % 30);
      if (at.random()() % 4 == 0)
        queue.poll(1 + at.random()() % 5);
    }
    calm = true;
    one.post(tape::append{1});
    at.run();
    queue.poll();
    check();
  }

  std::size_t gaps() const {
    std::size_t count = 0;
    for (const auto& now : told)
      count += now.gap ? 1 : 0;
    return count;
  }

private:
  // Each operation makes the tape longer by one.
  void check() {
    const auto size = one.snapshot()->data->values.size();
    CHECK(newest == size);
    REQUIRE_FALSE(told.empty());
    CHECK(told.back().size == size);
    for (std::size_t i = 1; i < told.size(); ++i) {
      const auto& before = told[i - 1];
      const auto& now = told[i];
      CHECK((now.gap || (now.size == before.size + 1 && now.version == before.version + 1)));
    }
  }

  libsync::server_options<tape::data> options() {
    libsync::server_options<tape::data> made;
    made.bounds.log = 8;
    made.inject_fault = [this](libsync::fault_point) {
      if (!calm && at.random()() % 40 == 0)
        throw std::runtime_error("a fault");
    };
    return made;
  }

  libsync::testing::runtime at;
  bool calm = false;
  tape_supervisor supervisor = libsync::spawn_supervisor(
      at, tape::data{}, options(), {.restarts = libsync::supervisor_options::without_end});
  tape_session one{supervisor};
  tape_session other{supervisor};
  libsync::poll_queue queue;
  std::vector<seen> told;
  std::size_t newest = 0;
};

} // namespace

TEST_CASE("seeded faults: a watcher is told each version or a gap, and ends with the newest",
          "[watch][faults]") {
  std::size_t gaps = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    INFO("seed " << seed);
    storm one{seed};
    one.run();
    gaps += one.gaps();
  }
  CHECK(gaps > 20); // there were some
}
