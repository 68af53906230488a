// Every option of an actor at 0, 1, its greatest and, where it has one, a negative value: it is
// rejected by name, or a server with a client works with it.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "libsync/actors/supervisor.hpp"
#include "libsync/actors/testing/runtime.hpp"
#include "libsync/submission.hpp"
#include "support/caf.hpp"
#include "support/catch.hpp"
#include "support/rejected.hpp"
#include "support/status.hpp"
#include "support/tape_actors.hpp"

using std::chrono::milliseconds;

namespace {

constexpr auto greatest = std::numeric_limits<std::size_t>::max();

using server_options = libsync::server_options<tape::data>;
using client_options = libsync::client_options<tape::data>;
using libsync::supervisor_options;

// A supervised server and its client: some operations, a transaction, a restart, and the end.
void run(const server_options& of_server, const supervisor_options& of_supervisor,
         const client_options& of_client) {
  libsync::testing::runtime at;
  auto supervisor = libsync::spawn_supervisor(at, tape::data{}, of_server, of_supervisor);
  auto client = libsync::spawn_client(supervisor, of_client);
  for (std::int64_t i = 1; i <= 10; ++i)
    submit_to(client, tape::append{i});
  libsync::transaction<tape::data> all;
  for (std::int64_t i = 1; i <= 10; ++i)
    all.add(tape::append{i});
  send_to(to_caf(client), libsync::submit_atom_v,
          libsync::enclose(libsync::submission<tape::data>{all}));
  const auto before = copy_of<tape::data>(at, client);
  CHECK(*before.data == *copy_of<tape::data>(at, locate(at, supervisor).server).data);
  caf::anon_send_exit(to_caf(locate(at, supervisor).server), caf::exit_reason::kill);
  const auto status = status_of(at, supervisor);
  CHECK(status.gave_up == (of_supervisor.restarts == 0));
  CHECK(copy_of<tape::data>(at, client).version == before.version);
  CHECK(status_of(at, client).undecided == 0);
}

} // namespace

TEST_CASE("each limit of a server and a client is rejected at 0 and works at 1 and the greatest",
          "[options][limits]") {
  for (const auto& [name, member] : libsync::limits::all())
    for (const bool of_server : {false, true}) {
      INFO(name << (of_server ? " of a server" : " of a client"));
      server_options server;
      client_options client;
      auto& bounds = of_server ? server.bounds : client.bounds;
      auto& value = bounds.*member;
      value = 0;
      const auto expected =
          std::string{"libsync::limits: `"} + name + "` is 0, expected at least 1";
      libsync::testing::runtime at;
      if (of_server) {
        CHECK_THROWS_WITH(libsync::spawn_server(at, tape::data{}, server), expected);
        CHECK_THROWS_WITH(libsync::spawn_supervisor(at, tape::data{}, server), expected);
      } else {
        const auto alive = libsync::spawn_server(at, tape::data{});
        CHECK_THROWS_WITH(libsync::spawn_client(alive, client), expected);
        CHECK_THROWS_WITH(tape_session(alive, client), expected);
      }
      for (const auto some : {std::size_t{1}, greatest}) {
        INFO("value " << some);
        value = some;
        run(server, {}, client);
      }
    }
}

TEST_CASE("each option of a supervisor is rejected if it makes no sense and else works",
          "[options][limits]") {
  // Another option must have its row: this says so. The third is a function.
  auto [restarts, within, on_death] = supervisor_options{};
  for (const auto often : {std::size_t{0}, std::size_t{1}, restarts, greatest})
    for (const auto time : {milliseconds{1}, within, milliseconds::max()}) {
      INFO(often << " restarts within " << time.count() << " ms");
      run({}, {often, time, on_death}, {});
    }
  for (const auto time : {milliseconds{0}, milliseconds{-1}, milliseconds::min()})
    CHECK(rejected(supervisor_options{restarts, time, on_death})
              .starts_with("libsync::supervisor_options: `within` is "));
}

TEST_CASE("the options of servers and clients are those that the tests of limits know",
          "[options][limits]") {
  // Beside limits these are functions, and an epoch, a timetable and identities, of which any value
  // is one; a pause, whose values presence_test.cpp tries; and what undo takes, of which
  // undo_limits_test.cpp tries that. The tests of journals try theirs.
  [[maybe_unused]] auto [bounds, epoch, on_change, on_refused, admit, authorize, on_joined, on_left,
                         timetable, on_effect, on_effect_refused, presence_pause, check,
                         keep_checkpoint, journal, on_violation, inject_fault] = server_options{};
  for (const bool checked : {!check, check})
    for (const bool kept : {!keep_checkpoint, keep_checkpoint}) {
      server_options server;
      server.check = checked;
      server.keep_checkpoint = kept;
      run(server, {}, {});
    }
  [[maybe_unused]] auto [own, identity, on_client_change, undo, on_diverged] = client_options{};
  [[maybe_unused]] auto [of_viewer, viewer_identity, on_shown, no_undo] =
      libsync::client_options<tape::data, libsync::shared_view>{};
  STATIC_REQUIRE(std::is_same_v<decltype(bounds), libsync::limits>);
  STATIC_REQUIRE(std::is_same_v<decltype(own), libsync::limits>);
  STATIC_REQUIRE(std::is_same_v<decltype(of_viewer), libsync::limits>);
}
