#pragma once

/// The accepted submissions of a journal, whatever its data are.

#include <limits>
#include <ostream>

#include "libsync/ids.hpp"
#include "libsync/json/rows.hpp"

namespace libsync::journal_tool {

struct log_choice {
  /// The first version; 0 means the oldest that is kept.
  version from = 0;
  version to = std::numeric_limits<version>::max();
  /// Lines for programs, in the form of `write_log` of libsync/json/log.hpp.
  bool json = false;
};

/// Writes a line for each accepted submission: its version, who has submitted it, its number and
/// time, the identity, if there is one, and the operations. Ends early if `to` takes no more.
/// Throws storage_error, also if a version is not kept any more or missing.
void write_log(std::ostream& to, row_store& in, const log_choice& which);

} // namespace libsync::journal_tool
