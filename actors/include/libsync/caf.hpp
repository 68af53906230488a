#pragma once

/// For those who use CAF, the C++ Actor Framework, themselves: clients inside of actors, the
/// messages and handles of servers, clients and peers as CAF's, and `inspect` for stateboxes. See
/// docs/caf.md.

#include "libsync/actors.hpp"
#include "libsync/actors/behavior.hpp"
#include "libsync/actors/config.hpp"
#include "libsync/actors/embedded_client.hpp"
#include "libsync/actors/flow.hpp"
#include "libsync/actors/handles.hpp"
#include "libsync/actors/inspect.hpp"
#include "libsync/actors/messages.hpp"
#include "libsync/peers.hpp"
