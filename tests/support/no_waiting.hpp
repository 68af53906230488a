#pragma once

/// Marks a thread as one that must not wait, as while it runs a function of the user's.

#include "libsync/actors/detail/waiting.hpp"

using libsync::detail::no_waiting;
