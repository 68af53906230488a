#pragma once

/// The language of a code cell, which stands behind the marks of its fence.

#include <string>
#include <string_view>

#include "notebook/model/frame.hpp"

#include "libsync/libsync.hpp"

namespace notebook_example {

/// Returns all that the line of a fence says behind its marks; empty if it says nothing.
std::string_view info_of(std::string_view opener) noexcept;

/// Returns the first word of that, which is the language.
std::string_view language_of(std::string_view opener) noexcept;

/// Refuses what a fence would read as more than one word, or as something else.
libsync::outcome check_language(std::string_view language);

/// Changes the language alone. What else the fence says stays, unless there is no language. A cell
/// that is in no file yet gets a fence.
void set_language(frame& around, std::string_view language, line_end usual);

} // namespace notebook_example
