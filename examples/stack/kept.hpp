#pragma once

/// Stacks that are kept from run to run.

#include <string>

#include "stack.hpp"

#include "libsync/actors.hpp"

namespace stack_example {

/// Returns options of a server that keeps its stack in a file, and begins with what is there.
libsync::server_options<stack> kept_in(const std::string& file);

} // namespace stack_example
