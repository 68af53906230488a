#include "libsync/sqlite/journal.hpp"

#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "libsync/sqlite/detail/database.hpp"
#include "libsync/sqlite/detail/journal_format.hpp"
#include "libsync/sqlite/detail/statement.hpp"
#include "libsync/sqlite/detail/unfinished.hpp"

namespace libsync {

namespace {

using detail::sqlite::database;
using detail::sqlite::statement;
using detail::sqlite::transaction;

constexpr row_table tables[] = {row_table::header,  row_table::log,    row_table::data,
                                row_table::clients, row_table::timers, row_table::effects};

std::string make_tables() {
  std::string sql;
  for (const auto table : tables)
    sql += std::string{"CREATE TABLE "} + name_of(table) +
           " (key INTEGER PRIMARY KEY, text TEXT NOT NULL, checksum INTEGER NOT NULL);";
  return sql;
}

class sqlite_rows final : public row_store {
public:
  sqlite_rows(std::string file, const sqlite_rows_options& how)
      : file_(std::move(file)), how_(how) {
    const auto& in = open();
    if (how_.read_only)
      return;
    const auto tail = in.find_dropped();
    dropped_ = {detail::sqlite::words_for(tail, file_), tail.was_whole()};
  }

  void commit(const row_changes& changes) override {
    auto& in = open();
    try {
      transaction all{in};
      write(in, changes);
      all.commit();
    } catch (const storage_error& error) {
      if (!error.wrote_nothing())
        in_.reset(); // this connection no longer shows what may be there
      throw;
    }
  }

  void read_from(row_table table, std::uint64_t first, const row_visitor& visit) override {
    read(table, " WHERE key >= ? ORDER BY key", first, visit);
  }

  void read_down(row_table table, std::uint64_t last, const row_visitor& visit) override {
    read(table, " WHERE key <= ? ORDER BY key DESC", last, visit);
  }

  [[nodiscard]] std::string place() const override { return file_; }
  [[nodiscard]] dropped_end dropped() const override { return dropped_; }

private:
  static void write(database& in, const row_changes& changes) {
    for (const auto table : changes.clear)
      in.execute(std::string{"DELETE FROM "} + name_of(table));
    for (const auto& [table, key] : changes.erase_below)
      statement{in, std::string{"DELETE FROM "} + name_of(table) + " WHERE key < ?"}.run(
          number(key));
    for (const auto& [table, key] : changes.erase)
      statement{in, std::string{"DELETE FROM "} + name_of(table) + " WHERE key = ?"}.run(
          number(key));
    std::optional<statement> put;
    const row_table* of = nullptr;
    for (const auto& row : changes.put) {
      if (of == nullptr || *of != row.table)
        put.emplace(in, std::string{"INSERT OR REPLACE INTO "} + name_of(row.table) +
                            " VALUES (?, ?, ?)");
      of = &row.table;
      put->run(number(row.key), std::string_view{row.text}, row.checksum);
    }
  }

  void read(row_table table, const char* which, std::uint64_t key, const row_visitor& visit) {
    auto& in = open();
    statement all{in, std::string{"SELECT key, text, checksum FROM "} + name_of(table) + which};
    for (all.start(number(key)); all.step();) {
      const stored_row row{table, static_cast<std::uint64_t>(all.integer(0)),
                           std::string{all.text(1)}, static_cast<std::uint32_t>(all.integer(2))};
      if (!visit(row))
        return;
    }
  }

  // No key is greater than the greatest of SQLite's integers.
  static std::int64_t number(std::uint64_t key) {
    constexpr auto greatest = std::numeric_limits<std::int64_t>::max();
    return key > static_cast<std::uint64_t>(greatest) ? greatest : static_cast<std::int64_t>(key);
  }

  database& open() {
    if (!in_)
      in_.emplace(file_, detail::sqlite::journal_format(),
                  detail::sqlite::database_options{.create = !how_.must_exist,
                                                   .read_only = how_.read_only,
                                                   .exclusive = !how_.read_only,
                                                   .synced = how_.synced,
                                                   .wait = how_.wait,
                                                   .file_system = how_.file_system});
    return *in_;
  }

  const std::string file_;
  const sqlite_rows_options how_;
  std::optional<database> in_;
  dropped_end dropped_;
};

} // namespace

detail::sqlite::file_format detail::sqlite::journal_format() {
  return {.name = "journal",
          .application_id = 0x6c73'796a, // "lsyj"
          .version = 1,
          .schema = make_tables()};
}

std::unique_ptr<row_store> open_sqlite_rows(const std::string& file,
                                            const sqlite_rows_options& how) {
  return std::make_unique<sqlite_rows>(file, how);
}

} // namespace libsync
