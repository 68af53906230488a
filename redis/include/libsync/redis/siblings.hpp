#pragma once

/// Siblings of stateboxes in a Redis.

#include <memory>
#include <string>
#include <vector>

#include "libsync/json/sibling_rows.hpp"

namespace libsync {

struct redis_siblings_options {
  std::string host = "127.0.0.1";
  int port = 6'379;
  /// The path of a socket of the file system, in place of host and port.
  std::string socket = {};
  /// Whom Redis knows; empty where it does not ask.
  std::string user = {};
  std::string password = {};
  /// Whether each change is on Redis's disk when its call returns. Then a Redis is refused that is
  /// not told to do so. Otherwise the last changes may be lost when Redis ends.
  bool synced = true;
  /// How long to wait, in milliseconds, for a connection, and then for each answer; at least 1.
  int timeout = 5'000;
};

/// A connection to siblings (sibling_rows.hpp) in a Redis, below a name. Any number of connections
/// and processes may use a name at the same time, on any machines. Errors are a storage_error,
/// which names `redis://host:port/NAME`.
///
///     auto store = libsync::open_siblings<cart>(libsync::redis_siblings{"carts"});
///
/// The siblings of a key are a hash, of the name `libsync:siblings:{NAME}/KEY`. After a break the
/// next call connects again. One thread at a time may use a connection. Do not use it on the other
/// side of a `fork`, but open another one.
class redis_siblings {
public:
  explicit redis_siblings(const std::string& name, const redis_siblings_options& options = {});
  redis_siblings(redis_siblings&&) noexcept;
  redis_siblings& operator=(redis_siblings&&) noexcept;
  ~redis_siblings();

  [[nodiscard]] const std::string& place() const noexcept;
  [[nodiscard]] std::vector<std::string> keys();
  [[nodiscard]] std::vector<sibling_row> read(const std::string& key);
  bool replace(const std::string& key, const sibling_ids& read, const sibling_row* added);
  void put_beside(const std::string& key, const sibling_ids& merged, const sibling_row& added);

private:
  struct store;
  std::unique_ptr<store> store_;
};

static_assert(sibling_rows<redis_siblings>);

} // namespace libsync
