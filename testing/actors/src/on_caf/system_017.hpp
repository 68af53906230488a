#pragma once

/// A manual system for CAF 0.17 to 0.19. `system.hpp` includes this.

#include <algorithm>
#include <chrono>
#include <deque>
#include <optional>
#include <utility>

#include "on_caf/jobs.hpp"

#include <caf/all.hpp>
#include <caf/execution_unit.hpp>
#include <caf/scheduler/abstract_coordinator.hpp>
#if LIBSYNC_CAF_VERSION < 19
#include <caf/detail/test_actor_clock.hpp>
#else
#include "on_caf/clock.hpp"
#endif

namespace libsync::testing {

#if LIBSYNC_CAF_VERSION < 19
class still_clock : public caf::detail::test_actor_clock {
public:
  [[nodiscard]] std::optional<time_point> next_timer() const {
    return schedule_.empty() ? std::nullopt : std::optional{schedule_.begin()->first};
  }
  void advance_to(time_point time) {
    advance_time(std::max(time - current_time, duration_type::zero()));
  }
  void drop_timers() { cancel_all(); }
};
#endif

/// A scheduler that runs a job when it is told.
class manual_scheduler : public caf::scheduler::abstract_coordinator {
public:
  using base = caf::scheduler::abstract_coordinator;
  using base::base;

  std::deque<caf::resumable*> jobs;

  still_clock& clock() noexcept override { return clock_; }
  void enqueue(caf::resumable* one) override { jobs.push_back(one); }
  bool detaches_utility_actors() const override { return false; }
  void stop() override {
    run_out(*this);
    stop_actors();
  }

  after run(caf::resumable* one) {
    unit runner{*this};
    return resume_once(one, &runner);
  }

private:
  struct unit : caf::execution_unit {
    explicit unit(manual_scheduler& of) : caf::execution_unit(&of.system()), jobs(of.jobs) {}
    void exec_later(caf::resumable* one) override { jobs.push_back(one); }
    std::deque<caf::resumable*>& jobs;
  };

  still_clock clock_;
};

/// Puts an urgent message before all others of an actor, which runs on no other thread.
inline void put_first(const caf::strong_actor_ptr& to, caf::mailbox_element_ptr what) {
  to->enqueue(std::move(what), nullptr);
}

class manual_system {
public:
  caf::actor_system& system() { return system_; }
  manual_scheduler& scheduler() { return dynamic_cast<manual_scheduler&>(system_.scheduler()); }
  still_clock& clock() { return scheduler().clock(); }

private:
  struct config : caf::actor_system_config {
    config() {
      module_factories.emplace_back([](caf::actor_system& of) -> caf::actor_system::module* {
        return new manual_scheduler(of); // NOLINT: CAF owns it
      });
    }
  };

  config config_;
  caf::actor_system system_{config_};
};

} // namespace libsync::testing
