#pragma once

/// An actor system in which a test, or a seed, chooses who runs next.

#include <cstdint>
#include <optional>
#include <random>
#include <utility>

#include <caf/all.hpp>
#include <caf/scheduler/test_coordinator.hpp>

/// Everything happens on the calling thread. Declare it before the handles that a test holds.
class deterministic {
public:
  explicit deterministic(std::uint64_t seed = 1) : random_(seed), system_(config_) {}

  // The system's destructor waits for all actors, so nothing may be left to run.
  ~deterministic() { run(); }

  deterministic(const deterministic&) = delete;
  deterministic& operator=(const deterministic&) = delete;

  caf::actor_system& system() { return system_; }
  operator caf::actor_system&() { return system_; }

  /// Lets one actor, chosen by the seed, handle one message. Returns false if none has any.
  bool step() {
    auto& jobs = scheduler().jobs;
    if (jobs.empty())
      return false;
    std::swap(jobs.front(), jobs[random_() % jobs.size()]);
    return scheduler().try_run_once();
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
  void advance(caf::timespan time) { scheduler().advance_time(time); }

  std::mt19937_64& random() { return random_; }

  /// Asks `whom`, runs until nothing is left to do, and returns the answer, or nothing if an error
  /// came.
  template <class Answer, class Handle, class... Parts>
  std::optional<Answer> ask(const Handle& whom, Parts&&... parts) {
    caf::scoped_actor self{system_};
    std::optional<Answer> came;
    auto pending = self->request(whom, caf::infinite, std::forward<Parts>(parts)...);
    run();
    pending.receive([&](Answer& answer) { came = std::move(answer); }, [](caf::error&) {});
    return came;
  }

private:
  struct config : caf::actor_system_config {
    config() { set("scheduler.policy", caf::atom("testing")); }
  };

  caf::scheduler::test_coordinator& scheduler() {
    return dynamic_cast<caf::scheduler::test_coordinator&>(system_.scheduler());
  }

  std::mt19937_64 random_;
  config config_;
  caf::actor_system system_;
};
