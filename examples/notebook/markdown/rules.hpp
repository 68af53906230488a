#pragma once

/// What headings and fences mean in a file.

#include <cstddef>
#include <string_view>

#include "notebook/markdown/blocks.hpp"
#include "notebook/markdown/comments.hpp"

namespace notebook_example {

class borders;

/// Says which of the blocks in a file begin a piece.
struct rules {
  dialect is = dialect::markdown;
  /// Whether a title was found. In Markdown a further heading of the first level is text then.
  bool has_title = false;
  /// Whether all headings count as one level deeper. So Livebook takes a file that has several of
  /// the first level: these begin sections, and there is no title.
  bool is_lowered = false;
  /// Those of the whole file, if they are known.
  notebook_example::borders* borders = nullptr;

  [[nodiscard]] bool parts(int level) const noexcept {
    if (is_lowered)
      return level == 1;
    return level == 2 || (level == 1 && (is == dialect::livemd || !has_title));
  }
  [[nodiscard]] bool is_title(int level) const noexcept { return level == 1 && !is_lowered; }

  /// Whether an underline makes a heading of a paragraph of so many bytes, which begins the text.
  /// To Livebook that has one line.
  [[nodiscard]] bool is_heading(std::string_view text, std::size_t size) const {
    return !defines_link(text) && (is == dialect::markdown || size == first_line(text).size());
  }

  /// Whether the line of a fence begins a cell.
  [[nodiscard]] bool is_code(std::string_view fence) const {
    return is == dialect::markdown || is_run_by_livebook(fence);
  }
};

} // namespace notebook_example
