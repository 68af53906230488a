#pragma once

/// Servers, supervisors, clients and sessions. Nothing here includes CAF. For actors of your own,
/// include `libsync/caf.hpp` too. Peers, which need no server, are in `libsync/peers.hpp`.

#include "libsync/actors/client.hpp"
#include "libsync/actors/log_reader.hpp"
#include "libsync/actors/poll_queue.hpp"
#include "libsync/actors/runtime.hpp"
#include "libsync/actors/server.hpp"
#include "libsync/actors/session.hpp"
#include "libsync/actors/supervisor.hpp"
#include "libsync/actors/watcher.hpp"
#include "libsync/libsync.hpp"
