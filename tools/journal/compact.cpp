#include "compact.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "libsync/json/detail/journal_header.hpp"
#include "libsync/json/text.hpp"
#include "libsync/storage_error.hpp"
#include "verify.hpp"

namespace libsync::journal_tool {

compacted compact(row_store& in, std::uint64_t keep) {
  auto found = verify(in);
  if (!found.faults.empty())
    throw storage_error{storage_failure::damaged, found.faults.front() + ". It stays as it is"};
  if (!found.header)
    return {};
  auto header = *std::move(found.header);
  const auto before = header.log_after;
  auto base = keep == 0 ? header.data : before;
  const auto oldest = header.version > keep ? header.version - keep : 0;
  in.read_down(row_table::data, oldest, [&](const stored_row& row) {
    base = std::max(base, row.key);
    return false;
  });
  if (base == before)
    return {before, before};
  header.log_after = base;
  while (header.schemas.size() > 1 && header.schemas[1].first <= base)
    header.schemas.erase(header.schemas.begin());
  row_changes changes;
  changes.erase_below.emplace_back(row_table::data, base);
  changes.erase_below.emplace_back(row_table::log, base + 1);
  auto text = detail::text_of(detail::write_header(header), 0);
  const auto checksum = row_checksum(row_table::header, 0, text);
  changes.put.push_back({row_table::header, 0, std::move(text), checksum});
  in.commit(changes);
  return {before, base};
}

} // namespace libsync::journal_tool
