#pragma once

/// How a journal is kept, wherever it is.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace libsync {

/// What a stored value is.
enum class stored_kind { data, operation, effect, identity };

/// A value that was stored for an earlier form of the program's types.
struct stored_value {
  stored_kind kind = stored_kind::data;
  /// The name of the form in which it was written: `journal_settings::schema` of then.
  std::string schema;
  /// The value, as JSON.
  std::string text;
  /// Why it cannot be read as it is; empty if that was not tried, because the schema is another.
  std::string why;
};

struct journal_settings {
  /// The name of the form of data, operations, effects and identities. Give it another one when
  /// what is stored can no longer be read as it is, or means something else.
  std::string schema = "1";
  /// Returns a value of an earlier form as JSON text of the present one. It is called with each
  /// value that was stored under another `schema`, or cannot be read. If it throws, or there is no
  /// such function, the journal is refused, with the name of the row; nothing is skipped, and the
  /// journal stays as it is.
  std::function<std::string(const stored_value&)> upgrade = {};
  /// The data are stored again after so many versions, unless the log since the last time is
  /// shorter than they are. A server that starts applies the log since then.
  std::uint64_t data_every = 100'000;
  /// So many of the newest versions stay, at least, for those who go back in time. Older ones go
  /// when the data are stored.
  std::uint64_t keep = 100'000;
  /// Of the clients that did not come while the last server ran, so many are remembered, the latest
  /// ones. A client that is forgotten is told "unknown" of what it has not heard.
  std::size_t clients = 1'024;
};

} // namespace libsync
