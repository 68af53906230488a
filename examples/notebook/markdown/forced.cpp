#include "notebook/markdown/forced.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "notebook/markdown/blocks.hpp"
#include "notebook/markdown/lines.hpp"

namespace notebook_example {

namespace {

/// Copies a text block by block.
class forcer {
public:
  forcer(std::string_view text, const rules& by, std::string_view line_end)
      : left_(text), rules_(by) {
    mark_.append("<!-- livebook:").append(force_object).append(" -->");
    mark_.append(line_end).append(line_end);
  }

  std::string run() {
    while (!left_.empty())
      next();
    return all_;
  }

private:
  void next() {
    const auto line = first_line(left_);
    const auto [what, level] = lines_.next(line);
    const bool is_text = std::exchange(forced_, forced_ && what == line_kind::blank);
    if (what == line_kind::paragraph) {
      paragraph_ = all_.size();
      from_paragraph_ = left_;
      is_forced_ = is_text;
    }
    if (what == line_kind::comment && !is_text)
      if (const auto found = comment_at(left_)) {
        forced_ = found->forces_text();
        if (found->is_of_livebook && !forced_)
          all_ += mark_;
        lines_ = {};
        return take(found->size);
      }
    const bool heads = !is_text && what == line_kind::heading && rules_.parts(level);
    if (heads || (!is_text && what == line_kind::fence && rules_.is_code(line)))
      all_ += mark_;
    if (heads && rules_.is_title(level)) {
      const auto marks = line.find('#');
      take(marks);
      all_ += '#';
      return take(line.size() - marks);
    }
    const auto begin = static_cast<std::ptrdiff_t>(all_.size());
    take(line.size());
    const auto size = from_paragraph_.size() - left_.size() - line.size();
    if (what != line_kind::underline || is_forced_ || !rules_.parts(level) ||
        !rules_.is_heading(from_paragraph_, size))
      return;
    if (rules_.is_title(level))
      std::replace(all_.begin() + begin, all_.end(), '=', '-');
    all_.insert(paragraph_, mark_);
  }

  void take(std::size_t size) {
    all_ += left_.substr(0, size);
    left_.remove_prefix(size);
  }

  std::string_view left_;
  rules rules_;
  std::string mark_;
  std::string all_;
  block_scanner lines_;
  bool forced_ = false; // the next block is text
  // Of the last paragraph: where it is in what is done, and what was left then.
  std::size_t paragraph_ = 0;
  std::string_view from_paragraph_;
  bool is_forced_ = false;
};

} // namespace

std::string force_text(std::string_view text, const rules& by, std::string_view line_end) {
  return forcer{text, by, line_end}.run();
}

std::string close_text(std::string_view text, const rules& by, std::string_view line_end) {
  block_scanner lines;
  for (auto left = text; !left.empty(); left.remove_prefix(first_line(left).size()))
    lines.next(first_line(left));
  std::string all{text};
  if (const auto last = lines.closing(); !last.empty()) {
    if (!all.ends_with('\n') && !all.ends_with('\r'))
      all += line_end;
    all += last;
  }
  return force_text(force_text(all, by, line_end), {by.is}, line_end);
}

} // namespace notebook_example
