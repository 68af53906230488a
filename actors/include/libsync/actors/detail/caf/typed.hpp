#pragma once

/// Typed interfaces, handles and messages, as the CAF version in use spells them.

#include "libsync/actors/detail/actor_ref.hpp"
#include "libsync/actors/detail/caf/version.hpp"

#include <caf/all.hpp>

#if LIBSYNC_CAF_VERSION < 18
#include "libsync/actors/detail/caf/typed_017.hpp"
#else
#include "libsync/actors/detail/caf/typed_1.hpp"
#endif

namespace libsync::detail::compat {

/// The handle of that type to an actor, of which the caller knows that it has this interface.
template <class Handle>
[[nodiscard]] Handle handle_to(const actor_ref& whom) {
  return caf::actor_cast<Handle>(caf::strong_actor_ptr{whom.get()});
}

/// Tells CAF, where it wants to be told, of the types in libsync's messages. It may be called again
/// and again, but not for the first time while there is an actor system.
bool register_messages();

/// So that CAF is told before `main`.
inline const bool messages_are_registered = register_messages();

} // namespace libsync::detail::compat
