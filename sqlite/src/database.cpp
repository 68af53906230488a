#include "libsync/sqlite/detail/database.hpp"

#include <span>
#include <utility>

#include <sqlite3.h>

#include "errors.hpp"
#include "libsync/sqlite/detail/statement.hpp"

namespace libsync::detail::sqlite {

database::database(const std::string& file, file_format format, database_options options)
    : file_{file}, format_{std::move(format)}, options_{std::move(options)} {
  try {
    open();
    recognize();
  } catch (...) {
    sqlite3_close(handle_);
    throw;
  }
}

database::~database() {
  sqlite3_close(handle_);
}

void database::open() {
  if (file_.empty())
    throw storage_error{storage_failure::other, "a " + format_.name + " needs a file's name"};
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  flags |= options_.read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
  if (options_.create && !options_.read_only)
    flags |= SQLITE_OPEN_CREATE;
  const auto* files = options_.file_system.empty() ? nullptr : options_.file_system.c_str();
  if (const int code = sqlite3_open_v2(file_.c_str(), &handle_, flags, files); code != SQLITE_OK) {
    if (handle_ == nullptr)
      throw explain(file_, code, 0, sqlite3_errstr(code), false);
    fail(code, false);
  }
  sqlite3_busy_timeout(handle_, options_.wait);
  // SQLite opens what it may not write for reading alone, and says nothing.
  if (!options_.read_only && sqlite3_db_readonly(handle_, "main") == 1)
    throw explain(file_, SQLITE_READONLY, 0, sqlite3_errstr(SQLITE_READONLY), false);
  if (options_.exclusive)
    execute("PRAGMA locking_mode = EXCLUSIVE");
  execute("PRAGMA trusted_schema = OFF");
}

bool database::is_new() {
  return integer("PRAGMA application_id") == 0 && integer("PRAGMA user_version") == 0 &&
         integer("SELECT count(*) FROM sqlite_schema") == 0;
}

// A file of somebody else's is only read before it is refused.
void database::recognize() {
  const auto is = file_ + ": it is ";
  if (is_new()) {
    if (!options_.create || options_.read_only)
      throw storage_error{storage_failure::foreign, is + "empty, expected a " + format_.name};
  } else if (const auto id = integer("PRAGMA application_id"); id != format_.application_id) {
    throw storage_error{storage_failure::foreign, is + "no " + format_.name +
                                                      ": its application id is " +
                                                      std::to_string(id) + ", expected " +
                                                      std::to_string(format_.application_id)};
  } else if (version() > format_.version || version() < 1) {
    throw storage_error{storage_failure::foreign,
                        is + "a " + format_.name + " of form " + std::to_string(version()) +
                            ", and this program knows 1 to " + std::to_string(format_.version)};
  }
  if (options_.read_only)
    return;
  keep_log();
  execute(options_.synced ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
  // So that what cannot be written, or is locked, is found now.
  transaction first{*this};
  if (is_new())
    make();
  first.commit();
}

// SQLite waits for locks by itself, but not for this one, which two need who make one file.
void database::keep_log() {
  constexpr int pause = 5;
  for (int waited = 0;; waited += pause) {
    try {
      statement log{*this, "PRAGMA journal_mode = WAL"};
      log.start();
      if (!log.step() || log.text(0) != "wal")
        throw storage_error{storage_failure::other, file_ + ": SQLite keeps no log for it"};
      return;
    } catch (const storage_error& error) {
      if (error.kind() != storage_failure::locked || waited >= options_.wait)
        throw;
    }
    sqlite3_sleep(pause);
  }
}

void database::make() {
  execute(format_.schema);
  execute("PRAGMA application_id = " + std::to_string(format_.application_id));
  execute("PRAGMA user_version = " + std::to_string(format_.version));
}

void database::execute(const std::string& sql) {
  // COMMIT commits, and so does what stands alone.
  const bool commits = in_transaction() ? sql.starts_with("COMMIT") : !sql.starts_with("BEGIN");
  if (const int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
      code != SQLITE_OK)
    fail(code, commits);
}

std::int64_t database::integer(std::string_view sql) {
  statement one{*this, sql};
  one.start();
  return one.step() ? one.integer(0) : 0;
}

std::int32_t database::version() {
  return static_cast<std::int32_t>(integer("PRAGMA user_version"));
}

bool database::in_transaction() const noexcept {
  return sqlite3_get_autocommit(handle_) == 0;
}

std::int64_t database::changed_rows() const noexcept {
  return sqlite3_changes64(handle_);
}

std::int64_t database::last_row() const noexcept {
  return sqlite3_last_insert_rowid(handle_);
}

void database::checkpoint() {
  const int code =
      sqlite3_wal_checkpoint_v2(handle_, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  if (code != SQLITE_OK)
    fail(code, false);
}

std::string database::check() {
  std::string faults;
  try {
    statement all{*this, "PRAGMA integrity_check"};
    for (all.start(); all.step();) {
      if (all.text(0) != "ok")
        faults.append(all.text(0)).append("\n");
    }
  } catch (const storage_error& error) {
    if (error.kind() != storage_failure::damaged)
      throw;
    faults.append(error.what()).append("\n");
  }
  return faults;
}

unfinished database::find_dropped() const {
  auto* const from = log();
  if (from == nullptr)
    return {};
  sqlite3_int64 size = 0;
  if (const int code = from->pMethods->xFileSize(from, &size); code != SQLITE_OK)
    fail(code, false);
  const auto read = [&](std::uint64_t place, std::span<char> into) {
    const int code = from->pMethods->xRead(from, into.data(), static_cast<int>(into.size()),
                                           static_cast<sqlite3_int64>(place));
    if (code != SQLITE_OK)
      fail(code, false);
  };
  return find_unfinished(log_bytes{static_cast<std::uint64_t>(size), read});
}

std::string database::last_error() const {
  return sqlite3_errmsg(handle_);
}

// Null if it is not open.
sqlite3_file* database::log() const {
  sqlite3_file* found = nullptr;
  sqlite3_file_control(handle_, "main", SQLITE_FCNTL_JOURNAL_POINTER, &found);
  return found == nullptr || found->pMethods == nullptr ? nullptr : found;
}

// SQLite keeps the system's error of a commit with the log alone.
int database::system_error() const {
  int error = sqlite3_system_errno(handle_);
  if (auto* const of = log(); error == 0 && of != nullptr)
    of->pMethods->xFileControl(of, SQLITE_FCNTL_LAST_ERRNO, &error);
  return error;
}

void database::fail(int code, bool commits) const {
  // The handle tells of what it failed at last; some codes come without.
  const bool of_handle = sqlite3_extended_errcode(handle_) == code;
  const auto* said = of_handle ? sqlite3_errmsg(handle_) : sqlite3_errstr(code);
  throw explain(file_, code, system_error(), said, commits);
}

transaction::~transaction() {
  // SQLite has rolled back by itself after some errors. If this fails, nothing is committed either:
  // the connection rolls back when it is closed.
  if (database_.in_transaction())
    sqlite3_exec(database_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

} // namespace libsync::detail::sqlite
