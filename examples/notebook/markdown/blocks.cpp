// Following Markdown line by line, in the way of CommonMark's appendix on parsing.

#include "notebook/markdown/blocks.hpp"

#include <algorithm>

#include "notebook/markdown/html.hpp"

namespace notebook_example {

/// A place in a line: what is left from the first character on that is not blank, and by how many
/// columns that is indented.
class block_scanner::cursor {
public:
  explicit cursor(std::string_view line) : left_(line) { pass_blanks(); }

  [[nodiscard]] std::size_t indent() const noexcept { return text_column_ - column_; }
  [[nodiscard]] std::string_view text() const noexcept { return left_; }
  [[nodiscard]] bool blank() const noexcept { return left_.empty(); }
  /// Whether a block may begin here that is no indented code.
  [[nodiscard]] bool begins(char mark) const noexcept {
    return indent() < 4 && left_.starts_with(mark);
  }

  /// Passes over so many columns of the indentation.
  void pass(std::size_t columns) noexcept { column_ += std::min(columns, indent()); }

  /// Passes over so many characters, and measures the indentation behind them.
  void take(std::size_t marks) noexcept {
    left_.remove_prefix(marks);
    column_ = text_column_ += marks;
    pass_blanks();
  }

private:
  void pass_blanks() noexcept {
    for (; !left_.empty() && (left_.front() == ' ' || left_.front() == '\t');
         left_.remove_prefix(1))
      text_column_ += left_.front() == '\t' ? 4 - text_column_ % 4 : 1;
  }

  std::string_view left_;
  std::size_t column_ = 0;
  std::size_t text_column_ = 0;
};

namespace {

int heading_level(std::string_view text) {
  const auto marks = std::min(text.find_first_not_of('#'), text.size());
  const auto after = text.substr(marks);
  return marks >= 1 && marks <= 6 && (after.empty() || after.find_first_of(" \t") == 0)
             ? static_cast<int>(marks)
             : 0;
}

int underline_level(std::string_view text) {
  const auto marks = text.substr(0, text.find_last_not_of(" \t") + 1);
  if (marks.empty() || marks.find_first_not_of(marks.front()) != marks.npos)
    return 0;
  return marks.front() == '=' ? 1 : marks.front() == '-' ? 2 : 0;
}

bool is_rule(std::string_view text) {
  if (text.empty() || std::string_view{"*-_"}.find(text.front()) == std::string_view::npos)
    return false;
  std::size_t marks = 0;
  for (const char one : text) {
    if (one != text.front() && one != ' ' && one != '\t')
      return false;
    marks += one == text.front() ? 1 : 0;
  }
  return marks >= 3;
}

// The length of what begins an item of a list, 0 if nothing does.
std::size_t item_marker(std::string_view text, bool interrupts_paragraph) {
  std::size_t length = 1;
  if (text.empty())
    return 0;
  if (std::string_view{"*-+"}.find(text.front()) == std::string_view::npos) {
    const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const auto dot = text.substr(digits, 1);
    if (digits == 0 || digits > 9 || (dot != "." && dot != ")"))
      return 0;
    const auto number = text.substr(0, digits);
    const auto first = std::min(number.find_first_not_of('0'), digits);
    if (interrupts_paragraph && number.substr(first) != "1")
      return 0;
    length = digits + 1;
  }
  const auto after = text.substr(length);
  if (!after.empty() && after.front() != ' ' && after.front() != '\t')
    return 0;
  return interrupts_paragraph && is_blank(after) ? 0 : length;
}

} // namespace

bool defines_link(std::string_view paragraph) {
  const auto line = first_line(paragraph);
  const auto begin = line.find_first_not_of(' ');
  return begin != line.npos && line[begin] == '[' && line.find("]:") != line.npos;
}

block_scanner::seen block_scanner::next(std::string_view whole) {
  cursor line{without_line_end(whole)};
  const auto done = follow(line);
  if (!line.blank() && !open_.empty())
    open_.back().is_empty = false;
  return done;
}

std::string block_scanner::closing() const {
  if (!open_.empty())
    return {};
  if (leaf_ == leaf::fence)
    return std::string(fence_.length, fence_.mark);
  return leaf_ == leaf::html ? std::string{html_end(html_)} : std::string{};
}

block_scanner::seen block_scanner::follow(cursor& line) {
  const auto entered = enter_open(line);
  const bool all = entered == open_.size();
  if (all)
    if (const auto done = continue_leaf(line))
      return *done;
  const bool lazy = leaf_ == leaf::paragraph && !line.blank();
  auto inner = entered;
  if (const auto opened = open_blocks(line, inner))
    return *opened;
  // Nothing but text is left. A paragraph goes on although its containers are not repeated.
  if (inner == entered && lazy)
    return {line_kind::inside};
  close_beyond(inner);
  if (line.blank())
    return at_depth(line_kind::blank);
  leaf_ = leaf::paragraph;
  return at_depth(line_kind::paragraph);
}

// Passes over what continues the open containers; returns how many go on.
std::size_t block_scanner::enter_open(cursor& line) const {
  for (std::size_t i = 0; i < open_.size(); ++i) {
    const auto& one = open_[i];
    if (one.is_quotation) {
      if (!line.begins('>'))
        return i;
      line.take(1);
      line.pass(1);
    } else if (line.indent() >= one.indent) {
      line.pass(one.indent);
    } else if (line.blank() && !one.is_empty) {
      line.pass(line.indent());
    } else {
      return i;
    }
  }
  return open_.size();
}

// Returns what a line is that the innermost block takes whole; nothing if it does not.
std::optional<block_scanner::seen> block_scanner::continue_leaf(const cursor& line) {
  switch (leaf_) {
  case leaf::fence:
    if (line.indent() < 4 && fence_.closed_by(line.text()))
      leaf_ = leaf::none;
    return seen{line_kind::inside};
  case leaf::html:
    if (html_ > 5 && line.blank())
      break;
    if (html_ends_in(line.text(), html_))
      leaf_ = leaf::none;
    return seen{line_kind::inside};
  case leaf::indented_code:
    if (line.indent() >= 4 && !line.blank())
      return seen{line_kind::inside};
    if (line.blank())
      return at_depth(line_kind::blank);
    leaf_ = leaf::none;
    break;
  default:
    break;
  }
  return std::nullopt;
}

// Opens the blocks that begin in a line, and counts the containers among them. Returns what the
// line is, unless text may be left. What opens a block closes all that does not go on.
std::optional<block_scanner::seen> block_scanner::open_blocks(cursor& line, std::size_t& inner) {
  bool lazy = leaf_ == leaf::paragraph;
  bool interrupts = lazy && inner == open_.size();
  for (;; interrupts = lazy = false) {
    if (line.indent() >= 4) {
      if (lazy || line.blank())
        return std::nullopt;
      close_beyond(inner);
      leaf_ = leaf::indented_code;
      return seen{line_kind::inside};
    }
    if (const auto opened = open_leaf(line, interrupts, lazy, inner))
      return opened;
    if (!open_container(line, interrupts, inner))
      return std::nullopt;
  }
}

// Opens a block that takes the whole line.
std::optional<block_scanner::seen> block_scanner::open_leaf(const cursor& line, bool interrupts,
                                                            bool lazy, std::size_t inner) {
  const auto text = line.text();
  if (const int level = heading_level(text)) {
    close_beyond(inner);
    return at_depth(line_kind::heading, level);
  }
  if (const auto opened = fence::opened_by(text)) {
    close_beyond(inner);
    fence_ = *opened;
    leaf_ = leaf::fence;
    return at_depth(line_kind::fence);
  }
  if (const int kind = html_begun_by(text, lazy)) {
    close_beyond(inner);
    html_ = kind;
    leaf_ = html_ends_in(text, kind) ? leaf::none : leaf::html;
    return at_depth(kind == 2 ? line_kind::comment : line_kind::inside);
  }
  if (const int level = interrupts ? underline_level(text) : 0) {
    leaf_ = leaf::none;
    return at_depth(line_kind::underline, level);
  }
  if (is_rule(text)) {
    close_beyond(inner);
    return seen{line_kind::inside};
  }
  return std::nullopt;
}

// Opens a quotation or an item of a list; returns whether one begins.
bool block_scanner::open_container(cursor& line, bool interrupts, std::size_t& inner) {
  const bool quotation = line.text().starts_with('>');
  const auto marker = quotation ? 1 : item_marker(line.text(), interrupts);
  if (marker == 0)
    return false;
  close_beyond(inner);
  if (!open_.empty())
    open_.back().is_empty = false;
  container made{quotation, line.indent() + marker, true};
  line.take(marker);
  // The blanks behind the marker belong to it, unless so many of them indent code.
  const auto blanks = line.blank() || line.indent() > 4 || quotation ? 1 : line.indent();
  made.indent += blanks;
  line.pass(blanks);
  open_.push_back(made);
  ++inner;
  return true;
}

} // namespace notebook_example
