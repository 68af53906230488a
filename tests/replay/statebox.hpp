#pragma once

/// Replays recorded cases of stateboxes; tests/vectors/README.md describes them.

#include <istream>

#include "replay/replayed.hpp"

/// Reads a scenario at each line whose command is `begin`, and counts it as passed if every command
/// up to the next gives what was recorded. Those with the tag `oc` are skipped. A line that cannot
/// be read counts as failed.
replayed replay_statebox(std::istream& cases);
