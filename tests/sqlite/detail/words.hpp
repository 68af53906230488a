#pragma once

// A file of words.

#include <cstdint>
#include <optional>
#include <string>

#include "libsync/sqlite/detail/database.hpp"
#include "libsync/sqlite/detail/statement.hpp"

namespace words {

inline const libsync::detail::sqlite::file_format format{"list of words", 0x776f7264, 1,
                                                         "CREATE TABLE words (word TEXT NOT NULL)"};

inline void add(libsync::detail::sqlite::database& to, const std::string& word) {
  libsync::detail::sqlite::statement{to, "INSERT INTO words VALUES (?)"}.run(word);
}

inline std::string all(libsync::detail::sqlite::database& of) {
  std::string found;
  libsync::detail::sqlite::statement read{of, "SELECT word FROM words ORDER BY rowid"};
  for (read.start(); read.step();)
    found.append(found.empty() ? "" : " ").append(read.text(0));
  return found;
}

/// Returns the error of a call, which must fail.
template <class Call>
libsync::storage_error failure(Call call) {
  try {
    call();
  } catch (const libsync::storage_error& error) {
    return error;
  }
  return {libsync::storage_failure::other, "it did not fail"};
}

} // namespace words
