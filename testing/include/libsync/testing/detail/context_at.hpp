#pragma once

/// Contexts of operations that no server decides.

#include <cstddef>

#include "libsync/context.hpp"
#include "libsync/ids.hpp"

namespace libsync::testing::detail {

/// Returns the context of the operation at that place of a list, by one of three clients, which
/// makes version `next`. Equal arguments give equal contexts.
template <class Data>
[[nodiscard]] context<Data> context_at(std::size_t place, version next) {
  return {client_id{1 + place % 3}, static_cast<timestamp>(1000 * place), next};
}

} // namespace libsync::testing::detail
