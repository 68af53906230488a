#pragma once

/// What the commands of libsync-journal do with a journal. Each writes to standard output, returns
/// the exit code, and throws storage_error.

#include <cstdint>
#include <ostream>
#include <string>

#include "log.hpp"
#include "place.hpp"

namespace libsync::journal_tool {

/// Returns why a stream takes no more, as the end of a sentence. It tries to write once more, since
/// what the system said the first time may be overwritten.
[[nodiscard]] std::string why_not_written(std::ostream& to);

int show_info(place& journal);
int show_log(place& journal, const log_choice& which);
/// Returns 1 if there is a fault.
int verify_journal(place& journal);
/// To standard output if `to` is `-`. Otherwise there must be no file of that name.
int export_journal(place& journal, const std::string& to);
/// From standard input if `from` is `-`.
int import_journal(place& journal, const std::string& from);
int compact_journal(place& journal, std::uint64_t keep);

} // namespace libsync::journal_tool
