#pragma once

/// Journals in a Redis.

#include <memory>
#include <string>

#include "libsync/json/journal.hpp"
#include "libsync/json/journal_settings.hpp"
#include "libsync/json/rows.hpp"
#include "libsync/json/stored_past.hpp"
#include "libsync/stored_state.hpp"

namespace libsync {

struct redis_rows_options {
  std::string host = "127.0.0.1";
  int port = 6'379;
  std::string socket = {};
  std::string user = {};
  std::string password = {};
  /// A journal that is not there is an error.
  bool must_exist = false;
  /// Nothing is written, not even a lock.
  bool read_only = false;
  /// Each commit is on Redis's disk when it returns. A Redis that is not told to do so is refused.
  bool synced = true;
  int timeout = 5'000;
  int wait = 15'000;
  int hold = 10'000;
};

/// Opens a store of rows in a Redis, below a name. Unless it is read only, nobody else may open it
/// meanwhile: it holds a lock, which a thread of its own renews. If another store has
/// taken the journal all the same, each further commit fails with `locked`, and what is read is
/// that store's. If Redis has lost what was committed last, each further call fails with `damaged`.
/// Throws storage_error.
[[nodiscard]] std::unique_ptr<row_store> open_redis_rows(const std::string& name,
                                                         const redis_rows_options& how = {});

/// A journal in a Redis. One server at a time: for another one it is locked.
///
///     libsync::spawn_server(runtime, auction{}, {.journal = libsync::redis_journal{"auction"}});
///
/// Its keys begin with `libsync:journal:{NAME}`.
struct redis_journal {
  std::string name;
  std::string host = "127.0.0.1";
  int port = 6'379;
  durability level = durability::synced;
  journal_settings settings = {};
  /// The path of a socket of the file system, in place of host and port.
  std::string socket = {};
  /// Whom Redis knows; empty where it does not ask.
  std::string user = {};
  std::string password = {};
  /// How long to wait, in milliseconds, for a connection, and then for each answer; at least 1. A
  /// server refuses what it cannot write after three times that, at most.
  int timeout = 5'000;
  /// How long to wait, in milliseconds, for another server that has the journal. Give it more than
  /// `hold`, so that a server can go on where one was killed.
  int wait = 15'000;
  /// How long, in milliseconds, the journal stays locked when its server was killed or cannot reach
  /// Redis; at least 30. A server that lives renews the lock three times as often.
  int hold = 10'000;

  /// Throws storage_error.
  template <class Data>
  [[nodiscard]] std::unique_ptr<any_journal<Data>> open() const {
    return std::make_unique<rows_journal<Data>>(open_rows(false), settings, level);
  }

  /// Opens what is there for reading, while no server has it. Throws storage_error, also later if a
  /// server has begun to write there.
  template <class Data>
  [[nodiscard]] stored_past<Data> open_past() const {
    return {open_rows(true), settings};
  }

private:
  [[nodiscard]] std::unique_ptr<row_store> open_rows(bool read_only) const;
};

} // namespace libsync
