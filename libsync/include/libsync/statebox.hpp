#pragma once

/// Stateboxes: data whose copies change apart, without a server, and merge when they meet.
///
/// This includes the box with its merge, updates between boxes, ready-made data (`set`,
/// `dictionary`, `counter`, `dynamic`), and the check of a user's own operations.

#include "libsync/statebox/check.hpp"
#include "libsync/statebox/composite.hpp"
#include "libsync/statebox/counter.hpp"
#include "libsync/statebox/described.hpp"
#include "libsync/statebox/dictionary.hpp"
#include "libsync/statebox/dynamic.hpp"
#include "libsync/statebox/event.hpp"
#include "libsync/statebox/frozen.hpp"
#include "libsync/statebox/gossip.hpp"
#include "libsync/statebox/independent.hpp"
#include "libsync/statebox/knowledge.hpp"
#include "libsync/statebox/set.hpp"
#include "libsync/statebox/stamp.hpp"
#include "libsync/statebox/statebox.hpp"
#include "libsync/statebox/update.hpp"
