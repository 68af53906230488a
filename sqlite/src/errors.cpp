#include "errors.hpp"

#include <cerrno>
#include <system_error>

#include <sqlite3.h>

namespace libsync::detail::sqlite {

namespace {

bool means_full(int system_error) {
  return system_error == ENOSPC || system_error == EDQUOT || system_error == EFBIG;
}

bool means_read_only(int system_error) {
  return system_error == EACCES || system_error == EPERM || system_error == EROFS;
}

storage_failure kind_of(int code, int system_error) {
  switch (code & 0xff) {
  case SQLITE_FULL:
    return storage_failure::full;
  case SQLITE_IOERR:
    return means_full(system_error) ? storage_failure::full : storage_failure::io;
  case SQLITE_READONLY:
  case SQLITE_PERM:
  case SQLITE_AUTH:
    return storage_failure::read_only;
  case SQLITE_CANTOPEN:
    if (code == SQLITE_CANTOPEN_ISDIR || system_error == EISDIR)
      return storage_failure::foreign;
    return means_read_only(system_error) ? storage_failure::read_only
           : means_full(system_error)    ? storage_failure::full
                                         : storage_failure::other;
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
  case SQLITE_PROTOCOL:
    return storage_failure::locked;
  case SQLITE_NOTADB:
    return storage_failure::foreign;
  case SQLITE_CORRUPT:
    return storage_failure::damaged;
  default:
    return storage_failure::other;
  }
}

const char* words_for(storage_failure kind, int code) {
  switch (kind) {
  case storage_failure::full:
    return "there is no room for it to grow";
  case storage_failure::read_only:
    return "it may not be written, or its directory may not";
  case storage_failure::locked:
    return "somebody else has locked it";
  case storage_failure::foreign:
    return code == SQLITE_NOTADB ? "it is no database of SQLite's" : "it is a directory";
  case storage_failure::damaged:
    return "it is damaged";
  case storage_failure::io:
    return "the system cannot read or write it";
  case storage_failure::contended: // which is no failure of SQLite's
  case storage_failure::other:
    return (code & 0xff) == SQLITE_CANTOPEN ? "it cannot be opened" : "SQLite fails";
  }
  return "SQLite fails";
}

// These are met before the log's frame that commits is written whole. (A disk may be full behind
// that frame only where SQLite fills up sectors, which it does not on a system's own files.) After
// a failed write or sync of that frame it may be in the file all the same.
bool surely_wrote_nothing(int code, storage_failure kind) {
  switch (code & 0xff) {
  case SQLITE_FULL:
  case SQLITE_READONLY:
  case SQLITE_PERM:
  case SQLITE_AUTH:
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
  case SQLITE_PROTOCOL:
  case SQLITE_NOTADB:
  case SQLITE_CORRUPT:
  case SQLITE_CONSTRAINT:
  case SQLITE_ERROR:
  case SQLITE_MISMATCH:
  case SQLITE_TOOBIG:
    return true;
  default:
    return code == SQLITE_IOERR_WRITE && kind == storage_failure::full;
  }
}

} // namespace

storage_error explain(const std::string& file, int code, int system_error, const std::string& said,
                      bool commits) {
  const auto kind = kind_of(code, system_error);
  auto text = file + ": " + words_for(kind, code) + " (SQLite: " + said;
  const auto primary = code & 0xff;
  if ((primary == SQLITE_IOERR || primary == SQLITE_CANTOPEN) && system_error != 0)
    text += "; the system: " + std::generic_category().message(system_error);
  text += "; code " + std::to_string(code) + ')';
  return {kind, text, !commits || surely_wrote_nothing(code, kind)};
}

} // namespace libsync::detail::sqlite
