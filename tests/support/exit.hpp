#pragma once

/// Ends actors that may have ended already.

#include "libsync/actors/handles.hpp"
#include "on_caf/compat.hpp"
#include "support/caf.hpp"

template <class Handle>
void end(const Handle& whom, caf::exit_reason why) {
  libsync::detail::compat::send_exit(to_caf(whom).address(), why);
}
