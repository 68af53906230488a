#pragma once

/// Measures peers that exchange stateboxes of your own data.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "libsync/actors/load/detail/load_progress.hpp"
#include "libsync/actors/load/detail/load_stream.hpp"
#include "libsync/actors/load/detail/peer_group.hpp"
#include "libsync/actors/load/load_options.hpp"
#include "libsync/actors/load/load_result.hpp"
#include "libsync/actors/runtime.hpp"

#include "libsync/receipt.hpp"
#include "libsync/statebox/composite.hpp"
#include "libsync/statebox/stamp.hpp"

namespace libsync {

namespace detail {

/// Makes the changes of one submitter, one after the other.
template <class Data, class Make>
void change_all(const peer_group<Data>& group, std::size_t which, load_work<Data>& work,
                load_stream<Data, Make>& from) {
  try {
    while (!from.is_done()) {
      if (work.plan.is_paced())
        schedule::wait_until(from.due());
      std::shared_ptr<const statebox<Data, stamp>> newest;
      if (from.reads_newest())
        newest = group.box(which);
      auto op = from.make(newest ? &newest->value() : nullptr);
      newest.reset(); // or the peer would copy it
      const auto turn = from.take_turn();
      const auto done = group.at(which).change(std::move(op));
      from.tell(turn, done ? receipt::accepted(0) : receipt::refused(done.reason()));
    }
  } catch (...) {
    from.give_up(std::current_exception());
  }
}

} // namespace detail

/// Lets peers make the changes that `make` returns while they exchange their boxes, and measures
/// changes and merges a second, and how long a change takes. In the end it checks that all peers
/// are equal.
///
///     std::cout << libsync::measure_peers(shopping_list{}, make_change, {.operations = 10'000});
///
/// `initial` is the value of the box with which all begin. `make(const Data&,
/// libsync::testing::random&)` returns an operation. `operation_source` says which data it is
/// given. Each submitter has a copy of it, and calls that from one thread at a time. To compare
/// values, the data need a function `std::uint64_t digest(const Data&)`, an `==` or a `<<`.
///
/// Throws std::invalid_argument if the options make no sense, and what `make` throws.
template <class Data, class Make>
peers_result measure_peers(Data initial, Make make, const peers_options& how) {
  using namespace detail; // NOLINT(google-build-using-namespace): its own
  static_cast<void>(how.checked());
  const auto work = std::make_shared<load_work<Data>>(
      load_plan{{how.submitters, how.operations, how.duration, how.rate, 1}}, how.source,
      snapshot<Data>{{}, 0, std::make_shared<const Data>(initial)});
  load_streams<Data, Make> streams;
  for (std::size_t i = 0; i < how.submitters; ++i)
    streams.push_back(std::make_shared<load_stream<Data, Make>>(work, i, make, how.seed));
  runtime here;
  const peer_group<Data> group{here, statebox<Data, stamp>{std::move(initial), {0, origin{1}}},
                               how};
  const load_progress progress{
      how.progress, [&group] { return std::to_string(group.news()) + " changes and merges"; }};

  const auto begin = schedule::clock::now();
  work->plan.start(begin);
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < how.submitters; ++i)
      threads.emplace_back([&, i] { change_all(group, i % how.peers, *work, *streams[i]); });
  }
  work->rethrow();
  const auto changed = schedule::clock::now();
  peers_result made;
  made.disagreement = group.wait_until_equal(how.patience);
  const auto end = schedule::clock::now();
  made.peers = how.peers;
  made.submitters = how.submitters;
  made.seconds = std::chrono::duration<double>(end - begin).count();
  made.settling_seconds = std::chrono::duration<double>(end - changed).count();
  group.add_to(made);
  load_ledger::amounts told;
  for (const auto& one : streams)
    told.add(one->told());
  made.changed = told.accepted;
  made.refused = told.refused;
  made.first_reason = told.first_reason;
  made.latencies = told.latencies;
  return made;
}

} // namespace libsync
