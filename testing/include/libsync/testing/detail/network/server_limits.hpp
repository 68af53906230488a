#pragma once

/// What a simulated server may keep.

#include <algorithm>
#include <cstddef>

#include "libsync/ids.hpp"
#include "libsync/limits.hpp"
#include "libsync/sequencer.hpp"

#include "libsync/testing/detail/broken.hpp"

namespace libsync::testing::detail {

/// Whether the log has one batch alone, which may be of any size.
template <class Data, class Route>
[[nodiscard]] bool keeps_one_batch(const sequencer<Data, Route>& server) {
  std::size_t most = 0;
  for (version since = 0; since < server.version(); ++since)
    if (const auto found = server.kept().since(since))
      most = std::max(most, found->size());
  return most == 1;
}

template <class Data, class Route>
void check_limits(const sequencer<Data, Route>& server, const limits& bounds) {
  require(server.absent() <= bounds.absent && server.absent_bytes() <= bounds.absent_bytes,
          "the server remembers ", server.absent(), " absent clients in ", server.absent_bytes(),
          " bytes");
  const auto kept = server.kept().size();
  require(kept.within(bounds.of_log()) || keeps_one_batch(server), "the server keeps ",
          kept.operations, " operations of ", kept.bytes, " bytes in its log");
}

} // namespace libsync::testing::detail
