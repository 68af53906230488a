#pragma once

/// What a journal is, for a person.

#include <ostream>

#include "libsync/json/rows.hpp"

namespace libsync::journal_tool {

/// Writes what the header says, and how much each table holds, a fact a line. Reads every row, and
/// checks the header alone. Throws storage_error.
void write_info(std::ostream& to, row_store& in);

} // namespace libsync::journal_tool
