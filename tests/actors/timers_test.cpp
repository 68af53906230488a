#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "libsync/actors/server.hpp"
#include "libsync/actors/session.hpp"
#include "libsync/actors/supervisor.hpp"
#include "libsync/actors/testing/runtime.hpp"
#include "support/catch.hpp"
#include "support/guests.hpp"

using guests::announce;
using guests::book;
using guests::person;
using guests::say;
using std::chrono::milliseconds;

namespace {

using lines = std::vector<std::string>;

lines lines_of(const libsync::server<book>& of) {
  return of.snapshot()->data->lines;
}

// By the clock of the server: whoever has joined last.
struct clock_of_server {
  libsync::timestamp joined = 0;
  libsync::server_options<book> options() {
    libsync::server_options<book> how;
    how.on_joined = [this](const libsync::context<book>& who) {
      joined = who.time;
      return std::optional<book::operation>{};
    };
    return how;
  }
};

} // namespace

TEST_CASE("a timer outlives the server, and fires in virtual time", "[timers]") {
  libsync::testing::runtime runtime;
  clock_of_server clock;
  auto supervisor = libsync::spawn_supervisor(runtime, book{}, clock.options());
  libsync::session<book> ada{supervisor, {.identity = person{"Ada"}}};
  CHECK(ada.submit(say{1}).get().is_accepted());
  auto server = *supervisor.server();
  CHECK(server.submit_at("noon", clock.joined + 1000, announce{"it is noon"}));
  CHECK(server.submit_at("late", clock.joined + 2000, announce{"it is late"}));
  CHECK(server.submit_at("never", clock.joined + 500, announce{"never"}));
  CHECK(server.cancel_timer("never"));
  CHECK(!server.cancel_timer("never"));
  runtime.advance(milliseconds{900});
  runtime.run();
  CHECK(lines_of(server) == lines{"Ada says 1"});
  runtime.kill(server);
  runtime.run();
  runtime.advance(milliseconds{200});
  runtime.run();
  CHECK(lines_of(*supervisor.server()) == lines{"Ada says 1", "it is noon"});
  runtime.advance(milliseconds{3000});
  runtime.run();
  CHECK(lines_of(*supervisor.server()) == lines{"Ada says 1", "it is noon", "it is late"});
}

TEST_CASE("a server's functions set timers by a timetable", "[timers]") {
  libsync::testing::runtime runtime;
  const libsync::timetable<book> later;
  libsync::server_options<book> how;
  std::vector<std::string> refused;
  how.bounds.timers = 1;
  how.timetable = later;
  how.on_joined = [later](const libsync::context<book>& who) {
    later.submit_at(name_of(who), who.time + 100, announce{name_of(who) + " is asked to speak"});
    return std::optional<book::operation>{};
  };
  how.on_refused = [&](libsync::client_id, auto, const libsync::reason& why) {
    refused.emplace_back(why.text());
  };
  auto server = libsync::spawn_server(runtime, book{}, how);
  libsync::session<book> ada{server, {.identity = person{"Ada"}}};
  runtime.run();
  libsync::session<book> bob{server, {.identity = person{"Bob"}}};
  runtime.run();
  CHECK(refused == std::vector<std::string>{"1 timers are set, and that is the limit `timers`"});
  runtime.run_until([&] { return server.snapshot()->version == 1; });
  CHECK(lines_of(server) == lines{"Ada is asked to speak"});
}

TEST_CASE("a server does not live on because of a timer", "[timers]") {
  libsync::testing::runtime runtime;
  auto server = libsync::spawn_server(runtime, book{});
  CHECK(server.submit_at("in a year", 5'000'000'000'000, announce{"a year later"}));
  server = {};
  runtime.run();
  CHECK(runtime.who_waits().find("libsync.server") == std::string::npos);
}
