#pragma once

/// The work done with libsync, by threads with sessions and by actors with embedded clients.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "libsync/actors/load.hpp"
#include "libsync/caf.hpp"

#include "support/caf.hpp"
#include "support/stopwatch.hpp"
#include "support/subprocess.hpp"
#include "support/workload.hpp"

namespace libsync_subject {

using server = libsync::server<workload::stack>;
using client = libsync::client<workload::stack>;
using session = libsync::session<workload::stack>;

/// Long enough for any machine; a run that is stuck should end.
inline constexpr std::chrono::minutes patience{10};

/// libsync's settings with the scheduler policy of that name.
struct config : libsync::config {
  explicit config(const std::string& policy = "sharing") { bench::set_policy(*this, policy); }
};

/// Returns what was asked for. Throws if there is none.
template <class T>
T got(libsync::result<T> answer) {
  if (!answer)
    throw std::runtime_error(answer.reason());
  return *std::move(answer);
}

/// The digest of what a server or a client holds.
template <class Handle>
std::uint32_t digest_of(const Handle& whom) {
  return got(whom.snapshot()).data->digest();
}

/// Posts operations `from` on of each producer's stream, `each` of them, one by one: a thread for
/// each producer, which uses the sessions in turn. Returns when all are posted.
template <class Session>
void post_all(std::vector<std::unique_ptr<Session>>& sessions, std::uint64_t each,
              std::uint64_t from = 0) {
  std::vector<std::jthread> threads;
  for (std::uint64_t producer = 0; producer < workload::producers; ++producer)
    threads.emplace_back([&own = *sessions[producer % sessions.size()], producer, from, each] {
      for (std::uint64_t i = from; i < from + each; ++i)
        own.post(workload::generate(producer, i));
    });
}

/// Throws if a session does not reach `target`.
template <class Session>
void wait_for_all(std::vector<std::unique_ptr<Session>>& sessions, libsync::version target) {
  for (const auto& one : sessions)
    if (const auto reached = one->wait_for(target, patience); !reached)
      throw std::runtime_error(reached.reason());
}

/// Throws unless all copies agree.
inline void check(const libsync::load_result& measured) {
  if (!measured)
    throw std::runtime_error(measured.disagreement);
}

/// 4 submitters submit one by one through the first clients, by threads or in actors. The time runs
/// from the first submission until the last client has the last operation.
inline bench::figures fanout(std::size_t clients, std::uint64_t operations,
                             libsync::client_kind kind = libsync::client_kind::sessions) {
  config settings;
  caf::actor_system system{settings};
  const auto server = libsync::spawn_server(system, workload::stack{});
  const auto measured =
      libsync::measure_load(server, workload::make,
                            {.clients = clients,
                             .submitters = workload::producers,
                             .operations = operations / workload::producers * workload::producers,
                             .kind = kind,
                             .source = libsync::operation_source::initial_data,
                             .timed_one_in = 0,
                             .progress = false});
  check(measured);
  return {{"deliveries/s", measured.deliveries_a_second()},
          {"suspensions", static_cast<double>(measured.suspensions)},
          {"resyncs", static_cast<double>(measured.resyncs)}};
}

} // namespace libsync_subject
