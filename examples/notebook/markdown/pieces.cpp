#include "notebook/markdown/pieces.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "notebook/markdown/blocks.hpp"

namespace notebook_example {

namespace {

constexpr auto blanks = " \t";

// The bytes from the beginning of one part to the beginning of another.
std::string_view between(std::string_view begin, std::string_view end) {
  return {begin.data(), static_cast<std::size_t>(end.data() - begin.data())};
}

std::string_view line_end_of(std::string_view line) {
  return line.substr(without_line_end(line).size());
}

// Whether a paragraph defines what links refer to: such lines are no heading.
bool is_definition(std::string_view paragraph) {
  const auto line = first_line(paragraph);
  const auto begin = line.find_first_not_of(' ');
  return begin != line.npos && line[begin] == '[' && line.find("]:") != line.npos;
}

/// A heading of the title or a section.
struct heading {
  int level = 0;
  /// The size of an underlined paragraph, without the underline; 0 if there is none.
  std::size_t paragraph = 0;
};

// Returns the heading at the beginning, also of a deeper level; nothing if there is none.
std::optional<heading> heading_at(std::string_view left) {
  block_scanner lines;
  std::size_t size = 0;
  do {
    const auto line = first_line(left.substr(size));
    const auto [what, level] = lines.next(line);
    if (what == line_kind::heading)
      return size == 0 ? std::optional{heading{level, 0}} : std::nullopt;
    if (what == line_kind::underline && !is_definition(left))
      return heading{level, size};
    size += line.size();
  } while (lines.in_paragraph() && size < left.size());
  return std::nullopt;
}

/// Reads one piece.
class piece_reader {
public:
  piece_reader(std::string_view left, bool has_title, dialect is)
      : left_(left), has_title_(has_title), dialect_(is) {}

  piece read() {
    const auto found = attachments_at(left_);
    const auto behind = left_.substr(found.all);
    // Livebook takes its own comments for what follows, and others above the title alone.
    const bool takes_all = dialect_ == dialect::markdown || found.all == found.of_any_piece;
    if (const auto next = heading_at(behind);
        next && parts(*next) && (takes_all || next->level == 1))
      return read_heading(found, *next);
    if (const auto open = fence::opened_by(first_line(behind));
        open && takes_all && is_code(first_line(behind)))
      return read_code(found, *open);
    if (found.of_any_piece == left_.size()) {
      take_above(found.of_any_piece);
      made_.what = piece::kind::ending;
      return made_;
    }
    take_above(found.of_any_piece);
    if (const auto border = number_in_comment(first_line(left_), cell_begins))
      return read_bordered_text(*border);
    return read_text();
  }

private:
  [[nodiscard]] bool parts(const heading& at) const {
    return at.level == 2 || (at.level == 1 && !has_title_);
  }

  // Whether the line of a fence begins a cell.
  [[nodiscard]] bool is_code(std::string_view line) const {
    return dialect_ == dialect::markdown || is_run_by_livebook(language_of(line));
  }

  std::string_view take(std::size_t size) {
    const auto taken = left_.substr(0, size);
    left_.remove_prefix(size);
    return taken;
  }

  void take_above(std::size_t size) { made_.above = take(size); }

  piece end() {
    made_.below = take(blank_lines(left_));
    return made_;
  }

  piece read_heading(const attachments& above, const heading& at) {
    take_above(above.all);
    made_.object = above.object;
    made_.what = at.level == 1 ? piece::kind::title : piece::kind::section;
    const auto whole = take(std::max(at.paragraph, first_line(left_).size()));
    auto text = without_line_end(whole);
    std::size_t begin = text.find_first_not_of(blanks);
    if (at.paragraph == 0) { // marks before, and perhaps behind
      begin = std::min(text.find_first_not_of('#', begin), text.size());
      begin = std::min(text.find_first_not_of(blanks, begin), text.size());
      text = text.substr(0, std::max(begin, text.find_last_not_of(blanks) + 1));
      const auto marks = text.find_last_not_of('#') + 1;
      if (marks <= begin || text.substr(marks - 1).find_first_of(blanks) == 0)
        text = text.substr(0, std::max(begin, marks));
    }
    text = text.substr(0, std::max(begin, text.find_last_not_of(blanks) + 1));
    const auto closing = at.paragraph == 0 ? left_ : left_.substr(first_line(left_).size());
    made_.opener = text.substr(0, begin);
    made_.content = text.substr(begin);
    made_.closer = between(text.substr(text.size()), closing);
    left_ = closing;
    return end();
  }

  // What lies between two lines: the last line end is the closing line's.
  void take_content(std::string_view content, std::string_view closing) {
    const auto source = without_line_end(content);
    made_.content = source;
    made_.closer = {source.data() + source.size(), content.size() - source.size() + closing.size()};
  }

  piece read_code(const attachments& above, const fence& open) {
    const bool smart = json_member(above.object, "livebook_object") == "\"smart_cell\"";
    take_above(smart ? above.last : above.all);
    made_.smart = take(above.all - made_.above.size());
    made_.what = piece::kind::code;
    made_.opener = take(first_line(left_).size());
    const auto begin = left_;
    while (!left_.empty() && !open.closed_by(first_line(left_)))
      take(first_line(left_).size());
    const auto content = between(begin, left_);
    take_content(content, take(first_line(left_).size())); // to the end of the file if none closes
    made_.outputs = take(outputs_size(left_, dialect_));
    return end();
  }

  piece read_bordered_text(std::size_t border) {
    made_.opener = take(first_line(left_).size());
    const auto begin = left_;
    while (!left_.empty() && number_in_comment(first_line(left_), cell_ends) != border)
      take(first_line(left_).size());
    if (left_.empty()) {
      made_.what = piece::kind::broken;
      return made_;
    }
    const auto content = between(begin, left_);
    take_content(content, take(first_line(left_).size()));
    return end();
  }

  piece read_text() {
    const auto all = take(text_size());
    const auto last = all.find_last_not_of(" \t\r\n") + 1;
    const auto line = first_line(all.substr(last));
    const auto content = all.substr(0, last + without_line_end(line).size());
    made_.content = content;
    made_.closer = line_end_of(line);
    made_.below = all.substr(content.size() + made_.closer.size());
    return made_;
  }

  // How far a text goes: to the next piece, with what is attached to that.
  [[nodiscard]] std::size_t text_size() const {
    block_scanner lines;
    std::optional<std::size_t> comments; // where those directly above begin
    std::optional<std::size_t> for_any;  // and the first that is for any piece
    std::size_t paragraph = 0;
    std::size_t above_paragraph = 0;
    bool forced = false; // the next block is text, whatever it looks like
    for (std::size_t at = 0; at < left_.size();) {
      const auto left = left_.substr(at);
      const auto line = first_line(left);
      const auto [what, level] = lines.next(line);
      const bool is_text = std::exchange(forced, forced && what == line_kind::blank);
      if (!is_text && ((what == line_kind::fence && is_code(line)) ||
                       (what == line_kind::heading && parts({level, 0}))))
        return comments.value_or(at);
      if (what == line_kind::underline && parts({level, 0}) &&
          !is_definition(left_.substr(paragraph)))
        return above_paragraph;
      if (const auto found = what == line_kind::comment ? comment_at(left) : std::nullopt) {
        const bool is_attached = dialect_ == dialect::markdown || found->is_of_livebook;
        if ((found->forces_text() || !is_attached) && for_any)
          return *for_any;
        forced = found->forces_text();
        if (forced)
          comments.reset();
        else if (is_attached)
          comments = comments.value_or(at);
        if (found->is_of_livebook && !forced)
          for_any = for_any.value_or(at);
        at += found->size;
        lines = {};
        continue;
      }
      if (what != line_kind::blank) { // comments above, if there are any, are of this line
        if (for_any) {
          const auto next = heading_at(left);
          return next && parts(*next) ? *comments : *for_any;
        }
        if (what == line_kind::comment && number_in_comment(line, cell_begins))
          return at;
        if (what == line_kind::paragraph) {
          paragraph = at;
          above_paragraph = comments.value_or(at);
        }
        comments.reset();
      }
      at += line.size();
    }
    return for_any.value_or(left_.size());
  }

  std::string_view left_;
  bool has_title_;
  dialect dialect_;
  piece made_;
};

} // namespace

std::string_view front_of(std::string_view bytes) {
  const std::size_t mark = bytes.starts_with(byte_order_mark) ? byte_order_mark.size() : 0;
  const auto is_border = [](std::string_view line) {
    line = without_line_end(line);
    return line.substr(0, line.find_last_not_of(blanks) + 1) == "---";
  };
  auto left = bytes.substr(mark);
  if (const auto first = first_line(left); is_border(first)) {
    left.remove_prefix(first.size());
    if (!is_blank(first_line(left))) // else it is a rule
      while (!left.empty()) {
        const auto line = first_line(left);
        left.remove_prefix(line.size());
        if (is_border(line))
          return bytes.substr(0, bytes.size() - left.size() + blank_lines(left));
      }
  }
  return bytes.substr(0, mark + blank_lines(bytes.substr(mark)));
}

piece read_piece(std::string_view left, bool has_title, dialect is) {
  return piece_reader{left, has_title, is}.read();
}

} // namespace notebook_example
