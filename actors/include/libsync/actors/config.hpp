#pragma once

/// CAF's configuration with the settings that suit this library, for programs that make their own
/// actor system.

#include <cstddef>

#include <caf/all.hpp>

namespace libsync {

/// The settings, as measured in docs/performance.md. A program may override all of them, as in any
/// CAF configuration:
///
/// - the scheduler policy `sharing`, which wakes an idle worker at once and runs the actors that
///   became ready first, where CAF's default policy polls with sleeps of up to 10 ms and runs the
///   newest first, so that clients fall behind;
/// - as many workers as there are processors, but at least 2, or as many as are asked for;
/// - the workers know that they must not wait for a session (`session` says where that matters). If
///   all of them waited, nothing that they wait for could run. Detached, blocking and scoped actors
///   have threads of their own, and may wait.
class config : public caf::actor_system_config {
public:
  config();
  explicit config(std::size_t workers);
};

} // namespace libsync
