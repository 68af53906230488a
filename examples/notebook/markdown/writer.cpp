// Writing Markdown.

#include "notebook/markdown/markdown.hpp"

#include <algorithm>
#include <deque>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "notebook/markdown/composer.hpp"
#include "notebook/markdown/forced.hpp"
#include "notebook/markdown/livebook.hpp"
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
  /// The name or source as the file is to say it.
  std::string_view said{};
  /// Whether it is a text for Livebook, and is to leave nothing open. That is said then.
  bool is_for_livebook = false;
  bool is_closed = false;
  std::string closed{};
  /// Whether nothing above it may call it an output of the code before.
  bool is_no_output = false;
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t above = 0;
  std::size_t outputs = 0;

  [[nodiscard]] bool is_heading() const noexcept {
    return what.what == kind::title || what.what == kind::section;
  }

  [[nodiscard]] bool is_read_as(const piece& read) const {
    return read.what == what.what && read.above.size() == above && read.size() == end - begin &&
           read.outputs.size() == outputs &&
           (is_heading() ? name_from_heading(read.content) == said
                         : same_text(read.content, closed.empty() ? said : closed));
  }

  // Lets it stand apart from what follows if it is read rightly `alone`, and else, or if that was
  // not enough, makes it safe. Returns whether there was more to do.
  bool mend(const piece& alone) {
    if (is_safe || (!stands_apart && is_read_as(alone)))
      return !std::exchange(stands_apart, true);
    stands_apart = false;
    if (is_for_livebook && !std::exchange(is_closed, true))
      return true;
    return is_safe = true;
  }

  // Whether it is read as code that ends where it should, and takes what follows for its outputs.
  [[nodiscard]] bool takes_outputs(const piece& read) const {
    return what.what == kind::code && read.what == kind::code && read.above.size() == above &&
           read.outputs.size() > outputs &&
           read.size() - read.outputs.size() == end - begin - outputs;
  }

  // Takes away what calls it an output, or else makes it safe. Returns whether there was more to
  // do.
  bool hide_from_code() {
    return !std::exchange(is_no_output, true) || !std::exchange(is_safe, true);
  }
};

/// Puts the pieces together as they stood, reads what came of it, and gives other marks to those
/// that are read as something else, until all are read as they are meant.
class writer {
public:
  writer(const notebook& data, dialect is)
      : data_(data), style_{data.sheet.usual_end, {is}, language_of_new_code(data, is)} {
    const auto& sheet = data.sheet;
    has_title_ = sheet.title.number == 0 || sheet.title.has_marks() || data.name != notebook{}.name;
    if (find_section(data, sheet.title_follows) || data.cells.contains(sheet.title_follows))
      title_follows_ = sheet.title_follows;
    style_.rules.is_lowered =
        is == dialect::livemd && sheet.is_lowered && !has_title_ &&
        std::count_if(data.sections.begin(), data.sections.end(),
                      [&](const section& one) { return needs_heading(data, one); }) > 1;
    // From cells that set up the notebook nothing branches off, unless they get a heading.
    const bool set_up = sets_up(data, has_title_, is);
    const bool named = set_up && first_child(data, data.sections.front().key);
    const std::size_t first = set_up && !named ? 1 : 0;
    std::map<id, std::size_t> numbers;
    add_title_behind({});
    for (std::size_t i = 0; i < data.sections.size(); ++i) {
      const auto& one = data.sections[i];
      numbers.emplace(one.key, i);
      if (needs_heading(data, one) || (named && i == 0)) {
        std::optional<std::size_t> parent;
        if (one.parent)
          parent = numbers.at(*one.parent) - first;
        add({kind::section, one.key, &one.frame, one.name, false, above_section(i, first, parent)});
      }
      for (const auto& key : one.cells)
        add_cell(key, data.cells.at(key));
    }
  }

  std::string write() {
    auto all = compose();
    while (mend(all))
      all = compose();
    drop_stamp(all);
    return all;
  }

private:
  // Once the text is another, Livebook would not believe its stamp, and warn of it.
  void drop_stamp(std::string& all) const {
    const auto& sheet = data_.sheet;
    if (style_.rules.is != dialect::livemd || !sheet.stamped)
      return;
    const auto before = std::string_view{all}.substr(0, before_ending_);
    if (std::hash<std::string_view>{}(before) != *sheet.stamped)
      all.resize(before_ending_ + attachments_at(sheet.ending).last);
  }

  // What stands above a section, with the number of its parent. A number that Livebook passes over
  // stays, as long as it does.
  std::string_view above_section(std::size_t at, std::size_t first,
                                 std::optional<std::size_t> parent) {
    const auto& above = data_.sections[at].frame.above;
    auto said = branch_in(attachments_at(above).object);
    if (said && (*said + first >= at || data_.sections[*said + first].parent))
      said.reset();
    if (said == parent)
      return above;
    return strings_.emplace_back(with_branch(above, parent, bytes_of(style_.usual_end)));
  }

  void add_cell(const id& key, const cell& from) {
    const std::string_view source = strings_.emplace_back(from.source.text().utf8());
    wanted next{kind::code, key, &from.frame, source, false, from.frame.above};
    auto said = source;
    if (from.type != cell_type::code) {
      next.what = kind::text;
      if (style_.rules.is == dialect::livemd) {
        said = strings_.emplace_back(force_text(source, style_.rules, "\n"));
        pass_borders(source);
      }
      next.is_forced = said != source;
    }
    add(std::move(next), said);
  }

  // A border in a text that has no other end, and so is none to Livebook's files, must not get one.
  void pass_borders(std::string_view text) {
    constexpr std::string_view begin = "<!-- notebook: ";
    for (auto at = text.find(begin); at != text.npos; at = text.find(begin, at + 1))
      if (const auto number = number_in_comment(first_line(text.substr(at)), cell_begins))
        style_.border = std::max(style_.border, *number + 1);
  }

  void add(wanted next) {
    const auto said = next.content;
    add(std::move(next), said);
  }

  void add(wanted next, std::string_view said) {
    all_.push_back({std::move(next)});
    auto& last = all_.back();
    last.said = said;
    last.is_for_livebook = last.what.what == kind::text && style_.rules.is == dialect::livemd;
    add_title_behind(last.what.key);
  }

  void add_title_behind(const id& key) {
    if (key != title_follows_ || !std::exchange(has_title_, false)) // a cell may share the key
      return;
    const auto& title = data_.sheet.title;
    add({kind::title, {}, &title, data_.name, false, title.above});
  }

  [[nodiscard]] std::string compose() {
    const auto& sheet = data_.sheet;
    composer out{sheet.usual_end};
    out.add(sheet.front);
    std::size_t number = 1; // of what stands at the beginning
    bool stands_apart = false;
    // To Livebook a border is text, and a comment parts texts.
    const bool livemd = style_.rules.is == dialect::livemd;
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
      const bool as_read = frame.number != 0 && frame.number == number + 1;
      const bool runs_on = one.what.what == kind::text && follows_text && frame.above.empty() &&
                           (livemd ? !as_read : !has_border(one));
      const bool is_new = one.is_heading() && !frame.has_marks();
      begin(is_new ? 0 : frame.number, runs_on);
      put(out, one, one.is_safe || (runs_on && !livemd), runs_on && livemd);
      stands_apart = one.stands_apart;
      follows_text = one.what.what == kind::text && (livemd || (!runs_on && !has_border(one)));
    }
    if (!sheet.ending.empty()) {
      begin(last_number, number == last_number);
      before_ending_ = out.all().size();
      out.add(sheet.ending);
    }
    return out.all();
  }

  static bool has_border(const placed& one) {
    return one.is_safe || !one.what.frame->opener.empty();
  }

  void put(composer& out, placed& one, bool safely, bool parted) const {
    const auto end = bytes_of(style_.usual_end);
    auto parts = safely ? in_safe_marks(one.what, style_) : in_own_marks(one.what, style_);
    if (one.is_closed || (one.is_safe && one.is_for_livebook)) {
      one.closed = close_text(one.said, style_.rules, "\n");
      parts.content = close_text(parts.content, style_.rules, end);
    }
    if (one.is_no_output)
      parts.above = without_output_marks(parts.above);
    if (parted)
      parts.above.append("<!-- livebook:")
          .append(break_object)
          .append(" -->")
          .append(end)
          .append(end);
    one.begin = out.all().size();
    one.above = parts.above.size();
    one.outputs = parts.outputs.size();
    out.add(parts.above);
    out.add(parts.smart);
    out.add(parts.opener);
    const bool between_lines = !one.is_heading() && !parts.opener.empty();
    const bool has_line_end = parts.closer.empty() || parts.closer.find_first_of("\r\n") == 0;
    if (between_lines && !(parts.content.empty() && has_line_end))
      out.begin_line();
    out.add(parts.content);
    if (between_lines && !parts.content.empty() && !has_line_end)
      out.add(end);
    out.add(parts.closer);
    if (!parts.outputs.empty())
      out.begin_line();
    out.add(parts.outputs);
    one.end = out.all().size();
    out.add(parts.below);
  }

  [[nodiscard]] piece read(std::string_view from, bool has_title) const {
    auto by = style_.rules;
    by.has_title = has_title;
    return read_piece(from, by);
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
      const auto end = end_of_line(all, one.end);
      if (one.outputs != 0)
        one.outputs += end - one.end;
      one.end = end;
      // A piece ends where the next one begins, if that is seen there at all.
      const auto until = i + 1 < all_.size() ? all_[i + 1].end : all.size();
      const auto from = all.substr(one.begin, until - one.begin);
      if (const auto got = read(from, has_title); !one.is_read_as(got)) {
        if (i + 1 < all_.size() && one.takes_outputs(got)) // whatever its own marks are
          mended = all_[i + 1].hide_from_code() || mended;
        else
          mended = one.mend(read(from.substr(0, one.end - one.begin), has_title)) || mended;
      }
      has_title = has_title || one.what.what == kind::title;
    }
    return mended;
  }

  // Of what is new, and of what stands at the end.
  static constexpr auto last_number = std::numeric_limits<std::size_t>::max();

  const notebook& data_;
  style style_;
  // Whether a title is still to be added.
  bool has_title_ = false;
  // The piece that the title stands behind; empty if it is the first, as when that piece is gone.
  id title_follows_;
  std::deque<std::string> strings_; // that the pieces look at
  std::vector<placed> all_;
  std::size_t before_ending_ = 0;
};

} // namespace

std::string write_markdown(const notebook& data, dialect is) {
  return writer{data, is}.write();
}

} // namespace notebook_example
