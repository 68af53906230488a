#pragma once

/// Comments that stand alone in their lines, and what Livebook says in them.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "notebook/markdown/lines.hpp"

namespace notebook_example {

/// What a file counts as, which its name tells.
enum class dialect {
  markdown,
  /// A file of Livebook: code in its languages alone is a cell, and a comment is text.
  livemd
};

inline constexpr std::string_view output_object = R"({"output":true})";
inline constexpr std::string_view break_object = R"({"break_markdown":true})";
inline constexpr std::string_view force_object = R"({"force_markdown":true})";

/// Returns how many bytes of blank lines stand at the beginning.
std::size_t blank_lines(std::string_view left);

/// A comment with nothing beside it, in its lines.
struct comment {
  std::size_t size = 0;
  /// Whether Livebook has written it, which means it for what follows, text too.
  bool is_of_livebook = false;
  /// The JSON object in it; empty if there is none.
  std::string_view object;

  [[nodiscard]] bool forces_text() const noexcept { return object == force_object; }
};

/// Returns the comment at the beginning of a line, if it ends and nothing stands behind it.
std::optional<comment> comment_at(std::string_view left);

/// How far comments and blank lines go, and how far those that any piece takes with it.
struct attachments {
  std::size_t all = 0;
  std::size_t of_any_piece = 0;
  /// Where the last comment begins, and the object in it.
  std::size_t last = 0;
  std::string_view object;
};

attachments attachments_at(std::string_view left);

/// Returns the value of a member of a JSON object, as it is written there; nothing if there is no
/// such member.
std::optional<std::string_view> json_member(std::string_view object, std::string_view name);

/// Returns the number of the section from which one with these comments above it branches off, as
/// Livebook counts: from 0, without the cells that set up the notebook.
std::optional<std::size_t> branch_in(std::string_view object);

/// Returns the comments above a section with another such number, or without one.
std::string with_branch(std::string_view above, std::optional<std::size_t> number,
                        std::string_view line_end);

/// Whether the last of these comments is Livebook's stamp, which says that nobody else has written
/// what stands before it.
bool ends_in_stamp(std::string_view comments);

/// Returns comments but for those that call an output what follows.
std::string without_output_marks(std::string_view above);

/// Whether the line of a fence names a language that Livebook runs, and nothing else: other code is
/// text to it.
bool is_run_by_livebook(std::string_view opener);

/// Returns how many bytes the outputs take that follow a cell of code.
std::size_t outputs_size(std::string_view left, dialect is);

} // namespace notebook_example
