#include "notebook/markdown/pieces.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "notebook/markdown/blocks.hpp"
#include "notebook/markdown/borders.hpp"
#include "notebook/markdown/forced.hpp"

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

/// A heading of the title or a section.
struct heading {
  int level = 0;
  /// The size of an underlined paragraph, without the underline; 0 if there is none.
  std::size_t paragraph = 0;
};

// Returns the heading at the beginning, also of a deeper level; nothing if there is none.
std::optional<heading> heading_at(std::string_view left, const rules& by) {
  block_scanner lines;
  std::size_t size = 0;
  do {
    const auto line = first_line(left.substr(size));
    const auto [what, level] = lines.next(line);
    if (what == line_kind::heading)
      return size == 0 ? std::optional{heading{level, 0}} : std::nullopt;
    if (what == line_kind::underline && by.is_heading(left, size))
      return heading{level, size};
    size += line.size();
  } while (lines.in_paragraph() && size < left.size());
  return std::nullopt;
}

// How far a text goes within its border.
std::size_t size_within(std::string_view left, std::size_t border) {
  std::size_t size = 0;
  while (size < left.size()) {
    const auto line = first_line(left.substr(size));
    if (number_in_comment(line, cell_ends) == border)
      break;
    size += line.size();
  }
  return size;
}

/// Reads one piece.
class piece_reader {
public:
  piece_reader(std::string_view left, const rules& by) : left_(left), rules_(by) {}

  piece read() {
    const auto found = attachments_at(left_);
    const auto behind = left_.substr(found.all);
    // Livebook takes its own comments for what follows, and others above the title alone.
    const bool takes_all = !is_livemd() || found.all == found.of_any_piece;
    if (const auto next = heading_at(behind, rules_);
        next && rules_.parts(next->level) && (takes_all || rules_.is_title(next->level)))
      return read_heading(found, *next);
    if (const auto open = fence::opened_by(first_line(behind));
        open && takes_all && rules_.is_code(first_line(behind)))
      return read_code(found, *open);
    if (found.of_any_piece == left_.size()) {
      take_above(found.of_any_piece);
      made_.what = piece::kind::ending;
      return made_;
    }
    take_above(found.of_any_piece);
    if (const auto border = border_at(left_))
      return read_bordered_text(*border);
    return read_text();
  }

private:
  [[nodiscard]] bool is_livemd() const noexcept { return rules_.is == dialect::livemd; }

  // Returns the number of the border that begins here. To Livebook a border is text, so it is one
  // in a file of Livebook only if all that it holds is text there too.
  [[nodiscard]] std::optional<std::size_t> border_at(std::string_view left) const {
    const auto line = first_line(left);
    const auto number = number_in_comment(line, cell_begins);
    if (!number || !is_livemd())
      return number;
    const auto inside = left.substr(line.size());
    auto& known = known_borders();
    const auto size = known.size_before(*number, inside.size());
    if (!size)
      return std::nullopt;
    const auto text = without_line_end(inside.substr(0, *size));
    if (close_text(text, rules_, {}) == text)
      return number;
    if (known.count_in_vain(*size) && rules_.borders != nullptr)
      throw unreadable{line, "expected fewer texts between borders that lie in each other"};
    return std::nullopt;
  }

  [[nodiscard]] borders& known_borders() const {
    if (rules_.borders != nullptr)
      return *rules_.borders;
    if (!own_borders_)
      own_borders_.emplace(left_);
    return *own_borders_;
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
    made_.what = rules_.is_title(at.level) ? piece::kind::title : piece::kind::section;
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
    made_.outputs = take(outputs_size(left_, rules_.is));
    return end();
  }

  piece read_bordered_text(std::size_t border) {
    made_.opener = take(first_line(left_).size());
    const auto content = take(size_within(left_, border));
    if (left_.empty()) {
      made_.what = piece::kind::broken;
      return made_;
    }
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
    std::optional<std::size_t> comments;  // where those directly above begin
    std::optional<std::size_t> for_title; // the same, with those that are text but for a title
    std::optional<std::size_t> for_any;   // and the first that is for any piece
    std::size_t paragraph = 0;
    std::size_t above_paragraph = 0;
    std::size_t above_title = 0;      // if the paragraph is one
    bool forced = false;              // the next block is text, whatever it looks like
    bool is_forced_paragraph = false; // the last paragraph was
    for (std::size_t at = 0; at < left_.size();) {
      const auto left = left_.substr(at);
      const auto line = first_line(left);
      const auto [what, level] = lines.next(line);
      const bool is_text = std::exchange(forced, forced && what == line_kind::blank);
      if (!is_text && what == line_kind::heading && rules_.parts(level))
        return (rules_.is_title(level) ? for_title : comments).value_or(at);
      if (!is_text && what == line_kind::fence && rules_.is_code(line))
        return comments.value_or(at);
      if (what == line_kind::underline && !is_forced_paragraph && rules_.parts(level) &&
          rules_.is_heading(left_.substr(paragraph), at - paragraph))
        return rules_.is_title(level) ? above_title : above_paragraph;
      const bool is_comment = what == line_kind::comment && !is_text;
      if (const auto found = is_comment ? comment_at(left) : std::nullopt) {
        const bool is_attached = !is_livemd() || found->is_of_livebook;
        if ((found->forces_text() || !is_attached) && for_any)
          return *for_any;
        forced = found->forces_text();
        for_title = forced ? std::nullopt : std::optional{for_title.value_or(at)};
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
          const auto next = heading_at(left, rules_);
          return next && rules_.parts(next->level) ? *comments : *for_any;
        }
        if (is_comment && border_at(left))
          return at;
        if (what == line_kind::paragraph) {
          paragraph = at;
          above_paragraph = comments.value_or(at);
          above_title = for_title.value_or(at);
          is_forced_paragraph = is_text;
        }
        comments.reset();
        for_title.reset();
      }
      at += line.size();
    }
    return for_any.value_or(left_.size());
  }

  std::string_view left_;
  rules rules_;
  // Of what is left, if those of the whole file are not known.
  mutable std::optional<borders> own_borders_;
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

piece read_piece(std::string_view left, const rules& by) {
  return piece_reader{left, by}.read();
}

} // namespace notebook_example
