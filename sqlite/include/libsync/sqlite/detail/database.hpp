#pragma once

/// A database of SQLite's in one file, with a write-ahead log.

#include <cstdint>
#include <string>
#include <string_view>

#include "libsync/sqlite/detail/unfinished.hpp"
#include "libsync/storage_error.hpp"

struct sqlite3;
struct sqlite3_file;

namespace libsync::detail::sqlite {

/// What a file is, so that no other one is taken for it.
struct file_format {
  /// What it is called in errors, such as "store of siblings".
  std::string name;
  /// SQLite's `application_id`; not 0.
  std::int32_t application_id = 0;
  /// The newest form that this program knows, kept in SQLite's `user_version`; at least 1.
  std::int32_t version = 1;
  /// The statements that make the tables of a new file.
  std::string schema;
};

struct database_options {
  /// Whether a file that does not exist, or is empty, is made. Otherwise it is an error.
  bool create = true;
  /// Then nothing is made or written.
  bool read_only = false;
  /// Whether nobody else may read or write it as long as it is open.
  bool exclusive = false;
  /// Whether each commit is on the disk when it returns. Otherwise the last ones may be lost when
  /// the machine stops, but not when the process does; and none without those after it.
  bool synced = true;
  /// How long a call waits, in milliseconds, for somebody else who writes.
  int wait = 5'000;
  /// The name of one of SQLite's file systems; the empty one is the system's.
  std::string file_system = {};
};

/// Opens a file, and makes it if it is not there or empty. What was made for something else, or in
/// a later form, is refused and left as it is, to the byte. Closed when destroyed.
///
/// All errors are a storage_error, which names the file. A failed statement outside of a
/// transaction has changed nothing, unless `wrote_nothing` is false. Then the file must be closed
/// and opened again to tell, because this connection no longer shows what it may have committed.
///
/// One thread at a time may use it, with its statements and transactions, which end before it does.
class database {
public:
  database(const std::string& file, file_format format, database_options options = {});
  database(const database&) = delete;
  database& operator=(const database&) = delete;
  ~database();

  /// Runs statements that have no result, or whose result is of no interest.
  void execute(const std::string& sql);

  /// Returns the first column of the first row; 0 if there is none.
  [[nodiscard]] std::int64_t integer(std::string_view sql);

  /// Returns the form of the file, at most that of `file_format`. Of a file that was made here it
  /// is the newest; an older one is for the caller to upgrade, in a transaction.
  [[nodiscard]] std::int32_t version();

  /// Whether a transaction has begun, and not ended.
  [[nodiscard]] bool in_transaction() const noexcept;

  /// Returns how many rows the last statement has inserted, changed or erased.
  [[nodiscard]] std::int64_t changed_rows() const noexcept;
  /// Returns the row id that was inserted last.
  [[nodiscard]] std::int64_t last_row() const noexcept;

  /// Brings the log's pages into the file, as far as no reader is in the way, and begins the log
  /// anew. SQLite does so by itself too, when the log has 1,000 pages.
  void checkpoint();

  /// Returns what is wrong with the file as a whole, one fault a line; empty if nothing is.
  [[nodiscard]] std::string check();

  /// Returns what SQLite has dropped of the log that it found. Only before anything is committed.
  [[nodiscard]] unfinished find_dropped() const;

  /// Returns what SQLite said last.
  [[nodiscard]] std::string last_error() const;

  [[nodiscard]] const std::string& file() const noexcept { return file_; }

  /// Throws what the code of SQLite's means. `commits` is whether what failed may have been a
  /// commit.
  [[noreturn]] void fail(int code, bool commits) const;

  /// For statements and tests.
  [[nodiscard]] sqlite3* handle() const noexcept { return handle_; }

private:
  void open();
  void recognize();
  void keep_log();
  void make();
  [[nodiscard]] bool is_new();
  [[nodiscard]] int system_error() const;
  [[nodiscard]] sqlite3_file* log() const;

  std::string file_;
  file_format format_;
  database_options options_;
  sqlite3* handle_ = nullptr;
};

/// A transaction that writes. It begins at once, so that it fails for locks here and not later, and
/// is rolled back when destroyed, unless it was committed.
class transaction {
public:
  explicit transaction(database& in) : database_{in} { database_.execute("BEGIN IMMEDIATE"); }
  transaction(const transaction&) = delete;
  transaction& operator=(const transaction&) = delete;
  ~transaction();

  void commit() { database_.execute("COMMIT"); }

private:
  database& database_;
};

} // namespace libsync::detail::sqlite
