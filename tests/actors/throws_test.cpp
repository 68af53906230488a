#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "libsync/actors/client.hpp"
#include "libsync/actors/supervisor.hpp"
#include "libsync/submission.hpp"
#include "support/ask.hpp"
#include "support/catch.hpp"
#include "support/status.hpp"
#include "support/tape.hpp"

using libsync::receipt;
using tape::brittle_data;

namespace {

template <class Client>
std::optional<receipt> submit(libsync::testing::runtime& at, const Client& client,
                              tape::data::operation what) {
  return ask<receipt>(at, client, libsync::submit_atom_v,
                      libsync::enclose(libsync::submission<brittle_data>{what}));
}

} // namespace

TEST_CASE("a reducer that throws half-way takes no restart: a new epoch begins in the same server",
          "[server][throws]") {
  libsync::testing::runtime at;
  std::vector<libsync::version> told;
  libsync::server_options<brittle_data> options;
  options.on_change = [&](const libsync::change<brittle_data>& what) {
    told.push_back(what.version);
  };
  libsync::supervisor_options none;
  none.restarts = 0;
  auto supervisor = libsync::spawn_supervisor(at, brittle_data{}, options, none);
  auto green = libsync::spawn_client(supervisor);
  auto yellow = libsync::spawn_client(supervisor);
  auto viewer = libsync::spawn_client<libsync::shared_view>(supervisor);
  const auto server = locate(at, supervisor).server;
  const auto first = status_of(at, server).epoch;
  for (std::uint64_t round = 0; round != 10; ++round) {
    const auto at_first = 3 * round;
    CHECK(submit(at, yellow, tape::append{1}) == receipt::accepted(at_first + 1));
    CHECK(submit(at, green, tape::fail{}) ==
          receipt::unknown("threw: the reducer is broken half-way; the data may have changed, so "
                           "a new epoch begins"));
    CHECK(submit(at, viewer, tape::append{2}) == receipt::accepted(at_first + 3));
    const auto status = status_of(at, server);
    CHECK(status.members == 3);
    CHECK(status.counters.new_epochs == round + 1);
    CHECK(status.lives == 1);
    const auto truth = copy_of<brittle_data>(at, server);
    CHECK(truth.data->values.size() == at_first + 3);
    for (const auto& client : {green, yellow}) {
      const auto copy = copy_of<brittle_data>(at, client);
      CHECK(copy.epoch == truth.epoch);
      CHECK(copy.version == truth.version);
      CHECK(*copy.data == *truth.data);
    }
  }
  CHECK(status_of(at, server).epoch != first);
  CHECK(told.size() == 30);
  CHECK(status_of(at, supervisor).restarts == 0);
}
