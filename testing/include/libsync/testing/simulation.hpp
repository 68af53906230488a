#pragma once

/// What all simulations have in common: their options, and what they report.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "libsync/context.hpp"
#include "libsync/effects.hpp"
#include "libsync/identity.hpp"
#include "libsync/ids.hpp"
#include "libsync/limits.hpp"
#include "libsync/outcome.hpp"
#include "libsync/presence.hpp"
#include "libsync/reducer_forms.hpp"

#include "libsync/testing/mode.hpp"
#include "libsync/testing/random.hpp"
#include "libsync/testing/report.hpp"

namespace libsync::testing {

namespace detail {

template <class Data>
class simulated_journal;

} // namespace detail

/// A disturbance that a simulation causes.
enum class fault : std::uint8_t {
  /// The server dies between two messages. Another goes on with its data.
  kill_server,
  /// The server dies while it handles a message. Another begins an epoch. (In the network of values
  /// some clients may hear of that from its answers only; or that one begins with the data alone,
  /// and counts versions from 0.)
  fail_server,
  /// The server, or a client, handles nothing until all thaw.
  freeze_server,
  freeze_client,
  /// The connection of a client breaks. What is under way is lost.
  cut,
  /// The next message of a client, in one direction, is lost, or comes twice. Who loses one hears
  /// of a break later.
  drop,
  duplicate,
  /// Messages of a client, in one direction, wait until they are released.
  hold,
  leave,
  /// A client crashes, or closes.
  die,
  late_join,
  /// An observer of a client throws. Only simulated actors have it.
  throw_in_observer,
  /// A client calls its replica from within a callback. Only the simulated network of values has
  /// it.
  call_back,
  /// The process of the server ends, as it should or not. Another one goes on from the journal, and
  /// clients go on with that. Only simulated actors have it, and the next.
  end_process,
  /// The journal cannot be written or read for a while.
  fail_journal,
};

/// Whether simulated clients undo.
template <class Data>
class undo_wish {
public:
  undo_wish() = default;
  undo_wish(bool wanted) noexcept : wanted_(wanted) {
    static_assert(invertible<Data>,
                  "libsync: these data have no inverse, so simulated clients cannot undo: declare "
                  "`operation inverse(const Data& before, const operation&)` beside `reduce`, or "
                  "one for each alternative of the operations");
  }
  explicit operator bool() const noexcept { return wanted_; }

private:
  bool wanted_ = false;
};

/// Makes the journal of a seed's server: `journal_in` and `journal_in_memory` return such.
template <class Data>
using simulated_journal_of =
    std::function<std::shared_ptr<detail::simulated_journal<Data>>(std::uint64_t seed)>;

/// What is simulated. All numbers but those of seeds are for one seed.
template <class Data>
struct simulation_options {
  std::uint64_t first = 1;
  std::uint64_t seeds = 100;
  std::size_t clients = 5;
  /// Those that come while nobody lives, has data or can get any are left out.
  std::size_t submissions = 350;
  /// For each there is one event that ends such: what is frozen goes on, what is held comes
  /// through, or who is away comes back.
  std::size_t faults = 12;
  /// Which faults there may be; all, if none is named.
  std::vector<fault> kinds = {};
  testing::mode mode = testing::mode::liveness;
  /// The most steps until all copies are equal, once faults have ended. In a step one message is
  /// handled.
  std::size_t steps_to_converge = 200'000;
  /// The limits of the server and its clients. Without a value they are tiny, and of each seed.
  std::optional<limits> bounds = {};
  Data initial = {};
  /// Returns the operation that the server submits when it forgets a client, or nothing.
  std::function<std::optional<typename Data::operation>(client_id)> on_left = {};
  /// Returns the operation that the server submits when an effect is given up, or nothing.
  /// Simulated actors do not have it.
  std::function<std::optional<typename Data::operation>(const typename effects<Data>::effect&)>
      on_effect_refused = {};
  /// The same when a client has become a member.
  std::function<std::optional<typename Data::operation>(const context<Data>&)> on_joined = {};
  /// Who the client of that place is, from 0 on, if the data have a type `identity`. In the network
  /// of values some clients then claim the ids of others. No two clients may be the same.
  std::function<identity_of<Data>(std::size_t)> identify = {};
  /// As in `rules`.
  std::function<outcome(const identity_of<Data>&)> admit = {};
  std::function<outcome(const context<Data>&, const typename Data::operation&, const Data&)>
      authorize = {};
  /// Whether the server is asked to submit operations later, which fire in order and once. The
  /// network of values has it, and simulated actors with a journal.
  bool timers = false;
  /// The journal of the server, if it is to have one. Its processes then end, its disk fails, and
  /// nothing that was acknowledged may be lost, or be there twice. Only simulated actors have it,
  /// and then effects, too.
  simulated_journal_of<Data> journal = {};
  /// Returns what a client shows the others, if the data have a type `presence`: by default a value
  /// that is made of nothing, if there is one. Simulated actors have it.
  std::function<libsync::detail::presence_of<Data>(random&)> show = {};
  /// Whether optimistic clients undo, do again, and take steps of several submissions, if the data
  /// have an `inverse`. Each inverse must lead back from the data just after its step.
  undo_wish<Data> undo = {};
  /// What repeats a seed, if its number is put behind; a failure tells it.
  std::string repeat = {};
};

/// How much was simulated.
struct simulation_totals {
  std::uint64_t clients = 0;
  std::uint64_t submissions = 0;
  std::uint64_t versions = 0;
  std::uint64_t faults = 0;
  std::uint64_t steps = 0;
  /// How many seeds had at least 5 clients, 300 submissions and 5 faults.
  std::uint64_t full_seeds = 0;

  simulation_totals& operator+=(const simulation_totals& other) noexcept {
    clients += other.clients;
    submissions += other.submissions;
    versions += other.versions;
    faults += other.faults;
    steps += other.steps;
    full_seeds += other.full_seeds;
    return *this;
  }

  friend std::ostream& operator<<(std::ostream& out, const simulation_totals& self) {
    return out << self.clients << " clients, " << self.submissions << " submissions, "
               << self.versions << " versions, " << self.faults << " faults, " << self.steps
               << " steps\n"
               << self.full_seeds
               << " seeds with 5 clients, 300 submissions and 5 faults, or more\n";
  }
};

/// What was simulated in all, and what went wrong first.
struct simulation_report : report {
  simulation_totals totals;
};

} // namespace libsync::testing
