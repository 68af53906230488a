#pragma once

/// Typed interfaces and handles, as this version of CAF spells them.

#include "libsync/actors/detail/actor_ref.hpp"

#include <caf/all.hpp>

namespace libsync::detail::compat {

template <class... Inputs>
using reacts = caf::reacts_to<Inputs...>;

template <class Result, class... Inputs>
using replies = caf::typed_mpi<caf::detail::type_list<Inputs...>, caf::output_tuple<Result>>;

/// The handle of that type to an actor, of which the caller knows that it has this interface.
template <class Handle>
[[nodiscard]] Handle handle_to(const actor_ref& whom) {
  return caf::actor_cast<Handle>(caf::strong_actor_ptr{whom.get()});
}

} // namespace libsync::detail::compat
