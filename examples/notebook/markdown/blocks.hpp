#pragma once

/// Which lines of Markdown begin or end a block, as CommonMark says.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "notebook/markdown/lines.hpp"

namespace notebook_example {

/// What a line is for the document. What stands in a list or a quotation, in a block of HTML, or
/// further down in a paragraph is `inside`, whatever it looks like.
enum class line_kind {
  blank,
  /// The first line of a paragraph.
  paragraph,
  /// A line of `=` or `-` that makes a heading of the paragraph above.
  underline,
  heading,
  fence,
  /// The first line of a block of HTML that begins with a comment.
  comment,
  inside
};

/// Whether a paragraph defines what links refer to: such lines are no heading.
bool defines_link(std::string_view paragraph);

/// Follows Markdown line by line, through its lists, quotations and blocks of HTML. It begins where
/// no block is open. Code whose fence it has returned is the caller's to pass over.
class block_scanner {
public:
  struct seen {
    line_kind what;
    /// Of a heading or an underline: 1 and up.
    int level = 0;
  };

  /// Returns what the next line is.
  seen next(std::string_view line);

  /// Whether a paragraph of the document is open.
  [[nodiscard]] bool in_paragraph() const noexcept {
    return open_.empty() && leaf_ == leaf::paragraph;
  }

  /// Returns the line that would close the block of the document that takes all lines to come, a
  /// fence or HTML; empty if none is open.
  [[nodiscard]] std::string closing() const;

private:
  class cursor;

  // A quotation, or an item of a list.
  struct container {
    bool is_quotation = false;
    // Columns of indentation of an item's lines.
    std::size_t indent = 0;
    bool is_empty = false;
  };
  // The block that takes whole lines, in the innermost container.
  enum class leaf { none, paragraph, fence, html, indented_code };

  seen follow(cursor& line);
  [[nodiscard]] std::size_t enter_open(cursor& line) const;
  std::optional<seen> continue_leaf(const cursor& line);
  std::optional<seen> open_blocks(cursor& line, std::size_t& inner);
  std::optional<seen> open_leaf(const cursor& line, bool interrupts, bool lazy, std::size_t inner);
  bool open_container(cursor& line, bool interrupts, std::size_t& inner);
  [[nodiscard]] seen at_depth(line_kind what, int level = 0) const {
    return open_.empty() ? seen{what, level} : seen{line_kind::inside};
  }
  void close_beyond(std::size_t entered) {
    open_.resize(entered);
    leaf_ = leaf::none;
  }

  std::vector<container> open_;
  leaf leaf_ = leaf::none;
  fence fence_;
  int html_ = 0;
};

} // namespace notebook_example
