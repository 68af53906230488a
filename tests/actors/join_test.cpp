#include <cstdint>
#include <memory>
#include <vector>

#include "libsync/actors/testing/runtime.hpp"
#include "support/catch.hpp"
#include "support/tape_actors.hpp"

namespace {

struct joiner {
  std::shared_ptr<shown_log> log;
  tape_client handle;
};

joiner join(const tape_server& server) {
  auto [options, log] = recorded();
  return {log, libsync::spawn_client(server, std::move(options))};
}

// What a client has seen of a run in which version v appended v.
void check_log(const shown_log& log, libsync::version end) {
  CHECK(log.contiguous);
  CHECK_FALSE(log.replaced);
  CHECK(log.version() == end);
  auto version = log.from;
  for (const auto& [by, value] : log.appended)
    if (value != static_cast<std::int64_t>(++version))
      FAIL_CHECK("version " << version << " appended " << value);
}

constexpr libsync::version length = 1000;

} // namespace

TEST_CASE("a client that joins at any version gets each later version once", "[join]") {
  libsync::testing::runtime at;
  auto server = libsync::spawn_server(at, tape::data{});
  auto submitter = join(server);
  at.run();
  std::vector<joiner> joiners;
  for (libsync::version v = 0; v < length; ++v) {
    joiners.push_back(join(server));
    at.run();
    REQUIRE(joiners.back().log->from == v);
    submit_to(submitter.handle, tape::append{static_cast<std::int64_t>(v + 1)});
    at.run();
    if (v % 50 == 49) // keep the number of copies small
      for (std::size_t i = joiners.size() - 50; i < joiners.size(); ++i) {
        check_log(*joiners[i].log, v + 1);
        joiners[i].handle = {};
      }
  }
}

TEST_CASE(
    "a client that joins while operations are under way gets each later version, in any order",
    "[join]") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    libsync::testing::runtime at{seed};
    auto server = libsync::spawn_server(at, tape::data{});
    auto submitter = join(server);
    std::vector<joiner> joiners;
    for (libsync::version v = 0; v < length; ++v) {
      submit_to(submitter.handle, tape::append{static_cast<std::int64_t>(v + 1)});
      if (v % 40 == 0)
        joiners.push_back(join(server));
      at.steps(at.random()() % 6);
    }
    at.run();
    INFO("seed " << seed);
    for (const auto& one : joiners)
      check_log(*one.log, length);
  }
}

TEST_CASE("a client that joins after a time without clients goes on from the last version",
          "[join]") {
  libsync::testing::runtime at;
  auto server = libsync::spawn_server(at, tape::data{});
  for (libsync::version v = 0; v < length; ++v) {
    auto alone = join(server);
    at.run();
    REQUIRE(alone.log->from == v);
    submit_to(alone.handle, tape::append{static_cast<std::int64_t>(v + 1)});
    at.run();
    check_log(*alone.log, v + 1);
    caf::anon_send_exit(to_caf(alone.handle), caf::exit_reason::user_shutdown);
    at.run();
  }
}
