#pragma once

/// Measures a server of your own data.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "libsync/actors/load/detail/agreement.hpp"
#include "libsync/actors/load/detail/load_actors.hpp"
#include "libsync/actors/load/detail/load_progress.hpp"
#include "libsync/actors/load/detail/load_sessions.hpp"
#include "libsync/actors/load/detail/load_stream.hpp"
#include "libsync/actors/load/load_options.hpp"
#include "libsync/actors/load/load_result.hpp"
#include "libsync/actors/load/memory.hpp"
#include "libsync/actors/runtime.hpp"
#include "libsync/actors/server.hpp"

#include "libsync/reducer.hpp"
#include "libsync/result.hpp"

namespace libsync {

namespace detail {

/// Returns what was asked for. Throws std::runtime_error if there is none.
template <class T>
T measured(result<T> answer, const std::string& what) {
  if (!answer)
    throw std::runtime_error("libsync::measure_load: " + what + ": " +
                             std::string{answer.reason()});
  return *std::move(answer);
}

/// Compares the copies with the server's data, and tells which copy differs first.
template <class Data, class Clients>
void compare_copies(const server<Data>& to, const Clients& clients, load_result& into) {
  const auto right = measured(to.snapshot(), "the server shows no data");
  for (std::size_t i = 0; i < into.clients && into.disagreement.empty(); ++i, ++into.compared) {
    const auto name = "the copy of client " + std::to_string(i + 1);
    const auto copy = measured(clients.handle(i).snapshot(), name + " cannot be read");
    const auto status = measured(clients.handle(i).status(), name + " has no status");
    if (copy.version != right.version)
      into.disagreement = name + " is at version " + std::to_string(copy.version) +
                          ", and the server at version " + std::to_string(right.version);
    else if (!are_equal(*copy.data, *right.data))
      into.disagreement = name + " has other data than the server at version " +
                          std::to_string(copy.version) + ": is the reducer deterministic?";
    else if (status.counters.diverged > 0)
      into.disagreement = name + " has refused " + std::to_string(status.counters.diverged) +
                          " operations that the server had accepted: is the reducer deterministic?";
  }
}

template <class Data, class Make>
load_streams<Data, Make> make_streams(const std::shared_ptr<load_work<Data>>& work,
                                      const load_options& how, const Make& make) {
  load_streams<Data, Make> made;
  for (std::size_t i = 0; i < how.submitters; ++i)
    made.push_back(std::make_shared<load_stream<Data, Make>>(work, i, make, how.seed));
  return made;
}

template <class Data, class Make, class Clients>
load_result run_load(const server<Data>& to, const Make& make, const load_options& how) {
  const auto before = measured(to.status(), "the server has no status");
  const bool alone = before.members == 0;
  snapshot<Data> initial;
  if (how.source != operation_source::newest_data)
    initial = measured(to.snapshot(), "the server shows no data");
  // If others use the server, its counters tell of their operations too, so each has a receipt.
  const auto work =
      std::make_shared<load_work<Data>>(load_plan{{how.submitters, how.operations, how.duration,
                                                   how.rate, alone ? how.timed_one_in : 1}},
                                        how.source, std::move(initial));
  const auto streams = make_streams(work, how, make);
  const auto memory = resident_bytes();
  Clients clients{to, how, work, streams};

  const load_progress progress{how.progress, [to] {
                                 const auto now = to.status();
                                 return now ? "version " + std::to_string(now->version)
                                            : std::string{};
                               }};
  const auto begin = schedule::clock::now();
  work->plan.start(begin);
  clients.start();
  work->decided.wait();
  clients.finish();
  work->rethrow();
  load_result made;
  made.clients = how.clients;
  made.submitters = how.submitters;
  const auto after = measured(to.status(), "the server has no status");
  made.version = after.version;
  for (std::size_t i = 0; i < how.clients; ++i)
    measured(clients.wait_for(i, made.version, how.patience),
             "client " + std::to_string(i + 1) + " does not show the last operation");
  made.seconds = std::chrono::duration<double>(schedule::clock::now() - begin).count();
  if (const auto now = resident_bytes(); now && memory)
    made.bytes_a_client =
        static_cast<double>(*now > *memory ? *now - *memory : 0) / static_cast<double>(how.clients);

  load_ledger::amounts told;
  std::uint64_t never_taken = 0;
  for (const auto& one : streams) {
    made.submitted += one->submitted();
    never_taken += one->never_taken();
    told.add(one->told());
  }
  made.latencies = told.latencies;
  made.first_reason = told.first_reason;
  made.accepted = alone ? after.counters.accepted - before.counters.accepted : told.accepted;
  made.refused =
      alone ? after.counters.refused - before.counters.refused + never_taken : told.refused;
  made.unknown = made.submitted - made.accepted - made.refused;
  const auto joins = [](const server_status& of) {
    return of.counters.snapshots + of.counters.catch_ups;
  };
  made.suspensions = after.counters.suspended - before.counters.suspended;
  if (alone) {
    made.resyncs = joins(after) - joins(before) - how.clients;
    compare_copies(to, clients, made);
  }
  return made;
}

} // namespace detail

/// Lets clients of the server submit what `make` returns, and measures operations a second, the
/// time until the submitter's own copy shows an operation, and memory. In the end it checks that
/// all copies have equal data. The latency of a server under full load is mostly the time in
/// queues. To measure it, choose a `rate`.
///
///     libsync::runtime runtime;
///     auto server = libsync::spawn_server(runtime, auction{});
///     std::cout << libsync::measure_load(server, make_bid, {.operations = 100'000});
///
/// `make(const Data&, libsync::testing::random&)` returns an operation. `operation_source` says
/// which data it is given. Each submitter has a copy of it, and calls that from one thread at a
/// time. To compare copies, the data need a function `std::uint64_t digest(const Data&)`, an `==`
/// or a `<<`.
///
/// Others may use the server meanwhile. Their operations are not counted, and copies are not
/// compared then. They must have joined before, and stay.
///
/// Throws std::invalid_argument if the options make no sense, std::runtime_error if the server ends
/// or a client does not show the last operation in time, and what `make` throws.
template <class Data, class Make>
load_result measure_load(const server<Data>& to, Make make, const load_options& how) {
  static_assert(detail::copies_can_be_compared<Data>,
                "libsync: to compare copies of these data, a measurement needs a function "
                "`std::uint64_t digest(const Data&)`, an operator== or an operator<< beside them");
  static_cast<void>(how.checked());
  return how.kind == client_kind::sessions
             ? detail::run_load<Data, Make, detail::load_sessions<Data, Make>>(to, make, how)
             : detail::run_load<Data, Make, detail::load_actors<Data, Make>>(to, make, how);
}

/// The same for a server that is made for the measurement, with `initial` as its data.
template <has_operation Data, class Make>
load_result measure_load(Data initial, Make make, const load_options& how) {
  static_cast<void>(how.checked());
  runtime here;
  const auto to = spawn_server(here, std::move(initial), server_options<Data>{how.bounds});
  return measure_load(to, std::move(make), how);
}

} // namespace libsync
