#pragma once

// What SQLite's codes mean, in words.

#include <string>

#include "libsync/storage_error.hpp"

namespace libsync::detail::sqlite {

/// `code` is an extended one, `system_error` an errno or 0, and `said` SQLite's own words.
/// `commits` is whether what failed may have been a commit.
[[nodiscard]] storage_error explain(const std::string& file, int code, int system_error,
                                    const std::string& said, bool commits);

} // namespace libsync::detail::sqlite
