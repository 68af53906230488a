#pragma once

/// Notebooks as Markdown.
///
/// `# ` on the first line that is not blank is the notebook's name, each `## ` begins a section, a
/// fenced block is a code cell, and text between is a cell of text. What Markdown cannot say stands
/// in comments: the section from which one branches off, and the borders of text that would be read
/// as something else, or would run into its neighbour.

#include <cstddef>
#include <string>
#include <string_view>

#include "notebook/markdown/layout.hpp"
#include "notebook/model/notebook.hpp"

#include "libsync/libsync.hpp"

namespace notebook_example {

/// A notebook with how it stands in its file.
struct document {
  notebook data;
  notebook_example::layout layout;
};

/// The largest file that is read, in bytes.
inline constexpr std::size_t largest_file = std::size_t{16} << 20;

/// Reads a file. Sections are named s1, s2, ... and cells c1, c2, ... Nothing is unsaved then. What
/// cannot be read is told as "LINE: what was expected".
libsync::result<document> read_markdown(std::string_view bytes);

/// What is to be written, and how it stands there.
struct written {
  std::string bytes;
  notebook_example::layout layout;
};

/// Writes a notebook. What is as `before` says, and stands where it stood, is the same bytes; so a
/// notebook that nobody has edited is the same file. Reading it gives the same names, sections and
/// cells in the same order.
written write_markdown(const notebook& data, const layout& before);

} // namespace notebook_example
