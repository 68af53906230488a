#pragma once

/// A Markdown file as a row of pieces, which are its bytes, one after the other.

#include <cstddef>
#include <string>
#include <string_view>

#include "notebook/markdown/rules.hpp"

namespace notebook_example {

/// A title, a section's heading or a cell, in its parts, which follow one another in the file.
struct piece {
  enum class kind {
    title,
    section,
    code,
    text,
    /// Comments of other programs at the end, to which no piece follows.
    ending,
    /// A border without its other end.
    broken
  };

  kind what = kind::text;
  /// What is attached to it: comments, with the blank lines behind them.
  std::string_view above;
  /// What Livebook says in the last of these.
  std::string_view object;
  /// The comment that says what wrote the code.
  std::string_view smart;
  std::string_view opener;
  /// A name as the heading spells it, or a source, without its last line end.
  std::string_view content;
  std::string_view closer;
  /// What came of running the code.
  std::string_view outputs;
  /// The blank lines that follow.
  std::string_view below;

  /// Returns how many bytes the piece takes, without the blank lines that follow.
  [[nodiscard]] std::size_t size() const noexcept {
    return above.size() + smart.size() + opener.size() + content.size() + closer.size() +
           outputs.size();
  }
};

/// Returns what stands before the first piece: a byte order mark, and front matter or blank lines.
std::string_view front_of(std::string_view bytes);

/// What cannot be read, and what was expected there; thrown no further than `read_markdown`.
struct unreadable {
  std::string_view from;
  std::string expected;
};

/// Returns the piece at the beginning of what is left of a file, which is not empty. Throws
/// `unreadable` only if the rules know the borders of the file.
piece read_piece(std::string_view left, const rules& by);

} // namespace notebook_example
