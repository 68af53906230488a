#pragma once

/// Replays recorded scenarios of a notebook; tests/vectors/text.md describes them.

#include <istream>

#include "replay/replayed.hpp"

/// Reads one scenario a line. A line that cannot be read counts as failed.
replayed replay_notebook(std::istream& cases);
