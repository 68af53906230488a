#pragma once

/// Which files hold journals.

#include "libsync/sqlite/detail/database.hpp"

namespace libsync::detail::sqlite {

/// Returns what the file of a journal is.
[[nodiscard]] file_format journal_format();

} // namespace libsync::detail::sqlite
