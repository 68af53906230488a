#pragma once

/// Finding and replacing in the texts of cells.

#include <cstdint>
#include <string_view>
#include <vector>

#include "libsync/text.hpp"

namespace notebook_example {

/// Returns where `what` begins in a text, in UTF-16 code units, from left to right. Places do not
/// overlap. There are none of an empty text.
std::vector<std::uint64_t> find_all(std::string_view utf8, std::string_view what);

/// A delta that replaces each `what` by `with`; empty if there is none.
libsync::result<libsync::delta> replacement(std::string_view utf8, std::string_view what,
                                            std::string_view with);

} // namespace notebook_example
