#pragma once

/// Peers: actors that each own a statebox and exchange it, with no server. Nothing here includes
/// CAF.

#include "libsync/actors/peer.hpp"
#include "libsync/actors/runtime.hpp"
#include "libsync/statebox.hpp"
