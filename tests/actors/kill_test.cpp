#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include "support/caf.hpp"
#include "support/catch.hpp"
#include "support/deaths.hpp"
#include "support/location.hpp"
#include "support/tape_actors.hpp"

namespace {

constexpr std::size_t submitters = 8;
constexpr std::size_t each = 12'500;
constexpr std::size_t kills = 100;
constexpr libsync::version total = submitters * each;

std::int64_t value_of(std::size_t submitter, std::size_t count) {
  return static_cast<std::int64_t>(submitter * each + count);
}

// What a test shares with the functions that it gives to the server.
struct scene {
  deaths died;
  // Where the server is to throw next: 0 nowhere, 1 before a call to the sequencer, 2 after one.
  // Within a call, clients would not learn what became of their submissions.
  std::atomic<int> fault{0};
  // What the server accepted, by version, from 1 on. Only the living server writes.
  std::vector<std::int64_t> accepted{-1};
};

tape_supervisor spawn(caf::actor_system& system, const std::shared_ptr<scene>& shared) {
  libsync::server_options<tape::data> options;
  options.bounds.lag = total; // no load suspends anybody
  options.on_change = [shared](const libsync::change<tape::data>& what) {
    shared->accepted.push_back(std::get<tape::append>(what.operations.front()).value);
  };
  options.inject_fault = [shared](libsync::fault_point where) {
    int due = where == libsync::fault_point::before ? 1 : 2;
    if (where != libsync::fault_point::within && shared->fault.compare_exchange_strong(due, 0))
      throw std::runtime_error("a bug");
  };
  libsync::supervisor_options supervision;
  supervision.restarts = kills;
  supervision.within = std::chrono::hours{1};
  supervision.on_death = [shared](const libsync::server_death& death) { shared->died.add(death); };
  return libsync::spawn_supervisor(system, tape::data{}, options, supervision);
}

// Small parcels, so that a kill meets many in all states.
libsync::client_options<tape::data> small_parcels() {
  libsync::client_options<tape::data> options;
  options.bounds.parcel = 16;
  return options;
}

} // namespace

TEST_CASE("a server is killed 100 times in 100,000 operations: nothing is lost, nothing twice",
          "[supervisor][threads]") {
  auto shared = std::make_shared<scene>();
  std::vector<std::vector<libsync::receipt_future>> receipts(submitters);
  std::vector<libsync::snapshot<tape::data>> copies;
  {
    libsync::runtime runtime;
    const auto supervisor = spawn(runtime, shared);
    std::vector<std::unique_ptr<tape_session>> sessions;
    for (std::size_t i = 0; i < submitters; ++i)
      sessions.push_back(std::make_unique<tape_session>(supervisor, small_parcels()));
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < submitters; ++i)
      threads.emplace_back([&session = *sessions[i], &mine = receipts[i], i] {
        for (std::size_t count = 0; count < each; ++count)
          mine.push_back(session.submit(tape::append{value_of(i, count)}));
      });
    caf::scoped_actor self{runtime.system()};
    for (std::size_t kill = 1; kill <= kills; ++kill) {
      REQUIRE(sessions[0]->wait_for(kill * (total / kills) - total / kills / 2,
                                    std::chrono::minutes(4)));
      if (kill % 2 == 0) {
        caf::anon_send_exit(to_caf(server_of(self, supervisor)),
                            kill % 4 == 0 ? caf::exit_reason::kill
                                          : caf::exit_reason::user_shutdown);
      } else {
        shared->fault = kill % 4 == 1 ? 1 : 2;
        send_to(to_caf(server_of(self, supervisor)),
                libsync::read_atom_v); // in case all is done
      }
      shared->died.wait_for(kill);
    }
    threads.clear();
    for (const auto& session : sessions) {
      REQUIRE(session->wait_for(total, std::chrono::minutes(4)));
      copies.push_back(*session->snapshot());
    }
  }
  CHECK(shared->died.count() == kills);
  CHECK(shared->died.interrupted() == 0);
  REQUIRE(shared->accepted.size() == total + 1);
  bool all_true = true;
  for (std::size_t i = 0; i < submitters; ++i)
    for (std::size_t count = 0; count < each; ++count) {
      const auto what = receipts[i][count].get();
      all_true =
          all_true && what.is_accepted() && shared->accepted.at(what.version) == value_of(i, count);
    }
  CHECK(all_true); // each under a version of its own, since the values differ
  const std::vector<std::int64_t> values(shared->accepted.begin() + 1, shared->accepted.end());
  for (const auto& copy : copies) {
    CHECK(copy.version == total);
    const bool same = copy.data->values == values;
    CHECK(same);
  }
}
