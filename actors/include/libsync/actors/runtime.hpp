#pragma once

/// An actor system with the settings that suit this library.

#include <algorithm>
#include <cstddef>
#include <thread>

#include <caf/all.hpp>

#include "libsync/actors/detail/compat.hpp"
#include "libsync/actors/detail/waiting.hpp"
#include "libsync/actors/messages.hpp"

namespace libsync {

/// CAF's configuration with the settings that suit this library, as measured in
/// docs/performance.md; everything can still be overridden, as with any CAF configuration:
///
/// - the scheduler policy `sharing`, which wakes an idle worker at once and runs the actors that
///   became ready first, where CAF's default policy polls with sleeps of up to 10 ms and runs the
///   newest first, so that clients fall behind;
/// - as many workers as there are processors, but at least 2;
/// - the workers know that they must not wait for a session (`waiting.hpp`): were all of them to
///   wait, nothing that they wait for could run. Detached, blocking and scoped actors have threads
///   of their own, and may wait.
class config : public caf::actor_system_config {
public:
  config() {
    set("scheduler.policy", caf::atom("sharing"));
    set("scheduler.max-threads", std::size_t{std::max(2u, std::thread::hardware_concurrency())});
    add_thread_hook<workers_must_not_wait>();
  }

private:
  struct workers_must_not_wait final : caf::thread_hook {
    void init(caf::actor_system&) override {}
    void thread_started() override {
      if (detail::compat::is_worker_thread())
        detail::no_waiting::from_now_on("an actor");
    }
    void thread_terminates() override {}
  };
};

/// An actor system with that configuration, for programs that need nothing else of CAF. Declare it
/// before servers, clients and sessions: its destructor waits until all of them are gone.
class runtime {
public:
  runtime() : system_(config_) {}

  [[nodiscard]] caf::actor_system& system() noexcept { return system_; }
  operator caf::actor_system&() noexcept { return system_; }

private:
  config config_;
  caf::actor_system system_;
};

} // namespace libsync
