#pragma once

/// Texts in files of Livebook.

#include <string>
#include <string_view>

#include "notebook/markdown/rules.hpp"

namespace notebook_example {

/// Returns a text as a file of Livebook has to spell it: a comment says of each heading, code or
/// comment in it, which would begin something else there, that it is text. The file has only one
/// heading of the first level, so such a one in the text gets one level deeper, as Livebook lowers
/// headings.
std::string force_text(std::string_view text, const rules& by, std::string_view line_end);

/// Returns a text of which, moreover, nothing takes what follows: a block that is open is closed,
/// as Livebook does. It means the same whether the file's headings are lowered or not.
std::string close_text(std::string_view text, const rules& by, std::string_view line_end);

} // namespace notebook_example
