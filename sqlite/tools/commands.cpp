#include "commands.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <optional>
#include <utility>

#include "compact.hpp"
#include "info.hpp"
#include "libsync/json/rows.hpp"
#include "libsync/sqlite/detail/database.hpp"
#include "libsync/sqlite/detail/journal_format.hpp"
#include "libsync/sqlite/detail/unfinished.hpp"
#include "libsync/sqlite/journal.hpp"
#include "libsync/storage_error.hpp"
#include "transfer.hpp"
#include "verify.hpp"

namespace libsync::journal_tool {

namespace {

using detail::sqlite::database;
using detail::sqlite::find_unfinished_beside;
using detail::sqlite::unfinished;

/// A journal that is only read. Meanwhile no server can begin to write it.
class reading {
public:
  explicit reading(std::string file)
      : file_(std::move(file)), had_log_(bytes_of_log().value_or(0) != 0),
        unfinished_(find_unfinished_beside(file_)),
        rows_(open_sqlite_rows(file_, {.must_exist = true, .read_only = true})) {}
  reading(const reading&) = delete;
  reading& operator=(const reading&) = delete;

  // Who reads alone leaves empty files beside it, which SQLite removes for whoever may write.
  ~reading() {
    rows_.reset();
    if (had_log_ || bytes_of_log() != std::uintmax_t{0})
      return;
    try {
      const database tidy{file_, detail::sqlite::journal_format(), {.create = false, .wait = 0}};
    } catch (const std::exception&) {
      return; // they do no harm
    }
  }

  [[nodiscard]] row_store& rows() const noexcept { return *rows_; }
  [[nodiscard]] const unfinished& tail() const noexcept { return unfinished_; }

  [[nodiscard]] std::string check() const {
    return database{file_, detail::sqlite::journal_format(), {.create = false, .read_only = true}}
        .check();
  }

private:
  // Nothing if there is none.
  [[nodiscard]] std::optional<std::uintmax_t> bytes_of_log() const {
    std::error_code none;
    const auto size = std::filesystem::file_size(file_ + "-wal", none);
    return none ? std::nullopt : std::optional{size};
  }

  std::string file_;
  bool had_log_;
  unfinished unfinished_;
  std::unique_ptr<row_store> rows_;
};

void warn(const unfinished& tail, const std::string& file) {
  if (const auto said = detail::sqlite::words_for(tail, file); !said.empty())
    std::cerr << "libsync-journal: " << said << '\n';
}

[[noreturn]] void fail_of_system(const std::string& file, const std::string& what) {
  throw storage_error{storage_failure::io, file + ": " + what + ": " + std::strerror(errno)};
}

// A commit that is not whole was promised to nobody. But when each is synced, one that others
// follow was whole.
bool is_fault(const unfinished& tail, const findings& found) {
  return tail.header || (tail.commits > 1 && found.header && !found.header->relaxed);
}

void add_faults(const std::string& lines, const std::string& file, findings& to) {
  for (std::size_t at = 0; at < lines.size();) {
    const auto end = lines.find('\n', at);
    const auto line = lines.substr(at, end - at);
    to.faults.push_back(line.starts_with(file) ? line : file + ": " + line);
    at = end + 1;
  }
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

int show_info(const std::string& file) {
  const reading journal{file};
  std::cout << "file          " << file << ", " << std::filesystem::file_size(file) << " bytes\n";
  if (const auto said = words_for(journal.tail(), file); !said.empty())
    std::cout << "log           " << said << '\n';
  write_info(std::cout, journal.rows());
  return 0;
}

int show_log(const std::string& file, const log_choice& which) {
  const reading journal{file};
  warn(journal.tail(), file);
  write_log(std::cout, journal.rows(), which);
  return 0;
}

int verify_file(const std::string& file) {
  const reading journal{file};
  auto found = verify(journal.rows());
  add_faults(journal.check(), file, found);
  if (const auto said = words_for(journal.tail(), file); is_fault(journal.tail(), found))
    found.faults.push_back(said);
  else if (!said.empty())
    std::cout << said << '\n';
  write_findings(found);
  return found.faults.empty() ? 0 : 1;
}

int export_file(const std::string& file, const std::string& to) {
  const reading journal{file};
  warn(journal.tail(), file);
  if (to == "-") {
    export_rows(std::cout, journal.rows());
    return 0;
  }
  // The mode x fails if the file is there.
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> made{std::fopen(to.c_str(), "wx"),
                                                             &std::fclose};
  if (!made)
    fail_of_system(to, "it cannot be made");
  std::ofstream out{to, std::ios::binary};
  try {
    export_rows(out, journal.rows());
    if (!out || !out.flush())
      throw storage_error{storage_failure::io,
                          to + ": it cannot be written" + why_not_written(out)};
  } catch (...) {
    std::filesystem::remove(to);
    throw;
  }
  return 0;
}

int import_file(const std::string& file, const std::string& from) {
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
  import_rows(std::move(rows), *open_sqlite_rows(file));
  std::cout << count << " rows\n";
  return 0;
}

int compact_file(const std::string& file, std::uint64_t keep) {
  warn(find_unfinished_beside(file), file);
  const auto before = std::filesystem::exists(file) ? std::filesystem::file_size(file) : 0;
  const auto done = compact(*open_sqlite_rows(file, {.must_exist = true}), keep);
  {
    database shrinks{file, detail::sqlite::journal_format(), {.create = false, .exclusive = true}};
    shrinks.execute("VACUUM");
  }
  std::cout << "readable from version " << done.after << " on, before from version " << done.before
            << " on\n"
            << std::filesystem::file_size(file) << " bytes, before " << before << " bytes\n";
  return 0;
}

} // namespace libsync::journal_tool
