#pragma once

/// Messages of an actor's to itself that come later.

#include <chrono>
#include <utility>

#include "libsync/actors/detail/caf/version.hpp"

#include <caf/all.hpp>

namespace libsync::detail::compat {

template <class Actor, class... Parts>
void send_later(Actor* self, std::chrono::nanoseconds after, Parts&&... parts) {
#if LIBSYNC_CAF_VERSION < 100
  self->delayed_send(self, after, std::forward<Parts>(parts)...);
#else
  self->mail(std::forward<Parts>(parts)...).delay(after).send(self);
#endif
}

} // namespace libsync::detail::compat
