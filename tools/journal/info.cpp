#include "info.hpp"

#include <cstdint>
#include <iomanip>
#include <string>

#include "libsync/json/detail/journal_header.hpp"
#include "libsync/json/detail/journal_reader.hpp"
#include "verify.hpp"

namespace libsync::journal_tool {

namespace {

template <class Value>
void write_fact(std::ostream& to, const char* name, const Value& value) {
  to << std::left << std::setw(14) << name << value << '\n';
}

void write_header(std::ostream& to, const detail::journal_header& header) {
  write_fact(to, "format", header.format);
  for (const auto& [after, name] : header.schemas)
    write_fact(to, "schema", name + ", after version " + std::to_string(after));
  write_fact(to, "epoch",
             std::to_string(static_cast<std::uint64_t>(header.epoch)) + ", begun with version " +
                 std::to_string(header.epoch_begin));
  write_fact(to, "version", header.version);
  write_fact(to, "readable from", "version " + std::to_string(header.log_after));
  write_fact(to, "newest data", "version " + std::to_string(header.data));
  write_fact(to, "level", header.relaxed ? "relaxed" : "synced");
  write_fact(to, "lives", header.lives);
  write_fact(to, "ended", header.clean ? "cleanly" : "not cleanly");
}

} // namespace

void write_info(std::ostream& to, row_store& in) {
  if (const auto header = detail::find_header(in))
    write_header(to, *header);
  else
    to << "new: nothing was written yet\n";
  to << '\n'
     << std::left << std::setw(14) << "table" << std::right << std::setw(12) << "rows"
     << std::setw(16) << "bytes" << '\n';
  for (const auto table : all_tables) {
    table_size size;
    in.read_from(table, 0, [&](const stored_row& row) {
      ++size.rows;
      size.bytes += row.text.size();
      return true;
    });
    to << std::left << std::setw(14) << name_of(table) << std::right << std::setw(12) << size.rows
       << std::setw(16) << size.bytes << '\n';
  }
}

} // namespace libsync::journal_tool
