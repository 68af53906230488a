#pragma once

/// The parts of a statebox that are stored or sent.

#include <type_traits>

#include "libsync/statebox/knowledge.hpp"

namespace libsync::detail {

/// Calls `visit(name, part)` for each of a statebox's `parts`, or of an `update`, which has no
/// value, in the order in which they are stored. With plain times nothing is known of the past, so
/// there is no such part.
template <class Parts, class Visit>
void visit_parts(Parts& parts, Visit visit) {
  visit("last_modified", parts.last_modified);
  if constexpr (requires { parts.value; })
    visit("value", parts.value);
  visit("queue", parts.queue);
  if constexpr (std::is_same_v<decltype(parts.known), knowledge>)
    visit("known", parts.known);
}

} // namespace libsync::detail
