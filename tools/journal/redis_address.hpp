#pragma once

/// A journal in a Redis as the command line names it.

#include <string>

#include "libsync/redis/journal.hpp"

namespace libsync::journal_tool {

struct redis_address {
  std::string name;
  redis_rows_options how;
};

/// Reads what errors and servers call the place, with or without a user:
///
///     redis://HOST/NAME      redis://USER@HOST:PORT/NAME      redis://[::1]:6380/NAME
///     redis:///run/redis.sock/NAME
///
/// A path ends with the first part of it that is there and no directory; if none is, before the
/// last slash. Throws bad_address.
[[nodiscard]] redis_address read_redis_address(const std::string& words);

} // namespace libsync::journal_tool
