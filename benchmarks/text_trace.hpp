#pragma once

/// How fast traces of what people typed are replayed.

#include <cstddef>
#include <string>
#include <vector>

#include "support/program.hpp"

/// Returns what is measured of a trace, replayed so often: itself, and the same with a letter for
/// each character; and, where it is asked for, the trace by Yjs, which replays it once.
std::vector<bench::subject> trace_subjects(const std::string& path, std::size_t times,
                                           bool with_yjs);
