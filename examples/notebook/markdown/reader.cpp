// Reading Markdown.

#include "notebook/markdown/markdown.hpp"

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

#include "notebook/markdown/borders.hpp"
#include "notebook/markdown/lines.hpp"
#include "notebook/markdown/livebook.hpp"
#include "notebook/markdown/pieces.hpp"
#include "notebook/model/lookup.hpp"
#include "notebook/model/placing.hpp"

#include "libsync/text.hpp"

namespace notebook_example {

namespace {

line_end end_of(std::string_view line) {
  return line.ends_with("\r\n") ? line_end::crlf
         : line.ends_with('\r') ? line_end::cr
                                : line_end::lf;
}

class reader {
public:
  reader(std::string_view bytes, const rules& by) : all_(bytes), left_(bytes), rules_(by) {
    data_.sheet.is_lowered = by.is_lowered;
    data_.sheet.usual_end = end_of(first_line(bytes));
    data_.sheet.title.number = 1; // what stands at the beginning
  }

  notebook read() {
    const auto front = front_of(left_);
    data_.sheet.front = front;
    left_.remove_prefix(front.size());
    while (!left_.empty()) {
      const auto next = read_piece(left_, rules_);
      if (next.what == piece::kind::title && rules_.has_title) // in a file of Livebook
        return reader{all_, {rules_.is, false, true, rules_.borders}}.read();
      left_.remove_prefix(next.size() + next.below.size());
      add(next);
    }
    attach_branches();
    data_.saved = data_.changes;
    return std::move(data_);
  }

private:
  void add(const piece& next) {
    switch (next.what) {
    case piece::kind::title:
      data_.name = name_from_heading(next.content);
      data_.sheet.title = frame_of(next);
      data_.sheet.title_follows = last_;
      data_.sheet.persists_outputs = json_member(next.object, "persist_outputs") == "true";
      rules_.has_title = true;
      break;
    case piece::kind::section:
      add_section(next);
      break;
    case piece::kind::code:
      add_cell(next, cell_type::code);
      break;
    case piece::kind::text:
      add_cell(next, cell_type::markdown);
      break;
    case piece::kind::ending:
      data_.sheet.ending = next.above;
      if (ends_in_stamp(next.above))
        data_.sheet.stamped = std::hash<std::string_view>{}(
            all_.substr(0, static_cast<std::size_t>(next.above.data() - all_.data())));
      break;
    case piece::kind::broken:
      throw unreadable{next.opener,
                       std::string{"the text that begins here has no end: expected "} +
                           number_comment(cell_ends, *number_in_comment(next.opener, cell_begins))};
    }
  }

  frame frame_of(const piece& from) {
    frame made;
    made.number = ++number_;
    made.above = from.above;
    made.smart = from.smart;
    made.opener = from.opener;
    made.closer = from.closer;
    made.outputs = from.outputs;
    made.below = from.below;
    if (from.what == piece::kind::title || from.what == piece::kind::section)
      made.name = from.content;
    return made;
  }

  [[nodiscard]] std::string next_section() const {
    return "s" + std::to_string(data_.sections.size() + 1);
  }

  void add_section(const piece& from) {
    section made{next_section(), name_from_heading(from.content), std::nullopt, {}, {}};
    numbers_.resize(data_.sections.size());
    numbers_.push_back(branch_in(from.object));
    made.frame = frame_of(from);
    last_ = made.key;
    put_section(data_, -1, std::move(made));
  }

  // As Livebook does, which passes over a number that is none of a section above, or of one that
  // branches off itself.
  void attach_branches() {
    auto& all = data_.sections;
    const std::size_t first = sets_up(data_, rules_.has_title, rules_.is) ? 1 : 0;
    for (auto i = first; i < numbers_.size(); ++i)
      if (numbers_[i] && *numbers_[i] + first < i && !all[*numbers_[i] + first].parent)
        set_parent(data_, all[i], all[*numbers_[i] + first].key);
  }

  void add_cell(const piece& from, cell_type type) {
    if (data_.sections.empty()) { // cells before the first heading
      put_section(data_, -1, {next_section(), "Section", std::nullopt, {}, {}});
      data_.sections.back().frame.number = ++number_;
    }
    last_ = "c" + std::to_string(data_.cells.size() + 1);
    auto around = frame_of(from);
    std::string source;
    for (auto left = from.content; !left.empty();) {
      const auto line = first_line(left);
      const auto text = without_line_end(line);
      left.remove_prefix(line.size());
      source += text;
      if (text.size() == line.size())
        break;
      source += '\n';
      around.ends.push_back(end_of(line));
    }
    const auto usual = data_.sheet.usual_end;
    if (std::all_of(around.ends.begin(), around.ends.end(),
                    [=](line_end one) { return one == usual; }))
      around.ends = {};
    auto text = *libsync::text::read(std::move(source)); // a part of what was checked
    data_.cells.emplace(
        last_, cell{type, 0, libsync::shared_text<id>{std::move(text)}, std::move(around), {}});
    put_cell(data_, data_.sections.back(), -1, last_);
  }

  std::string_view all_;
  std::string_view left_;
  rules rules_;
  notebook data_;
  // The number of the section from which each branches off, as the file has it.
  std::vector<std::optional<std::size_t>> numbers_;
  std::size_t number_ = 1;
  // The last section or cell.
  id last_;
};

std::size_t line_of(std::string_view bytes, std::size_t at) {
  std::size_t line = 1;
  for (auto left = bytes.substr(0, at); !left.empty(); ++line) {
    const auto next = first_line(left);
    if (without_line_end(next).size() == next.size())
      break;
    left.remove_prefix(next.size());
  }
  return line;
}

libsync::result<notebook> failed(std::size_t line, const std::string& expected) {
  return libsync::result<notebook>::failed(std::to_string(line) + ": " + expected);
}

} // namespace

libsync::result<notebook> read_markdown(std::string_view bytes, dialect is) {
  if (bytes.size() > largest_file)
    return failed(line_of(bytes, largest_file), std::string{"expected a file of at most "} +
                                                    std::to_string(largest_file) + " bytes");
  if (const auto bad = libsync::utf8::find_invalid(bytes); bad != libsync::utf8::npos)
    return failed(line_of(bytes, bad), "expected UTF-8");
  if (const auto zero = bytes.find('\0'); zero != bytes.npos)
    return failed(line_of(bytes, zero), "expected text, found a zero byte");
  try {
    std::optional<borders> of_file;
    if (is == dialect::livemd) // else a border is one, whatever it holds
      of_file.emplace(bytes);
    return reader{bytes, {is, false, false, of_file ? &*of_file : nullptr}}.read();
  } catch (const unreadable& why) {
    return failed(line_of(bytes, static_cast<std::size_t>(why.from.data() - bytes.data())),
                  why.expected);
  }
}

} // namespace notebook_example
