#pragma once

/// The marks around what is written to a file.

#include <cstddef>
#include <string>
#include <string_view>

#include "notebook/markdown/pieces.hpp"
#include "notebook/markdown/rules.hpp"
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
  /// Whether the source needs what `force_text` adds.
  bool is_forced = false;
  /// What is attached to it: as it stood, but for the number of a section's parent.
  std::string_view above;
};

/// The parts of a piece, as they are written.
struct marked {
  std::string above;
  std::string_view smart;
  std::string opener;
  std::string content;
  std::string closer;
  std::string_view outputs;
  std::string_view below;
};

/// How what is new stands in a file.
struct style {
  line_end usual_end = line_end::lf;
  notebook_example::rules rules{};
  /// Of code; may be empty.
  std::string_view language;
  /// The first number of a border.
  std::size_t border = 1;
};

/// Returns a piece in the marks that it had or, if it is new, in those that are usual.
marked in_own_marks(const wanted& what, const style& usual);

/// Returns a piece in marks that will do for any name and any source: a heading that begins with
/// marks, a fence that is long enough, or a border.
marked in_safe_marks(const wanted& what, const style& usual);

} // namespace notebook_example
