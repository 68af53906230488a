#pragma once

/// Checks all rows of a journal, whatever its data are.

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "libsync/json/detail/journal_header.hpp"
#include "libsync/json/rows.hpp"

namespace libsync::journal_tool {

/// In the order in which they are checked: the log needs the data.
inline constexpr std::array all_tables{row_table::header,  row_table::data,   row_table::log,
                                       row_table::clients, row_table::timers, row_table::effects};

/// How much a table holds.
struct table_size {
  std::uint64_t rows = 0;
  /// Of text.
  std::uint64_t bytes = 0;
};

struct findings {
  /// Nothing if it is missing or damaged, which is a fault, or if there are no rows at all.
  std::optional<detail::journal_header> header;
  std::map<row_table, table_size> tables;
  /// A sentence for each, which names the file and the row; the first ones of very many.
  std::vector<std::string> faults;
  /// How many others there are.
  std::uint64_t more_faults = 0;
};

inline constexpr std::size_t most_faults = 1'000;

/// Reads each row, and checks its checksum, its JSON and its form; the sums of the header; that the
/// log has every version up to the newest one; that the data are there from which a server begins,
/// and those from which the log does. A fault does not end it. Whether the reducer accepts the
/// operations it cannot know.
[[nodiscard]] findings verify(row_store& in);

} // namespace libsync::journal_tool
