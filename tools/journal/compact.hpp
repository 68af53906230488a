#pragma once

/// Lets a journal forget what is old.

#include <cstdint>

#include "libsync/ids.hpp"
#include "libsync/json/rows.hpp"

namespace libsync::journal_tool {

struct compacted {
  /// The oldest versions that could be read, before and now.
  version before = 0;
  version after = 0;
};

/// Forgets, in one commit, what is before the newest data that are at least `keep` versions old; so
/// with 0 before the newest data at all. What a server needs to go on stays. All rows are checked
/// first: if one is damaged, storage_error is thrown, and nothing goes.
compacted compact(row_store& in, std::uint64_t keep);

} // namespace libsync::journal_tool
