#pragma once

/// How the pieces of a notebook stand in their Markdown file, so that what nobody edits is written
/// back as it was.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "notebook/model/operations.hpp"

#include "libsync/text.hpp"

namespace notebook_example {

/// What ends a line in a file. In a cell's source that is always "\n", one unit.
enum class line_end : char { lf, crlf, cr };

constexpr std::string_view bytes_of(line_end which) {
  return which == line_end::lf ? "\n" : which == line_end::crlf ? "\r\n" : "\r";
}

/// What stands around a title, a section's name or a cell's source, byte for byte. It belongs to
/// the piece: it moves with it, goes into the bin with it, and comes back with it.
struct frame {
  /// Counts the pieces of the file in their order; 0 is a piece that stands in no file yet.
  std::size_t number = 0;
  /// What is attached to it: comments, with the blank lines behind them.
  std::string above;
  /// The comment of Livebook that says what wrote the source; it is gone once somebody edits that.
  std::string smart;
  /// The marks of a heading, a fence with its language, or the border of a text.
  std::string opener;
  /// The name as the heading spells it; empty for a cell.
  std::string name;
  /// The end of a heading, the closing fence or the border, with the line ends before and behind.
  std::string closer;
  /// What came of running the code, in blocks of their own.
  std::string outputs;
  /// The blank lines that follow.
  std::string below;
  /// How each line of a source ends; empty if all end as most do in the file.
  std::vector<line_end> ends;

  /// Whether there are marks, as around all but a plain text, or a title or heading that is
  /// missing.
  [[nodiscard]] bool has_marks() const noexcept { return !opener.empty() || !closer.empty(); }

  friend bool operator==(const frame&, const frame&) = default;
};

/// What a file has beside its sections and cells.
struct sheet {
  /// How new lines end: as the first one does.
  line_end usual_end = line_end::lf;
  /// What stays at the beginning: a byte order mark, and front matter or blank lines.
  std::string front;
  frame title;
  /// The section or cell behind which the title stands; empty if it is the first piece.
  id title_follows;
  /// Whether the notebook's settings say that outputs are saved.
  bool persists_outputs = false;
  /// Whether its headings of the first level begin sections, as there are several: so Livebook
  /// takes them.
  bool is_lowered = false;
  /// What stays at the end: comments of other programs to which nothing follows.
  std::string ending;
  /// If the last of these is Livebook's stamp, a hash of the bytes before them, for which it holds.
  std::optional<std::size_t> stamped;

  friend bool operator==(const sheet&, const sheet&) = default;
};

/// Keeps the line ends of a source in step with a change of it; new lines end as is `usual`.
void change_ends(std::vector<line_end>& ends, const libsync::text& before,
                 const libsync::delta& change, line_end usual);

} // namespace notebook_example
