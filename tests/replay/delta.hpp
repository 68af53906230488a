#pragma once

/// Replays recorded cases of text deltas; tests/vectors/text.md describes them.

#include <istream>

#include "replay/replayed.hpp"

/// Reads one case a line. A line that cannot be read counts as failed.
replayed replay_delta(std::istream& cases);
