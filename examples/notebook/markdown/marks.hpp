#pragma once

/// The marks around what is written to a file.

#include <string>
#include <string_view>

#include "notebook/markdown/pieces.hpp"
#include "notebook/model/frame.hpp"

namespace notebook_example {

/// A piece of a notebook that is to be written.
struct wanted {
  piece::kind what = piece::kind::text;
  /// A section or a cell; empty for the title.
  id key;
  const notebook_example::frame* frame = nullptr;
  /// The name, or the source, as the notebook has it.
  std::string_view content;
  /// The number of the section from which a section branches off, counted from 1; 0 is none.
  std::size_t parent = 0;
};

/// The parts of a piece, as they are written.
struct marked {
  std::string_view above;
  std::string opener;
  std::string content;
  std::string closer;
  std::string branch;
  std::string_view below;
};

/// Returns a piece in the marks that it had or, if it is new, in those that are usual.
marked in_own_marks(const wanted& what, line_end usual);

/// Returns a piece in marks that will do for any name and any source: a heading that begins with
/// marks, a fence that is long enough, or a border.
marked in_safe_marks(const wanted& what, line_end usual);

} // namespace notebook_example
