#pragma once

/// For programs that use CAF, the C++ Actor Framework, themselves: clients inside actors, the
/// messages, CAF's handles to servers, clients and peers, and `inspect` for stateboxes. See
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
