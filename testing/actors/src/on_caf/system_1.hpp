#pragma once

/// A manual system for CAF 1.x. `system.hpp` includes this.

#include <deque>
#include <memory>
#include <utility>

#include "on_caf/clock.hpp"

#include <caf/all.hpp>
#include <caf/detail/actor_system_access.hpp>
#include <caf/scheduler.hpp>

namespace libsync::testing {

/// What is to run after a step.
enum class after { again, nothing };

/// A scheduler that runs a job when it is told.
class manual_scheduler : public caf::scheduler {
public:
  std::deque<caf::resumable*> jobs;

  void schedule(caf::resumable* one) override { jobs.push_back(one); }
  void delay(caf::resumable* one) override { jobs.push_back(one); }
  void start() override {}
  void stop() override {
    for (; !jobs.empty();) {
      auto* const one = jobs.front();
      jobs.pop_front();
      if (run(one) == after::again)
        jobs.push_back(one);
    }
  }

  after run(caf::resumable* one) {
    switch (one->resume(this, 1)) {
    case caf::resumable::resume_later:
      return after::again;
    case caf::resumable::done:
    case caf::resumable::awaiting_message:
      caf::intrusive_ptr_release(one);
      break;
    case caf::resumable::shutdown_execution_unit:
      break;
    }
    return after::nothing;
  }
};

class manual_system {
public:
  caf::actor_system& system() { return system_; }
  std::deque<caf::resumable*>& scheduled() { return system_.scheduler->jobs; }
  after run(caf::resumable* one) { return system_.scheduler->run(one); }
  auto now() { return system_.clock->now(); }
  auto next_timer() { return system_.clock->next_timer(); }
  void advance_to(caf::actor_clock::time_point time) { system_.clock->advance_to(time); }
  void drop_timers() { system_.clock->drop_timers(); }

private:
  struct parts {
    manual_scheduler* scheduler = nullptr;
    still_clock* clock = nullptr;
  };

  struct of_parts : parts, caf::actor_system {
    using parts::clock, parts::scheduler;

    explicit of_parts(caf::actor_system_config& config)
        : caf::actor_system(config, set_up, static_cast<parts*>(this)) {}

    static void set_up(caf::actor_system& self, caf::actor_system_config&, void* of) {
      auto clock = std::make_unique<still_clock>();
      auto scheduler = std::make_unique<manual_scheduler>();
      static_cast<parts*>(of)->clock = clock.get();
      static_cast<parts*>(of)->scheduler = scheduler.get();
      caf::detail::actor_system_access access{self};
      access.clock(std::move(clock));
      access.scheduler(std::move(scheduler));
    }
  };

  caf::actor_system_config config_;
  of_parts system_{config_};
};

} // namespace libsync::testing
