#pragma once

/// CAF's own scheduler for tests, up to 0.18. `scheduler.hpp` includes this.

#include <caf/all.hpp>
#include <caf/scheduler/test_coordinator.hpp>

/// An actor system in which nothing runs, and no time passes, by itself.
class test_system {
public:
  operator caf::actor_system&() { return system_; }

  /// The actors that have something to do.
  auto& jobs() { return scheduler().jobs; }
  /// Lets the first one handle one message. Returns false if there is none.
  bool run_first() { return scheduler().try_run_once(); }
  void advance(caf::timespan time) { scheduler().advance_time(time); }

private:
  struct config : caf::actor_system_config {
#if LIBSYNC_CAF_VERSION < 18
    config() {
      set("scheduler.policy", caf::atom("testing"));
    }
#else
    config() {
      set("caf.scheduler.policy", "testing");
    }
#endif
  };

  caf::scheduler::test_coordinator& scheduler() {
    return dynamic_cast<caf::scheduler::test_coordinator&>(system_.scheduler());
  }

  config config_;
  caf::actor_system system_{config_};
};
