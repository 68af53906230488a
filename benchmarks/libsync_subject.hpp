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

/// Adds what a row tells of breaks: both should be 0.
inline void add_breaks(bench::figures& to, const server& of) {
  const auto status = got(of.status());
  const auto joins = status.counters.snapshots + status.counters.catch_ups;
  to["suspensions"] = static_cast<double>(status.counters.suspended);
  to["resyncs"] = static_cast<double>(joins - status.members);
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

/// 4 threads submit one by one through sessions of the first clients; the time runs from the first
/// submission until the last client has the last operation.
inline bench::figures fanout(std::size_t clients, std::uint64_t operations) {
  config settings;
  caf::actor_system system{settings};
  const auto each = operations / workload::producers;
  auto server = libsync::spawn_server(system, workload::stack{});
  std::vector<std::unique_ptr<session>> all;
  for (std::size_t i = 0; i < clients; ++i)
    all.push_back(std::make_unique<session>(server));
  for (const auto& one : all)
    static_cast<void>(one->snapshot()); // it has joined
  const bench::stopwatch watch;
  post_all(all, each);
  wait_for_all(all, each * workload::producers);
  bench::figures measured{{"deliveries/s", static_cast<double>(each * workload::producers) *
                                               static_cast<double>(clients) / watch.seconds()}};
  std::vector<std::uint32_t> digests;
  for (const auto& one : all)
    digests.push_back(digest_of(one->handle()));
  workload::check_digests(digests, digest_of(server));
  add_breaks(measured, server);
  return measured;
}

} // namespace libsync_subject
