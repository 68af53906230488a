#pragma once

#include <string>
#include <utility>
#include <vector>

#include "command.hpp"
#include "stack.hpp"

#include "libsync/caf.hpp"

namespace stack_example {

/// How a script ended.
struct summary {
  libsync::version server = 0;
  std::vector<std::pair<std::string, libsync::version>> members;
  /// Every member has the server's version and data.
  bool agree = true;
  std::shared_ptr<const stack> data;
};

/// Starts the actor that makes commands take effect in their order. A request `(submit_atom,
/// envelope)`, of a `std::vector<command>`, is answered when all are decided; `(close_atom)` with
/// an envelope of a `summary`, after which the actor ends. Prints each event unless it is `quiet`.
caf::actor spawn_conductor(caf::actor_system& system, const libsync::server<stack>& server,
                           bool quiet);

} // namespace stack_example
