#include "libsync/sqlite/detail/statement.hpp"

#include <new>

#include <sqlite3.h>

namespace libsync::detail::sqlite {

statement::statement(database& in, std::string_view sql) : database_{in} {
  const int code = sqlite3_prepare_v3(in.handle(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &handle_, nullptr);
  if (code != SQLITE_OK)
    in.fail(code, false);
}

statement::~statement() {
  sqlite3_finalize(handle_);
}

bool statement::step() {
  const bool commits = !database_.in_transaction() && sqlite3_stmt_readonly(handle_) == 0;
  const int code = sqlite3_step(handle_);
  if (code == SQLITE_ROW)
    return true;
  // The message is of the step, so it is kept before the statement is reset.
  if (code != SQLITE_DONE) {
    struct at_end {
      ~at_end() { ended.reset(); }
      statement& ended;
    } reset_at_end{*this};
    database_.fail(code, commits);
  }
  reset();
  return false;
}

void statement::reset() noexcept {
  sqlite3_reset(handle_);
}

std::int64_t statement::integer(int column) const noexcept {
  return sqlite3_column_int64(handle_, column);
}

std::string_view statement::text(int column) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(handle_, column));
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(handle_, column));
  if (bytes == nullptr && sqlite3_errcode(database_.handle()) == SQLITE_NOMEM)
    throw std::bad_alloc{};
  return bytes == nullptr ? std::string_view{} : std::string_view{bytes, size};
}

bool statement::is_null(int column) const noexcept {
  return sqlite3_column_type(handle_, column) == SQLITE_NULL;
}

void statement::bind(int place, std::nullptr_t) {
  check_bound(sqlite3_bind_null(handle_, place));
}

void statement::bind(int place, std::string_view text) {
  const auto* bytes = text.data() == nullptr ? "" : text.data();
  check_bound(
      sqlite3_bind_text64(handle_, place, bytes, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
}

void statement::bind_integer(int place, std::int64_t number) {
  check_bound(sqlite3_bind_int64(handle_, place, number));
}

void statement::check_bound(int code) const {
  if (code != SQLITE_OK)
    database_.fail(code, false);
}

} // namespace libsync::detail::sqlite
