#pragma once

/// Journals in files of SQLite's.

#include <memory>
#include <string>

#include "libsync/json/journal.hpp"
#include "libsync/json/journal_settings.hpp"
#include "libsync/json/rows.hpp"
#include "libsync/json/stored_past.hpp"
#include "libsync/stored_state.hpp"

namespace libsync {

struct sqlite_rows_options {
  /// A file that is not there is an error.
  bool must_exist = false;
  /// Nothing is written, and others may read it at the same time.
  bool read_only = false;
  /// Each commit is on the disk when it returns.
  bool synced = true;
  /// How long to wait, in milliseconds, for another who has the file.
  int wait = 2'000;
  /// The name of one of SQLite's file systems; the empty one is the system's.
  std::string file_system = {};
};

/// Opens a file as a store of rows, and makes it if it is not there. Unless it is read only, nobody
/// else may open it meanwhile. Throws storage_error.
[[nodiscard]] std::unique_ptr<row_store> open_sqlite_rows(const std::string& file,
                                                          const sqlite_rows_options& how = {});

/// A journal in a file, with the files FILE-wal and FILE-shm beside it while a server has it. One
/// server at a time: for another one it is locked.
///
///     libsync::spawn_server(runtime, auction{}, {.journal =
///     libsync::sqlite_journal{"auction.db"}});
struct sqlite_journal {
  std::string file;
  durability level = durability::synced;
  journal_settings settings = {};
  /// How long to wait, in milliseconds, for another server that has the file, such as one that ends
  /// just now.
  int wait = 2'000;
  /// The name of one of SQLite's file systems; the empty one is the system's.
  std::string file_system = {};

  /// Throws storage_error.
  template <class Data>
  [[nodiscard]] std::unique_ptr<any_journal<Data>> open() const {
    return std::make_unique<rows_journal<Data>>(
        open_sqlite_rows(
            file,
            {.synced = level == durability::synced, .wait = wait, .file_system = file_system}),
        settings, level);
  }

  /// Opens what is there for reading, while no server has it. Throws storage_error.
  template <class Data>
  [[nodiscard]] stored_past<Data> open_past() const {
    return {open_sqlite_rows(
                file,
                {.must_exist = true, .read_only = true, .wait = wait, .file_system = file_system}),
            settings};
  }
};

} // namespace libsync
