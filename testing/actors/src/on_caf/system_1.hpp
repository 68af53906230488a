#pragma once

/// A manual system for CAF 1.x. `system.hpp` includes this.

#include <deque>
#include <memory>
#include <utility>

#include "on_caf/clock.hpp"
#include "on_caf/jobs.hpp"

#include <caf/all.hpp>
#include <caf/detail/actor_system_access.hpp>
#include <caf/scheduler.hpp>

namespace libsync::testing {

/// A scheduler that runs a job when it is told.
class manual_scheduler : public caf::scheduler {
public:
  std::deque<caf::resumable*> jobs;

  void schedule(caf::resumable* one) override { jobs.push_back(one); }
  void delay(caf::resumable* one) override { jobs.push_back(one); }
  void start() override {}
  void stop() override { run_out(*this); }

  after run(caf::resumable* one) { return resume_once(one, this); }
};

/// Puts an urgent message before all others of an actor, which runs on no other thread. It would
/// come behind those that the mailbox has sorted already. An actor that is not blocked has messages
/// and is to run. (Asking a blocked mailbox for its size would unblock it, and wake nobody.)
inline void put_first(const caf::strong_actor_ptr& to, caf::mailbox_element_ptr what) {
  auto* receiver = dynamic_cast<caf::scheduled_actor*>(to->get());
  if (receiver != nullptr && !receiver->mailbox().blocked() && !receiver->mailbox().closed())
    receiver->mailbox().push_front(std::move(what));
  else
    to->enqueue(std::move(what), nullptr);
}

class manual_system {
public:
  caf::actor_system& system() { return system_; }
  manual_scheduler& scheduler() { return *system_.scheduler; }
  still_clock& clock() { return *system_.clock; }

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
