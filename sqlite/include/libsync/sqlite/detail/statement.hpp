#pragma once

/// A statement of SQL that is compiled once and run often.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "libsync/sqlite/detail/database.hpp"

struct sqlite3_stmt;

namespace libsync::detail::sqlite {

/// All errors are a storage_error that names the file. Rows are read like this:
///
///     statement read{db, "SELECT id, text FROM rows WHERE key = ?"};
///     for (read.start(key); read.step();)
///       use(read.integer(0), read.text(1));
///     read.reset();
class statement {
public:
  statement(database& in, std::string_view sql);
  statement(const statement&) = delete;
  statement& operator=(const statement&) = delete;
  ~statement();

  /// Begins anew, with a value for each `?`: an integer, a text, which is copied, or nullptr.
  template <class... Values>
  void start(const Values&... values) {
    reset();
    int place = 0;
    (bind(++place, values), ...);
  }

  /// Goes on to the next row; false if there is none, and then it has been reset. It has as soon
  /// as it fails, too.
  bool step();

  /// Runs to its end.
  template <class... Values>
  void run(const Values&... values) {
    start(values...);
    while (step())
      continue;
  }

  /// Ends it, so that it no longer holds a version of the file for reading.
  void reset() noexcept;

  /// Columns of the present row, from 0. A text is there until the next call of `step`, `start` or
  /// `reset`, and may hold any bytes.
  [[nodiscard]] std::int64_t integer(int column) const noexcept;
  [[nodiscard]] std::string_view text(int column) const;
  [[nodiscard]] bool is_null(int column) const noexcept;

  /// Places of values, from 1. A value stays until another one is bound.
  void bind(int place, std::nullptr_t);
  void bind(int place, std::string_view text);
  void bind(int place, std::integral auto number) {
    bind_integer(place, static_cast<std::int64_t>(number));
  }

private:
  void bind_integer(int place, std::int64_t number);
  void check_bound(int code) const;

  database& database_;
  sqlite3_stmt* handle_ = nullptr;
};

} // namespace libsync::detail::sqlite
