#pragma once

/// CAF's `inspect` for stateboxes, their updates and ready-made data. With it a program sends them
/// by value from one actor system to another.

#include "libsync/actors/inspect_data.hpp"
#include "libsync/actors/inspect_digest.hpp"
#include "libsync/actors/inspect_statebox.hpp"
