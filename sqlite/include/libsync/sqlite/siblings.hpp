#pragma once

/// Siblings of stateboxes in a file of SQLite's.

#include <memory>
#include <string>
#include <vector>

#include "libsync/json/sibling_rows.hpp"

namespace libsync {

struct sqlite_siblings_options {
  /// Whether each change is on the disk when its call returns. Otherwise the last ones may be lost
  /// when the machine stops, but not when the process does.
  bool synced = true;
  /// How long a call waits, in milliseconds, while other connections write.
  int wait = 5'000;
  /// The name of one of SQLite's file systems (VFS); the empty one is the system's.
  std::string file_system = {};
};

/// A connection to a file of siblings (sibling_rows.hpp), which is made if it does not exist. Any
/// number of connections and processes may use a file at the same time. The file must lie on a disk
/// of the machine, not in a network. Errors are a storage_error, which names the file.
///
///     auto store = libsync::open_siblings<cart>(libsync::sqlite_siblings{"carts.db"});
///
/// After an error that is not `wrote_nothing()`, the next call opens the file again, and so shows
/// what is there. One thread at a time may use a connection. Do not use it on the other side of a
/// `fork`, but open another one.
class sqlite_siblings {
public:
  explicit sqlite_siblings(const std::string& file, sqlite_siblings_options options = {});
  sqlite_siblings(sqlite_siblings&&) noexcept;
  sqlite_siblings& operator=(sqlite_siblings&&) noexcept;
  ~sqlite_siblings();

  [[nodiscard]] const std::string& place() const noexcept;
  [[nodiscard]] std::vector<std::string> keys();
  [[nodiscard]] std::vector<sibling_row> read(const std::string& key);
  bool replace(const std::string& key, const sibling_ids& read, const sibling_row* added);
  void put_beside(const std::string& key, const sibling_ids& merged, const sibling_row& added);

private:
  struct file;
  std::unique_ptr<file> file_;
};

static_assert(sibling_rows<sqlite_siblings>);

} // namespace libsync
