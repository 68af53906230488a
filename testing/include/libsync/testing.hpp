#pragma once

/// What tests of your own data need, without actors: checks of a reducer's laws, and of the laws of
/// merge for stateboxes; and many simulated clients, or peers, and faults in one call. Catch2,
/// RapidCheck and JSON have headers of their own beside this one.

#include "libsync/testing/as_code.hpp"
#include "libsync/testing/box_event.hpp"
#include "libsync/testing/check_reducer.hpp"
#include "libsync/testing/check_statebox.hpp"
#include "libsync/testing/random.hpp"
#include "libsync/testing/reducer_laws.hpp"
#include "libsync/testing/report.hpp"
#include "libsync/testing/simulate.hpp"
#include "libsync/testing/simulate_peers.hpp"
#include "libsync/testing/statebox_laws.hpp"
