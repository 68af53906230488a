#pragma once

/// Where blocks of HTML begin and end in Markdown.

#include <string_view>

namespace notebook_example {

/// Returns which of CommonMark's seven kinds of HTML blocks a line begins, 0 if none; blanks before
/// it are left out. 2 is a comment. The seventh cannot follow a line of a paragraph.
int html_begun_by(std::string_view line, bool follows_paragraph);

/// Returns what ends a block of one of the first five kinds; empty for the others, which end at a
/// blank line.
std::string_view html_end(int kind);

/// Whether a block of one of the first five kinds ends in this line. The others end at a blank one.
bool html_ends_in(std::string_view line, int kind);

} // namespace notebook_example
