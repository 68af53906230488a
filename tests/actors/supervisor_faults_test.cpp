#include <cstddef>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include "support/ask.hpp"
#include "support/catch.hpp"
#include "support/exit.hpp"
#include "support/failing.hpp"
#include "support/location.hpp"
#include "support/status.hpp"
#include "support/tape_actors.hpp"

using libsync::fault_point;
using libsync::receipt;

namespace {

std::optional<receipt> submit(libsync::testing::runtime& at, const tape_client& client,
                              const tape::data::operation& what) {
  return ask<receipt>(at, client, libsync::submit_atom_v,
                      libsync::enclose(libsync::submission<tape::data>{what}));
}

// Lets the first allocation fail within a flush, which ends the server; then what is asked for
// happens in the lives after that. (The call before the flush decides: there it would be a
// refusal.)
struct faults {
  bool within = false;
  std::size_t lives_without_luck = 0;
  std::size_t allocation = 0; // that fails when an epoch begins; 0: it throws before
  bool armed = false;
  int calls_before = 1;

  void operator()(fault_point point) {
    if (point == fault_point::within)
      return;
    failing::allocations().stop();
    const bool died = std::exchange(armed, false) && point == fault_point::before;
    if (point == fault_point::after)
      return;
    within = within && !died;
    if (within && calls_before > 0) {
      --calls_before;
    } else if (within) {
      armed = true;
      failing::allocations().start(1);
    } else if (lives_without_luck > 0) {
      --lives_without_luck;
      if (allocation == 0)
        throw std::runtime_error("no luck");
      failing::allocations().start(allocation);
    }
  }
};

} // namespace

TEST_CASE("a supervisor without memory for another server gives up, and everybody is told",
          "[supervisor][memory]") {
  constexpr std::size_t of_a_start = LIBSYNC_CAF_VERSION < 18 ? 3 : 2;
  for (std::size_t allocation = 1; allocation <= of_a_start; ++allocation) {
    INFO("allocation " << allocation);
    libsync::testing::runtime at;
    libsync::supervisor_options options;
    options.on_death = [&](const libsync::server_death&) {
      failing::allocations().start(allocation);
    };
    auto supervisor = libsync::spawn_supervisor(at, tape::data{}, {}, options);
    auto client = libsync::spawn_client(supervisor);
    REQUIRE(submit(at, client, tape::append{1}) == receipt::accepted(1));
    auto first = locate(at, supervisor).server;
    caf::scoped_actor self{at.system()};
    auto asked = ask(self, to_caf(supervisor), libsync::locate_atom_v, to_caf(first).address());
    at.run();
    end(first, caf::exit_reason::kill);
    first = {};
    at.run();
    REQUIRE(failing::allocations().fired());
    CHECK(status_of(at, supervisor).gave_up);
    CHECK(status_of(at, supervisor).reason == "kill");
    const auto why = locate(at, supervisor).reason;
    CHECK(why == "the server cannot be started: memory has run out");
    hear(
        asked,
        [&](const libsync::envelope& found) {
          const location<tape::data> none{found};
          CHECK_FALSE(none.server);
          CHECK(none.reason == why);
        },
        [](caf::error&) { FAIL("the supervisor has ended"); });
    CHECK(submit(at, client, tape::append{2})->reason == why);
    CHECK(copy_of<tape::data>(at, client).version == 1); // what there was can still be read
  }
}

TEST_CASE("a supervisor that ends answers the clients that wait for the next server",
          "[supervisor][ending]") {
  libsync::testing::runtime at;
  auto supervisor = libsync::spawn_supervisor(at, tape::data{});
  auto first = locate(at, supervisor).server;
  caf::scoped_actor self{at.system()};
  auto asked = ask(self, to_caf(supervisor), libsync::locate_atom_v, to_caf(first).address());
  at.run();
  REQUIRE_FALSE(self->has_next_message());
  end(supervisor, caf::exit_reason::user_shutdown);
  at.run();
  REQUIRE(self->has_next_message());
  hear(
      asked, [](const libsync::envelope&) { FAIL("no server"); },
      [](caf::error& why) { CHECK(why == caf::sec::request_receiver_down); });
}

TEST_CASE("a server that dies while it begins an epoch is followed by one that does so",
          "[supervisor]") {
  constexpr std::size_t bad_lives = 3;
  for (std::size_t allocation = 0; allocation <= 12; ++allocation) {
    INFO("allocation " << allocation);
    libsync::testing::runtime at;
    faults due;
    libsync::server_options<tape::data> options;
    options.inject_fault = [&](fault_point point) { due(point); };
    options.on_left = [](libsync::client_id) -> std::optional<tape::data::operation> {
      return tape::append{99};
    };
    std::vector<bool> interrupted;
    libsync::supervisor_options supervision;
    supervision.restarts = 100;
    supervision.on_death = [&](const libsync::server_death& death) {
      interrupted.push_back(death.interrupted);
    };
    auto supervisor = libsync::spawn_supervisor(at, tape::data{}, options, supervision);
    auto one = libsync::spawn_client(supervisor);
    auto other = libsync::spawn_client(supervisor);
    REQUIRE(submit(at, one, tape::append{1}) == receipt::accepted(1));
    REQUIRE(submit(at, other, tape::append{2}) == receipt::accepted(2));
    const auto before = locate(at, supervisor).server;
    const auto epoch = status_of(at, before).epoch;
    due = {true, bad_lives, allocation, false};
    const auto told = submit(at, one, tape::append{3});
    at.run();
    failing::allocations().stop();
    due = {};
    REQUIRE_FALSE(interrupted.empty());
    for (const auto each : interrupted)
      CHECK(each);
    if (allocation == 0)
      CHECK(interrupted.size() == 1 + bad_lives);
    const auto truth = copy_of<tape::data>(at, locate(at, supervisor).server);
    CHECK(truth.epoch != epoch);
    REQUIRE(told);
    CHECK(told->what == receipt::kind::unknown);
    for (const auto& client : {one, other}) {
      const auto copy = copy_of<tape::data>(at, client);
      CHECK(copy.epoch == truth.epoch);
      CHECK(copy.version == truth.version);
      CHECK(*copy.data == *truth.data);
    }
    CHECK(submit(at, other, tape::append{4}) == receipt::accepted(truth.version + 1));
  }
}

TEST_CASE("a server that dies while it sends is followed by one with a new epoch", "[supervisor]") {
  for (int sent = 1; sent <= 2; ++sent) { // the batch, to each of two clients
    INFO("message " << sent);
    libsync::testing::runtime at;
    int left = 0;
    libsync::server_options<tape::data> server;
    server.inject_fault = [&](libsync::fault_point where) {
      if (where == libsync::fault_point::within && left > 0 && --left == 0)
        throw std::runtime_error("the wire came loose");
    };
    libsync::supervisor_options two_restarts;
    two_restarts.restarts = 2;
    auto supervisor = libsync::spawn_supervisor(at, tape::data{}, server, two_restarts);
    const std::vector<tape_client> clients{libsync::spawn_client(supervisor),
                                           libsync::spawn_client(supervisor)};
    at.run();
    const auto first = status_of(at, locate(at, supervisor).server).epoch;
    left = sent;
    const auto told = submit(at, clients[0], tape::append{1}); // which gets the batch first
    CHECK(told->what == (sent == 1 ? receipt::kind::unknown : receipt::kind::accepted));
    const auto second = copy_of<tape::data>(at, locate(at, supervisor).server);
    CHECK(second.epoch != first);
    left = 1;
    send_to(to_caf(clients[1]), libsync::join_atom_v); // whose welcome is not sent
    CHECK(submit(at, clients[1], tape::append{2})->what != receipt::kind::refused);
    const auto truth = copy_of<tape::data>(at, locate(at, supervisor).server);
    CHECK(truth.epoch != second.epoch);
    CHECK(status_of(at, supervisor).restarts == 2);
    CHECK(truth.data->values.front() == 1);
    for (const auto& client : clients) {
      CHECK(copy_of<tape::data>(at, client).epoch == truth.epoch);
      CHECK(*copy_of<tape::data>(at, client).data == *truth.data);
    }
  }
}
