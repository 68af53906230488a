#pragma once

#include <string>

namespace notebook_example {

/// Opens a notebook and runs the lines of `script` (`-` is standard input, with a prompt on a
/// terminal). Returns 0, or 1 if a line could not be done, or 2 if a file could not be read.
int run_prompt(const std::string& path, const std::string& script);

} // namespace notebook_example
