#pragma once

/// Servers, clients, sessions and peers. Nothing here includes CAF; for actors of your own, include
/// `libsync/caf.hpp` too.

#include "libsync/actors/client.hpp"
#include "libsync/actors/peer.hpp"
#include "libsync/actors/runtime.hpp"
#include "libsync/actors/server.hpp"
#include "libsync/actors/session.hpp"
#include "libsync/actors/supervisor.hpp"
#include "libsync/libsync.hpp"
