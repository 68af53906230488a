#pragma once

/// An actor system that runs on the thread of a test, in an order that a seed chooses.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "libsync/actors/detail/actor_ref.hpp"

#include "libsync/testing/random.hpp"

namespace libsync::testing {

/// How a seed chooses who runs next.
enum class scheduling {
  /// Each actor that has a message is as likely as any other.
  uniform,
  /// Each actor has a random priority, and the highest runs. Now and then the one that runs gets
  /// the lowest. That finds orders in which one actor is long overtaken by others, which are rare
  /// under `uniform` (Burckhardt et al., "A randomized scheduler with probabilistic guarantees of
  /// finding bugs", 2010).
  priorities,
};

struct runtime_options {
  std::uint64_t seed = 1;
  scheduling policy = scheduling::uniform;
  /// The most steps of one call before it throws.
  std::size_t most_steps = 10'000'000;
};

/// An actor system for tests. Nothing runs, and no time passes, unless the test says so. In a step
/// one actor handles one message, on the thread of the test. The seed chooses the actor. So the
/// same seed repeats a run.
///
///     libsync::testing::runtime runtime{seed};
///     auto server = libsync::spawn_server(runtime, counter{});
///     libsync::session session{server};
///     auto receipt = session.submit(add{2});
///     runtime.run();
///     REQUIRE(receipt.is_ready());
///
/// Servers, supervisors, clients, sessions, peers and event-based actors of yours run in it as they
/// are. Blocking and detached actors have threads of their own, which no seed chooses. A call of
/// libsync's that would wait, such as `receipt_future::get`, takes steps until it is done. If
/// nothing is left to run, it says so.
///
/// Only the thread that has made the runtime may use it and its actors. Declare it before the
/// handles and sessions that the test holds. If some of them live longer, the destructor ends their
/// actors, and says so on stderr.
class runtime {
public:
  explicit runtime(std::uint64_t seed = 1) : runtime(runtime_options{.seed = seed}) {}
  explicit runtime(const runtime_options& options);
  ~runtime();

  runtime(const runtime&) = delete;
  runtime& operator=(const runtime&) = delete;

  [[nodiscard]] caf::actor_system& system() noexcept;
  operator caf::actor_system&() noexcept { return system(); }

  /// Lets one actor handle one message. Returns false if none has any.
  bool step();

  /// Takes at most `most` steps.
  void steps(std::size_t most);

  /// Runs until no actor has a message. No time passes. Throws std::runtime_error if that takes
  /// more than the most steps.
  void run();

  /// Runs until `done()`, which is asked before each step. If nothing can run, time passes until
  /// the next delayed message. Throws std::runtime_error, which says who waits, if there is none,
  /// or if it takes more than the most steps.
  void run_until(const std::function<bool()>& done);

  /// Lets time pass. Messages that are due by then are in the mailboxes, and nobody has run.
  void advance(std::chrono::nanoseconds time);

  /// How much time has passed.
  [[nodiscard]] std::chrono::nanoseconds now() const;

  /// How many steps were taken.
  [[nodiscard]] std::uint64_t steps_taken() const noexcept;

  /// Lets an actor handle no message until `thaw`, as if its thread were held up. Its messages
  /// wait.
  void freeze(const libsync::detail::actor_handle& whom);
  void thaw(const libsync::detail::actor_handle& whom);
  void thaw_all();
  [[nodiscard]] bool is_frozen(const libsync::detail::actor_handle& whom) const;

  /// Ends an actor before it handles any other message. A frozen one thaws.
  void kill(const libsync::detail::actor_handle& whom);

  /// The actors that live, in words: how many of each kind, and which are frozen.
  [[nodiscard]] std::string who_waits() const;

  /// The source of all choices, for a test that makes choices too.
  [[nodiscard]] testing::random& random() noexcept;

private:
  struct parts;
  std::unique_ptr<parts> parts_;
};

} // namespace libsync::testing
