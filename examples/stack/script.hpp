#pragma once

#include <string>

#include "stack.hpp"

#include "libsync/actors.hpp"

namespace stack_example {

/// Runs the lines of `file` (`-` is standard input) against a server and the clients that they
/// name. Returns 0 if all copies agree at the end, 1 if not, 2 if the file or a line could not be
/// read.
int run_script(const std::string& file, bool quiet, const libsync::server_options<stack>& how = {});

} // namespace stack_example
