#pragma once

/// Coroutines that wait for a session: `co_await session.submit(op)`, and `co_await
/// session.reached(version)`. `libsync/actors.hpp` has the rest, without coroutines.

#include "libsync/actors/coroutine.hpp"
