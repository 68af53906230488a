#pragma once

/// What a server may remember.

#include <algorithm>
#include <cstddef>

#include "libsync/ids.hpp"
#include "libsync/limits.hpp"
#include "libsync/sequencer.hpp"

#include "libsync/testing/detail/broken.hpp"

namespace libsync::testing::detail {

template <class Server>
[[nodiscard]] bool keeps_one_batch(const Server& server) {
  std::size_t most = 0;
  for (version since = 0; since < server.version(); ++since)
    if (const auto found = server.kept().since(since))
      most = std::max(most, found->size());
  return most == 1;
}

/// The log, and what is kept of clients that left, are within their limits.
template <class Data, class Route>
void check_memory(const sequencer<Data, Route>& server, const limits& bounds) {
  require(server.absent() <= bounds.absent && server.absent_bytes() <= bounds.absent_bytes,
          "the server remembers ", server.absent(), " absent clients in ", server.absent_bytes(),
          " bytes");
  const auto kept = server.kept().size();
  require(kept.within(bounds.of_log()) || keeps_one_batch(server), "the server keeps ",
          kept.operations, " operations of ", kept.bytes, " bytes in its log");
}

} // namespace libsync::testing::detail
