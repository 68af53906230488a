#include <optional>
#include <string>

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
using libsync::receipt;

namespace {

using options = libsync::server_options<book>;
using lines = std::vector<std::string>;

libsync::client_options<book> as(std::string name) {
  return {.identity = person{std::move(name)}};
}

options open_to_all_but_eve() {
  options how;
  how.admit = [](const person& who) {
    return who.name == "Eve" ? libsync::refused("Eve is banned") : libsync::accepted();
  };
  return how;
}

lines lines_of(const libsync::session<book>& who) {
  return *who.read([](const book& data) { return data.lines; });
}

} // namespace

TEST_CASE("a session that is not admitted closes with the reason", "[identity]") {
  libsync::testing::runtime runtime;
  auto server = libsync::spawn_server(runtime, book{{"a secret"}}, open_to_all_but_eve());
  libsync::session eve{server, as("Eve")};
  auto before = eve.submit(say{1});
  CHECK(before.get().reason == "not admitted: Eve is banned");
  CHECK(before.get().what == receipt::kind::unknown);
  CHECK(!eve.read([](const book& data) { return data.lines; }));
  CHECK(eve.submit(say{2}).get() == receipt::refused("not admitted: Eve is banned"));
  CHECK(server.status()->members == 0);

  libsync::session<book, libsync::shared_view> watching{server, {.identity = person{"Eve"}}};
  runtime.run();
  CHECK(!watching.read([](const book& data) { return data.lines; }));

  libsync::session ada{server, as("Ada")};
  CHECK(ada.submit(say{3}).get().is_accepted());
  CHECK(lines_of(ada) == lines{"a secret", "Ada says 3"});
}

TEST_CASE("two sessions of one user are two clients with one identity", "[identity]") {
  libsync::testing::runtime runtime;
  auto server = libsync::spawn_server(runtime, book{});
  libsync::session one{server, as("Ada")};
  libsync::session other{server, as("Ada")};
  CHECK(one.submit(say{1}).get().is_accepted());
  CHECK(other.submit(say{2}).get().is_accepted());
  runtime.run();
  CHECK(lines_of(one) == lines{"Ada says 1", "Ada says 2"});
  CHECK(server.status()->members == 2);
}

TEST_CASE("identities are those of before when a server goes on, and admitted again in a new epoch",
          "[identity]") {
  libsync::testing::runtime runtime;
  auto how = open_to_all_but_eve();
  std::size_t admitted = 0;
  how.admit = [&admitted, inner = how.admit](const person& who) {
    ++admitted;
    return inner(who);
  };
  bool within = false;
  how.inject_fault = [&within](libsync::fault_point where) {
    if (within && where == libsync::fault_point::within) {
      within = false;
      throw std::runtime_error("the server fails");
    }
  };
  auto supervisor = libsync::spawn_supervisor(runtime, book{}, how, {.restarts = 10});
  libsync::session ada{supervisor, as("Ada")};
  libsync::session eve{supervisor, as("Eve")};
  CHECK(ada.submit(say{1}).get().is_accepted());
  runtime.kill(*supervisor.server());
  CHECK(ada.submit(say{2}).get().is_accepted());
  const auto before = admitted;
  within = true;
  static_cast<void>(ada.submit(say{3}).get()); // accepted, but nobody may know
  CHECK(ada.submit(say{4}).get().is_accepted());
  runtime.run();
  CHECK(admitted > before);
  const auto all = lines_of(ada);
  CHECK(all.front() == "Ada says 1");
  CHECK(all.back() == "Ada says 4");
  CHECK(eve.submit(say{5}).get().what == receipt::kind::refused);
}

TEST_CASE("a server announces who has joined, and says no before the reducer is asked",
          "[identity]") {
  libsync::testing::runtime runtime;
  options how;
  how.on_joined = [](const libsync::context<book>& who) {
    return std::optional<book::operation>{announce{name_of(who) + " has come"}};
  };
  how.authorize = guests::authorize;
  auto server = libsync::spawn_server(runtime, book{}, how);
  libsync::session ada{server, as("Ada")};
  CHECK(ada.submit(say{1}).get().is_accepted());
  CHECK(ada.submit(say{-1}).get() == receipt::refused("not authorized: Ada has just spoken"));
  CHECK(lines_of(ada) == lines{"Ada has come", "Ada says 1"});
  CHECK(server.status()->counters.not_authorized == 1);
}
