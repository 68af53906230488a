#pragma once

// What the errors of Redis mean, in words.

#include <string>
#include <string_view>

#include "libsync/storage_error.hpp"

namespace libsync::detail::redis {

/// `said` are Redis's own words, which begin with a word for the kind of the error.
[[nodiscard]] storage_error explain(const std::string& place, std::string_view said,
                                    bool wrote_nothing);

} // namespace libsync::detail::redis
