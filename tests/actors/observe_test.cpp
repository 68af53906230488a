#include <cstdint>
#include <utility>
#include <vector>

#include "libsync/actors/client.hpp"
#include "libsync/actors/session.hpp"
#include "libsync/actors/testing/runtime.hpp"
#include "support/catch.hpp"
#include "support/tape_actors.hpp"

using libsync::version;

namespace {

/// What an observer hears: the versions.
auto noted_in(std::vector<version>& heard) {
  return [&heard](const libsync::change<tape::data>& what) { heard.push_back(what.version); };
}

} // namespace

TEST_CASE("who observes a client or a session hears of each change from then on", "[session]") {
  libsync::testing::runtime at;
  auto server = libsync::spawn_server(at, tape::data{});
  auto client = libsync::spawn_client(server);
  tape_session session{server};
  session.post(tape::append{1});
  at.run();
  std::vector<version> by_client;
  std::vector<version> by_session;
  client.observe(noted_in(by_client));
  session.observe(noted_in(by_session));
  at.run();
  CHECK(by_client.empty());
  session.post(tape::append{2});
  session.post(tape::append{3});
  at.run();
  CHECK(by_client == std::vector<version>{2, 3});
  CHECK(by_session == by_client);
}

TEST_CASE("a session that was moved from is closed, and reaches no version", "[session]") {
  libsync::testing::runtime at;
  auto server = libsync::spawn_server(at, tape::data{});
  tape_session one{server};
  const tape_session other{std::move(one)};
  // NOLINTBEGIN(bugprone-use-after-move,clang-analyzer-cplusplus.Move)
  CHECK(one.close().empty());
  CHECK(one.reached(1).now().reason() == "the session was moved from");
  // NOLINTEND(bugprone-use-after-move,clang-analyzer-cplusplus.Move)
}
