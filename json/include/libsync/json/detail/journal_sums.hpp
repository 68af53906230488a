#pragma once

/// What a journal knows of the rows whose sums its header has.

#include <cstdint>
#include <map>

#include "libsync/json/detail/journal_header.hpp"
#include "libsync/json/rows.hpp"

namespace libsync::detail {

/// The checksums of these rows.
class row_sums {
public:
  /// The row is there.
  void note(const stored_row& row) { sums_[row.table].insert_or_assign(row.key, row.checksum); }

  /// Notes what will be there after these changes, and their sums.
  void follow(const row_changes& changes, journal_header& next) {
    for (const auto table : changes.clear) {
      sums_[table].clear();
      next.sums[table] = {};
    }
    for (const auto& [table, key] : changes.erase)
      forget(table, key, next);
    for (const auto& row : changes.put)
      if (next.sums.contains(row.table)) {
        forget(row.table, row.key, next);
        note(row);
        ++next.sums[row.table].rows;
        next.sums[row.table].sum += row.checksum;
      }
  }

private:
  void forget(row_table table, std::uint64_t key, journal_header& next) {
    const auto gone = sums_[table].extract(key);
    if (!gone)
      return;
    --next.sums[table].rows;
    next.sums[table].sum -= gone.mapped();
  }

  std::map<row_table, std::map<std::uint64_t, std::uint32_t>> sums_;
};

} // namespace libsync::detail
