#pragma once

/// Notebooks as Markdown.
///
/// The first heading of the first level is the notebook's name, each heading of the second begins a
/// section, a fenced block is a code cell, and text between is a cell of text. What a block is says
/// CommonMark: a fence in a list is text. Comments right above a heading or a fence belong to it.
/// What Markdown cannot say stands in comments: the section from which one branches off, as
/// Livebook says it, and the borders of text that would be read as something else, or would run
/// into its neighbour. Comments of Livebook mean what they mean there: outputs belong to the code
/// above them, and what is marked as text is text. In a file of the dialect `livemd` the sections
/// and cells are those that Livebook would open.

#include <cstddef>
#include <string>
#include <string_view>

#include "notebook/markdown/comments.hpp"
#include "notebook/model/notebook.hpp"

#include "libsync/libsync.hpp"

namespace notebook_example {

/// The largest file that is read, in bytes.
inline constexpr std::size_t largest_file = std::size_t{16} << 20;

/// Reads a file. Sections are named s1, s2, ... and cells c1, c2, ... Nothing is unsaved then. What
/// cannot be read is told as "LINE: what was expected".
libsync::result<notebook> read_markdown(std::string_view bytes, dialect is = dialect::markdown);

/// Writes a notebook. A piece that is in the file keeps its bytes, at another place too; of an
/// edited one the new name or source alone is written anew. Only what would then be read as
/// something else gets other marks. Reading it gives the same names, sections and cells in the same
/// order.
std::string write_markdown(const notebook& data, dialect is = dialect::markdown);

} // namespace notebook_example
