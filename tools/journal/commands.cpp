#include "commands.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <utility>

#include "compact.hpp"
#include "held_rows.hpp"
#include "info.hpp"
#include "libsync/json/detail/journal_header.hpp"
#include "libsync/json/detail/journal_reader.hpp"
#include "libsync/json/rows.hpp"
#include "libsync/storage_error.hpp"
#include "transfer.hpp"
#include "verify.hpp"

namespace libsync::journal_tool {

namespace {

void warn(const place& of) {
  if (const auto said = of.notice(); !said.empty())
    std::cerr << "libsync-journal: " << said << '\n';
}

[[noreturn]] void fail_of_system(const std::string& file, const std::string& what) {
  throw storage_error{storage_failure::io, file + ": " + what + ": " + std::strerror(errno)};
}

// What the header of an exported journal says.
durability level_of(const held_rows::rows& rows) {
  const auto found = rows.find({row_table::header, 0});
  if (found == rows.end())
    return durability::synced;
  held_rows header{"the header", {*found}};
  return detail::find_header(header)->relaxed ? durability::relaxed : durability::synced;
}

void write_findings(const findings& all) {
  for (const auto table : all_tables)
    if (const auto found = all.tables.find(table); found != all.tables.end())
      std::cout << name_of(table) << ": " << found->second.rows << " rows, " << found->second.bytes
                << " bytes\n";
  for (const auto& fault : all.faults)
    std::cout << fault << '\n';
  if (all.more_faults != 0)
    std::cout << "and " << all.more_faults << " more\n";
  if (all.faults.empty())
    std::cout << "ok\n";
}

} // namespace

std::string why_not_written(std::ostream& to) {
  to.clear();
  errno = 0;
  to.put('\n').flush();
  return errno == 0 ? std::string{} : std::string{": "} + std::strerror(errno);
}

int show_info(place& journal) {
  const auto rows = journal.read();
  journal.describe(std::cout);
  if (const auto said = journal.notice(); !said.empty())
    std::cout << "log           " << said << '\n';
  write_info(std::cout, *rows);
  return 0;
}

int show_log(place& journal, const log_choice& which) {
  const auto rows = journal.read();
  warn(journal);
  write_log(std::cout, *rows, which);
  return 0;
}

int verify_journal(place& journal) {
  const auto rows = journal.read();
  auto found = verify(*rows);
  journal.check(found);
  if (const auto said = journal.notice();
      !said.empty() && (found.faults.empty() || found.faults.back() != said))
    std::cout << said << '\n';
  write_findings(found);
  return found.faults.empty() ? 0 : 1;
}

int export_journal(place& journal, const std::string& to) {
  const auto rows = journal.read();
  warn(journal);
  if (to == "-") {
    export_rows(std::cout, *rows);
    return 0;
  }
  // The mode x fails if the file is there.
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> made{std::fopen(to.c_str(), "wx"),
                                                             &std::fclose};
  if (!made)
    fail_of_system(to, "it cannot be made");
  std::ofstream out{to, std::ios::binary};
  try {
    export_rows(out, *rows);
    if (!out || !out.flush())
      throw storage_error{storage_failure::io,
                          to + ": it cannot be written" + why_not_written(out)};
  } catch (...) {
    std::filesystem::remove(to);
    throw;
  }
  return 0;
}

int import_journal(place& journal, const std::string& from) {
  held_rows::rows rows;
  if (from == "-") {
    rows = read_export(std::cin, "standard input");
  } else {
    std::ifstream in{from, std::ios::binary};
    if (!in)
      fail_of_system(from, "it cannot be read");
    rows = read_export(in, from);
  }
  const auto count = rows.size();
  const auto into = journal.make(level_of(rows));
  import_rows(std::move(rows), *into);
  std::cout << count << " rows\n";
  return 0;
}

int compact_journal(place& journal, std::uint64_t keep) {
  warn(journal);
  const auto done = compact(*journal.change(), keep);
  std::cout << "readable from version " << done.after << " on, before from version " << done.before
            << " on\n";
  journal.shrink(std::cout);
  return 0;
}

} // namespace libsync::journal_tool
