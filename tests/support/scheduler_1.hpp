#pragma once

/// A scheduler for tests, which CAF 1.x keeps to itself. `scheduler.hpp` includes this.

#include <deque>
#include <memory>
#include <utility>

#include "support/test_clock.hpp"

#include <caf/all.hpp>
#include <caf/detail/actor_system_access.hpp>
#include <caf/scheduler.hpp>

/// A scheduler that runs a job when it is told.
class test_scheduler : public caf::scheduler {
public:
  std::deque<caf::resumable*> jobs;

  void schedule(caf::resumable* one) override { jobs.push_back(one); }
  void delay(caf::resumable* one) override { jobs.push_back(one); }
  void start() override {}
  void stop() override {
    while (run_first()) {
    }
  }

  bool run_first() {
    if (jobs.empty())
      return false;
    auto* const one = jobs.front();
    jobs.pop_front();
    switch (one->resume(this, 1)) {
    case caf::resumable::resume_later:
      jobs.push_front(one);
      break;
    case caf::resumable::done:
    case caf::resumable::awaiting_message:
      caf::intrusive_ptr_release(one);
      break;
    case caf::resumable::shutdown_execution_unit:
      break;
    }
    return true;
  }
};

/// An actor system in which nothing runs, and no time passes, by itself.
class test_system {
public:
  operator caf::actor_system&() { return system_; }

  /// The actors that have something to do.
  auto& jobs() { return system_.scheduler->jobs; }
  /// Lets the first one handle one message. Returns false if there is none.
  bool run_first() { return system_.scheduler->run_first(); }
  void advance(caf::timespan time) { system_.clock->advance(time); }

private:
  struct parts {
    test_scheduler* scheduler = nullptr;
    test_clock* clock = nullptr;
  };

  struct system : parts, caf::actor_system {
    using parts::clock, parts::scheduler;

    explicit system(caf::actor_system_config& config)
        : caf::actor_system(config, set_up, static_cast<parts*>(this)) {}

    static void set_up(caf::actor_system& self, caf::actor_system_config&, void* of) {
      auto clock = std::make_unique<test_clock>();
      auto scheduler = std::make_unique<test_scheduler>();
      static_cast<parts*>(of)->clock = clock.get();
      static_cast<parts*>(of)->scheduler = scheduler.get();
      caf::detail::actor_system_access access{self};
      access.clock(std::move(clock));
      access.scheduler(std::move(scheduler));
    }
  };

  caf::actor_system_config config_;
  system system_{config_};
};
