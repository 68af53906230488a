#pragma once

/// What the commands of libsync-journal do with files. Each writes to standard output, returns the
/// exit code, and throws storage_error.

#include <cstdint>
#include <ostream>
#include <string>

#include "log.hpp"

namespace libsync::journal_tool {

/// Returns why a stream takes no more, as the end of a sentence. It tries to write once more, since
/// what the system said the first time may be overwritten.
[[nodiscard]] std::string why_not_written(std::ostream& to);

int show_info(const std::string& file);
int show_log(const std::string& file, const log_choice& which);
/// Returns 1 if there is a fault.
int verify_file(const std::string& file);
/// To standard output if `to` is `-`. Otherwise there must be no file of that name.
int export_file(const std::string& file, const std::string& to);
/// From standard input if `from` is `-`.
int import_file(const std::string& file, const std::string& from);
int compact_file(const std::string& file, std::uint64_t keep);

} // namespace libsync::journal_tool
