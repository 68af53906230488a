#pragma once

/// An actor system with the settings that suit this library.

#include <caf/all.hpp>

namespace libsync {

/// CAF's configuration with the settings that suit this library: the scheduler policy `sharing`,
/// which wakes an idle worker at once, where CAF's default policy polls with sleeps of up to 10 ms.
/// Everything can still be overridden, as with any CAF configuration.
class config : public caf::actor_system_config {
public:
  config() { set("scheduler.policy", caf::atom("sharing")); }
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
