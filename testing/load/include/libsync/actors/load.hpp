#pragma once

/// Measures your own data: operations a second, latencies, and memory, of a server with many
/// clients, and of peers. Nothing here includes CAF.

#include "libsync/actors/load/histogram.hpp"
#include "libsync/actors/load/load_options.hpp"
#include "libsync/actors/load/load_result.hpp"
#include "libsync/actors/load/measure_load.hpp"
#include "libsync/actors/load/measure_peers.hpp"
#include "libsync/actors/load/memory.hpp"
#include "libsync/actors/load/schedule.hpp"
