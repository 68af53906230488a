#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "libsync/actors/session.hpp"
#include "libsync/actors/supervisor.hpp"
#include "libsync/snapshot.hpp"
#include "libsync/submission.hpp"
#include "support/ask.hpp"
#include "support/catch.hpp"
#include "support/status.hpp"
#include "support/tape_actors.hpp"

using libsync::receipt;
using libsync::shared_view;
using snapshot = libsync::snapshot<tape::data>;
using viewer = libsync::client<tape::data, shared_view>;

namespace {

std::optional<receipt> submit(libsync::testing::runtime& at, const viewer& by, std::int64_t value) {
  return ask<receipt>(at, by, libsync::submit_atom_v,
                      libsync::enclose(libsync::submission<tape::data>{tape::append{value}}));
}

} // namespace

TEST_CASE("viewers and the server hold one state between them", "[view]") {
  libsync::testing::runtime at;
  auto server = libsync::spawn_server(at, tape::data{{1}});
  std::vector<viewer> viewers;
  for (int i = 0; i < 20; ++i)
    viewers.push_back(libsync::spawn_client<shared_view>(server));
  auto writer = libsync::spawn_client(server);
  at.run();
  submit_to(writer, tape::append{2});
  submit_to(writer, tape::append{3});
  const auto newest = copy_of<tape::data>(at, server);
  CHECK(newest.data->values == std::vector<std::int64_t>{1, 2, 3});
  for (const auto& one : viewers) {
    const auto shown = copy_of<tape::data>(at, one);
    CHECK(shown.version == 2);
    CHECK(shown.data == newest.data);
  }
}

TEST_CASE("a viewer submits, and hears of it after it shows it", "[view]") {
  libsync::testing::runtime at;
  auto server = libsync::spawn_server(at, tape::data{});
  libsync::client_options<tape::data, shared_view> options;
  auto shown = std::make_shared<std::vector<libsync::version>>();
  options.on_change = [shown](const snapshot& what) { shown->push_back(what.version); };
  auto one = libsync::spawn_client(server, options);
  auto other = libsync::spawn_client<shared_view>(server);
  CHECK(submit(at, one, 1) == receipt::accepted(1));
  CHECK(submit(at, other, 2) == receipt::accepted(2));
  CHECK(*shown == std::vector<libsync::version>{0, 1, 2});
  CHECK(ask<receipt>(at, one, libsync::submit_atom_v,
                     libsync::enclose(libsync::submission<tape::data>{tape::fail{}}))
            ->what == receipt::kind::refused);
}

TEST_CASE("a viewer's observer may come later, and one that throws is counted", "[view]") {
  libsync::testing::runtime at;
  auto server = libsync::spawn_server(at, tape::data{});
  auto watched = libsync::spawn_client<shared_view>(server);
  at.run();
  libsync::observer_of<tape::data, shared_view> loud = [](const snapshot&) { throw 1; };
  send_to(to_caf(watched), libsync::observe_atom_v, libsync::enclose(loud));
  CHECK(submit(at, watched, 1) == receipt::accepted(1));
  auto status = ask<libsync::client_status>(at, watched, libsync::status_atom_v);
  CHECK(status->thrown == 1);
}

TEST_CASE("viewers under many writers: every seed ends with the server's data", "[view]") {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    INFO("seed " << seed);
    libsync::testing::runtime at{seed};
    libsync::server_options<tape::data> few;
    few.bounds.batch = 4;
    auto supervisor = libsync::spawn_supervisor(at, tape::data{}, few);
    std::vector<viewer> viewers;
    for (int i = 0; i < 4; ++i)
      viewers.push_back(libsync::spawn_client<shared_view>(supervisor));
    auto writer = libsync::spawn_client(supervisor);
    for (int i = 0; i < 60; ++i) {
      submit_to(writer, tape::append{i});
      send_to(to_caf(viewers[at.random()() % viewers.size()]), libsync::submit_atom_v,
              libsync::enclose(libsync::submission<tape::data>{tape::append{i}}));
      at.steps(at.random()() % 8);
      if (i == 30)
        caf::anon_send_exit(to_caf(locate(at, supervisor).server), caf::exit_reason::kill);
    }
    const auto newest = copy_of<tape::data>(at, locate(at, supervisor).server);
    CHECK(newest.version == 120);
    for (const auto& one : viewers) {
      const auto shown = copy_of<tape::data>(at, one);
      CHECK(shown.version == newest.version);
      CHECK(shown.data == newest.data);
    }
  }
}

TEST_CASE("a session may be a viewer", "[view]") {
  libsync::runtime runtime;
  auto server = libsync::spawn_server(runtime, tape::data{});
  libsync::session<tape::data, shared_view> watching{server};
  tape_session writing{server};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 2; ++t)
      threads.emplace_back([&] {
        for (int i = 0; i < 500; ++i) {
          writing.post(tape::append{i});
          watching.post(tape::append{i});
        }
      });
  }
  CHECK(watching.submit(tape::append{7}).get().what == receipt::kind::accepted);
  REQUIRE(watching.wait_for(2001, std::chrono::minutes{1}));
  REQUIRE(writing.wait_for(2001, std::chrono::minutes{1}));
  CHECK(watching.snapshot()->data->values == writing.snapshot()->data->values);
}
