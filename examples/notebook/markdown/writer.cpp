// Writing Markdown.

#include "notebook/markdown/markdown.hpp"

#include <deque>
#include <limits>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "notebook/markdown/composer.hpp"
#include "notebook/markdown/marks.hpp"
#include "notebook/markdown/pieces.hpp"
#include "notebook/model/lookup.hpp"

namespace notebook_example {

namespace {

using kind = piece::kind;

// Whether a name or source is what a file says, whatever ends its lines there.
bool same_text(std::string_view in_file, std::string_view content) {
  while (!in_file.empty()) {
    const auto line = first_line(in_file);
    const auto text = without_line_end(line);
    in_file.remove_prefix(line.size());
    if (!content.starts_with(text))
      return false;
    content.remove_prefix(text.size());
    if (text.size() != line.size()) {
      if (!content.starts_with('\n'))
        return false;
      content.remove_prefix(1);
    }
  }
  return content.empty();
}

// Where a line ends that ends at `at` already, or is ended there by what follows.
std::size_t end_of_line(std::string_view all, std::size_t at) {
  const auto before = all.substr(0, at);
  const auto after = first_line(all.substr(at));
  if (before.ends_with('\n') || !without_line_end(after).empty())
    return at;
  return before.ends_with('\r') && after != "\n" ? at : at + after.size();
}

/// A piece with how it is written, and where.
struct placed {
  wanted what;
  /// Whether it needs other marks than its own, and a blank line behind it.
  bool is_safe = false;
  bool stands_apart = false;
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t above = 0;

  [[nodiscard]] bool is_heading() const noexcept {
    return what.what == kind::title || what.what == kind::section;
  }

  [[nodiscard]] bool is_read_as(const piece& read) const {
    return read.what == what.what && read.above.size() == above && read.size() == end - begin &&
           read.parent == what.parent &&
           (is_heading() ? name_from_heading(read.content) == what.content
                         : same_text(read.content, what.content));
  }

  // Lets it stand apart from what follows if it is read rightly `alone`, and else, or if that was
  // not enough, makes it safe. Returns whether there was more to do.
  bool mend(const piece& alone) {
    if (is_safe || (!stands_apart && is_read_as(alone)))
      return !std::exchange(stands_apart, true);
    stands_apart = false;
    return is_safe = true;
  }
};

/// Puts the pieces together as they stood, reads what came of it, and gives other marks to those
/// that are read as something else, until all are read as they are meant.
class writer {
public:
  explicit writer(const notebook& data) : data_(data) {
    const auto& [usual, front, title, follows, ending] = data.sheet;
    has_title_ = title.number == 0 || title.has_marks() || data.name != notebook{}.name;
    if (find_section(data, follows) || data.cells.contains(follows))
      title_follows_ = follows;
    std::map<id, std::size_t> numbers;
    add_title_behind({});
    for (const auto& one : data.sections) {
      numbers.emplace(one.key, numbers.size() + 1);
      if (needs_heading(one)) {
        const auto parent = one.parent ? numbers.at(*one.parent) : 0;
        add({kind::section, one.key, &one.frame, one.name, parent});
      }
      for (const auto& key : one.cells) {
        const auto& cell = data.cells.at(key);
        add({cell.type == cell_type::code ? kind::code : kind::text, key, &cell.frame,
             sources_.emplace_back(cell.source.text().utf8()), 0});
      }
    }
  }

  std::string write() {
    auto all = compose();
    while (mend(all))
      all = compose();
    return all;
  }

private:
  // Cells before the first heading are in a section that has none.
  [[nodiscard]] bool needs_heading(const section& one) const {
    return one.frame.number == 0 || one.frame.has_marks() || &one != &data_.sections.front() ||
           one.name != "Section" || one.parent || one.cells.empty();
  }

  void add(wanted next) {
    all_.push_back({std::move(next)});
    add_title_behind(all_.back().what.key);
  }

  void add_title_behind(const id& key) {
    if (key == title_follows_ && std::exchange(has_title_, false)) // a cell may share the key
      all_.push_back({{kind::title, {}, &data_.sheet.title, data_.name, 0}});
  }

  [[nodiscard]] std::string compose() {
    const auto& sheet = data_.sheet;
    composer out{sheet.usual_end};
    out.add(sheet.front);
    std::size_t number = 1; // of what stands at the beginning
    bool stands_apart = false;
    bool follows_text = false; // without a border
    const auto begin = [&](std::size_t next, bool apart) {
      // Behind a blank line, if it is new or at a new place.
      if (next == 0 || next < number || stands_apart || apart)
        out.begin_block();
      else
        out.begin_line();
      number = next == 0 ? last_number : next;
    };
    for (auto& one : all_) {
      const auto& frame = *one.what.frame;
      const bool runs_on =
          one.what.what == kind::text && follows_text && frame.above.empty() && !has_border(one);
      const bool is_new = one.is_heading() && !frame.has_marks();
      begin(is_new ? 0 : frame.number, runs_on);
      put(out, one, one.is_safe || runs_on);
      stands_apart = one.stands_apart;
      follows_text = one.what.what == kind::text && !runs_on && !has_border(one);
    }
    if (!sheet.ending.empty()) {
      begin(last_number, number == last_number);
      out.add(sheet.ending);
    }
    return out.all();
  }

  static bool has_border(const placed& one) {
    return one.is_safe || !one.what.frame->opener.empty();
  }

  void put(composer& out, placed& one, bool safely) const {
    const auto usual = data_.sheet.usual_end;
    const auto parts = safely ? in_safe_marks(one.what, usual) : in_own_marks(one.what, usual);
    one.begin = out.all().size();
    one.above = parts.above.size();
    out.add(parts.above);
    out.add(parts.opener);
    const bool between_lines = !one.is_heading() && !parts.opener.empty();
    const bool has_line_end = parts.closer.empty() || parts.closer.find_first_of("\r\n") == 0;
    if (between_lines && !(parts.content.empty() && has_line_end))
      out.begin_line();
    out.add(parts.content);
    if (between_lines && !parts.content.empty() && !has_line_end)
      out.add(bytes_of(usual));
    out.add(parts.closer);
    if (!parts.branch.empty())
      out.begin_line();
    out.add(parts.branch);
    one.end = out.all().size();
    out.add(parts.below);
  }

  // Gives other marks to what is read as something else; returns whether there is something.
  bool mend(std::string_view all) {
    bool mended = false;
    const auto front = front_of(all);
    if (!all_.empty() && front.size() > data_.sheet.front.size() &&
        !is_blank(front.substr(data_.sheet.front.size())))
      mended = !std::exchange(all_.front().is_safe, true);
    bool has_title = false;
    for (std::size_t i = 0; i < all_.size(); ++i) {
      auto& one = all_[i];
      one.end = end_of_line(all, one.end);
      // A piece ends where the next one begins, if that is seen there at all.
      const auto until = i + 1 < all_.size() ? all_[i + 1].end : all.size();
      const auto from = all.substr(one.begin, until - one.begin);
      if (!one.is_read_as(read_piece(from, has_title)))
        mended = one.mend(read_piece(from.substr(0, one.end - one.begin), has_title)) || mended;
      has_title = has_title || one.what.what == kind::title;
    }
    return mended;
  }

  // Of what is new, and of what stands at the end.
  static constexpr auto last_number = std::numeric_limits<std::size_t>::max();

  const notebook& data_;
  // Whether a title is still to be added.
  bool has_title_ = false;
  // The piece that the title stands behind; empty if it is the first, as when that piece is gone.
  id title_follows_;
  std::deque<std::string> sources_; // that the pieces look at
  std::vector<placed> all_;
};

} // namespace

std::string write_markdown(const notebook& data) {
  return writer{data}.write();
}

} // namespace notebook_example
