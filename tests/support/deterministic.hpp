#pragma once

/// An actor system in which a test, or a seed, chooses who runs next.

#include <cstdint>
#include <optional>
#include <random>
#include <type_traits>
#include <utility>

#include "libsync/actors/handles.hpp"
#include "support/caf.hpp"
#include "support/catch.hpp"
#include "support/scheduler.hpp"

#include <caf/all.hpp>

/// Everything happens on the calling thread. Declare it before the handles that a test holds.
class deterministic {
public:
  explicit deterministic(std::uint64_t seed = 1) : random_(seed) {}

  // The system's destructor waits for all actors, so nothing may be left to run.
  ~deterministic() { run(); }

  deterministic(const deterministic&) = delete;
  deterministic& operator=(const deterministic&) = delete;

  caf::actor_system& system() { return system_; }
  operator caf::actor_system&() { return system_; }

  /// Lets one actor, chosen by the seed, handle one message. Returns false if none has any.
  bool step() {
    auto& jobs = system_.jobs();
    if (jobs.empty())
      return false;
    std::swap(jobs.front(), jobs[random_() % jobs.size()]);
    return system_.run_first();
  }

  /// Takes at most `most` steps.
  void steps(std::size_t most) {
    while (most-- > 0 && step()) {
    }
  }

  /// Runs until nothing is left to do.
  void run() {
    while (step()) {
    }
  }

  /// Lets time pass.
  void advance(caf::timespan time) { system_.advance(time); }

  std::mt19937_64& random() { return random_; }

  /// Asks `whom`, runs until nothing is left to do, and returns the answer, or nothing if an error
  /// came. One of the library's actors answers with the `Answer` in an envelope, which is opened;
  /// but with a version as it is.
  template <class Answer, class Handle, class... Parts>
  std::optional<Answer> ask(const Handle& whom, Parts&&... parts) {
    caf::scoped_actor self{system()};
    std::optional<Answer> came;
    const auto not_answered = [](caf::error& why) { UNSCOPED_INFO("error: " << to_string(why)); };
    constexpr bool enclosed = is_of_library<Handle> && !std::is_same_v<Answer, libsync::version>;
    auto pending = ::ask(self, for_caf(whom), std::forward<Parts>(parts)...);
    run();
    if constexpr (enclosed)
      hear(
          pending, [&](libsync::envelope& answer) { came = answer.as<Answer>(); }, not_answered);
    else
      hear(
          pending, [&](Answer& answer) { came = std::move(answer); }, not_answered);
    return came;
  }

private:
  template <class Handle>
  static constexpr bool is_of_library = requires(const Handle& whom) {
    libsync::to_caf(whom);
  };

  template <class Handle>
  static auto for_caf(const Handle& whom) {
    if constexpr (is_of_library<Handle>)
      return libsync::to_caf(whom);
    else
      return whom;
  }

  std::mt19937_64 random_;
  test_system system_;
};
