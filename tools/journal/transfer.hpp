#pragma once

/// A journal as lines of text, and back.

#include <istream>
#include <ostream>
#include <string>

#include "held_rows.hpp"
#include "libsync/json/rows.hpp"

namespace libsync::journal_tool {

/// Writes each row as a line of JSON, with its checksum. The first line says what they are, and the
/// last one how many there are, so that an end that is missing is found:
///
///     {"libsync-journal":1}
///     {"checksum":3104822,"key":0,"table":"header","text":"{...}"}
///     ...
///     {"rows":17}
///
/// Ends early if `to` takes no more. Throws storage_error if a row is damaged.
void export_rows(std::ostream& to, row_store& in);

/// Reads what `export_rows` has written, and checks all of it, as `verify` does. Throws
/// storage_error, which names the line or the row; `name` is that of the file.
[[nodiscard]] held_rows::rows read_export(std::istream& from, const std::string& name);

/// Writes these rows in one commit, where none are. Throws storage_error if there are some.
void import_rows(held_rows::rows rows, row_store& into);

} // namespace libsync::journal_tool
