#pragma once

/// Servers, clients and sessions on CAF: what a program with threads or actors includes.
///
/// `runtime`, `spawn_server` and `session` suffice for threads. Besides, here are supervisors that
/// restart servers, clients as actors and within actors, and peers with stateboxes. The values that
/// these carry come with them (libsync/libsync.hpp).

#include "libsync/libsync.hpp"

#include "libsync/actors/client.hpp"
#include "libsync/actors/client_options.hpp"
#include "libsync/actors/embedded_client.hpp"
#include "libsync/actors/handles.hpp"
#include "libsync/actors/messages.hpp"
#include "libsync/actors/patience.hpp"
#include "libsync/actors/peer.hpp"
#include "libsync/actors/receipt_future.hpp"
#include "libsync/actors/runtime.hpp"
#include "libsync/actors/server.hpp"
#include "libsync/actors/session.hpp"
#include "libsync/actors/supervisor.hpp"
