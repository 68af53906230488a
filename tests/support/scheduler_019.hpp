#pragma once

/// A scheduler for tests, which CAF 0.19 has no more. `scheduler.hpp` includes this.

#include <deque>
#include <utility>

#include "support/test_clock.hpp"

#include <caf/all.hpp>
#include <caf/execution_unit.hpp>
#include <caf/scheduler/abstract_coordinator.hpp>

/// A scheduler that runs a job when it is told.
class test_scheduler : public caf::scheduler::abstract_coordinator {
public:
  using base = caf::scheduler::abstract_coordinator;
  using base::base;

  std::deque<caf::resumable*> jobs;

  test_clock& clock() noexcept override { return clock_; }
  void enqueue(caf::resumable* one) override { jobs.push_back(one); }
  void stop() override {
    while (run_first()) {
    }
    stop_actors(); // which have threads of their own
  }

  bool run_first() {
    if (jobs.empty())
      return false;
    auto* const one = jobs.front();
    jobs.pop_front();
    unit runner{*this};
    switch (one->resume(&runner, 1)) {
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

private:
  struct unit : caf::execution_unit {
    explicit unit(test_scheduler& of) : caf::execution_unit(&of.system()), jobs(of.jobs) {}
    void exec_later(caf::resumable* one) override { jobs.push_back(one); }
    std::deque<caf::resumable*>& jobs;
  };

  test_clock clock_;
};

/// An actor system in which nothing runs, and no time passes, by itself.
class test_system {
public:
  operator caf::actor_system&() { return system_; }

  /// The actors that have something to do.
  auto& jobs() { return scheduler().jobs; }
  /// Lets the first one handle one message. Returns false if there is none.
  bool run_first() { return scheduler().run_first(); }
  void advance(caf::timespan time) { scheduler().clock().advance(time); }

private:
  struct config : caf::actor_system_config {
    config() {
      module_factories.emplace_back([](caf::actor_system& of) -> caf::actor_system::module* {
        return new test_scheduler(of);
      });
    }
  };

  test_scheduler& scheduler() { return dynamic_cast<test_scheduler&>(system_.scheduler()); }

  config config_;
  caf::actor_system system_{config_};
};
