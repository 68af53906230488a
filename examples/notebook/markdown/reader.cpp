// Reading Markdown.

#include "notebook/markdown/markdown.hpp"

#include <algorithm>
#include <utility>

#include "notebook/markdown/lines.hpp"
#include "notebook/model/lookup.hpp"

#include "libsync/text.hpp"

namespace notebook_example {

namespace {

// A refusal with its line; thrown no further than `read_markdown`.
struct broken {
  std::size_t line;
  std::string expected;
};

class reader {
public:
  explicit reader(std::string_view bytes) : left_(bytes) {}

  document read() {
    if (const auto first = first_line(left_); first.ends_with("\r\n"))
      all_.layout.line_end = "\r\n";
    read_title();
    while (!left_.empty())
      read_piece();
    all_.data.saved = all_.data.changes;
    return std::move(all_);
  }

private:
  [[nodiscard]] std::string_view line() const { return first_line(left_); }

  std::string_view next() {
    const auto taken = line();
    left_.remove_prefix(taken.size());
    ++number_;
    return taken;
  }

  // What was taken since `begin`, with the blank lines that follow.
  std::string raw_since(const char* begin) {
    while (!left_.empty() && is_blank(line()))
      next();
    return {begin, left_.data()};
  }

  void read_title() {
    const char* begin = left_.data();
    if (left_.starts_with(byte_order_mark))
      left_.remove_prefix(byte_order_mark.size());
    while (!left_.empty() && is_blank(line()))
      next();
    if (const auto name = heading(line(), "#"); name && !left_.empty()) {
      all_.data.name = name_from_heading(*name);
      next();
    }
    all_.layout.add({"", all_.data.name, 0, false, raw_since(begin)});
  }

  void read_piece() {
    if (heading(line(), "##"))
      read_section();
    else if (const auto open = fence::opened_by(line()))
      read_code(*open);
    else if (const auto border = number_in_comment(line(), cell_begins))
      read_bordered_text(*border);
    else
      read_text();
  }

  void read_section() {
    const char* begin = left_.data();
    section made{
        std::string{"s"} + std::to_string(all_.data.sections.size() + 1), "", std::nullopt, {}};
    made.name = name_from_heading(*heading(next(), "##"));
    std::size_t parent = 0;
    if (const auto found = number_in_comment(line(), branches_off)) {
      parent = *found;
      if (parent == 0 || parent > all_.data.sections.size())
        throw broken{number_ + 1, std::string{"expected the number of a section above, found "} +
                                      std::to_string(parent)};
      if (all_.data.sections[parent - 1].parent)
        throw broken{number_ + 1,
                     std::string{"expected a section that branches off from none, found "} +
                         std::to_string(parent)};
      made.parent = all_.data.sections[parent - 1].key;
      next();
    }
    all_.layout.add({made.key, made.name, parent, false, raw_since(begin)});
    all_.data.sections.push_back(std::move(made));
  }

  void read_code(const fence& open) {
    const auto opened_at = number_ + 1;
    const char* begin = left_.data();
    next();
    const char* first = left_.data();
    while (!left_.empty() && !open.closed_by(line()))
      next();
    if (left_.empty())
      throw broken{opened_at, std::string{"the code that begins here has no end: expected "} +
                                  std::string(open.length, open.mark)};
    const std::string_view source{first, static_cast<std::size_t>(left_.data() - first)};
    next();
    add_cell(cell_type::code, without_last_line_end(source), false, raw_since(begin));
  }

  void read_bordered_text(std::size_t border) {
    const auto opened_at = number_ + 1;
    const char* begin = left_.data();
    next();
    const char* first = left_.data();
    while (!left_.empty() && number_in_comment(line(), cell_ends) != border)
      next();
    if (left_.empty())
      throw broken{opened_at, std::string{"the text that begins here has no end: expected "} +
                                  number_comment(cell_ends, border)};
    const std::string_view source{first, static_cast<std::size_t>(left_.data() - first)};
    next();
    add_cell(cell_type::markdown, without_last_line_end(source), false, raw_since(begin));
  }

  void read_text() {
    const char* begin = left_.data();
    std::string_view source;
    while (!left_.empty() && !begins_other(line())) {
      const bool blank = is_blank(line());
      next();
      if (!blank)
        source = {begin, static_cast<std::size_t>(left_.data() - begin)};
    }
    add_cell(cell_type::markdown, without_last_line_end(source), true, {begin, left_.data()});
  }

  static bool begins_other(std::string_view line) {
    return heading(line, "##") || fence::opened_by(line) || number_in_comment(line, cell_begins);
  }

  [[nodiscard]] std::string_view without_last_line_end(std::string_view source) const {
    const bool two = all_.layout.line_end.size() == 2;
    if (source.ends_with('\n'))
      source.remove_suffix(two && source.ends_with("\r\n") ? 2 : 1);
    else if (two && source.ends_with('\r')) // the file ends within a line end
      source.remove_suffix(1);
    return source;
  }

  void add_cell(cell_type type, std::string_view source, bool plain, std::string raw) {
    auto& data = all_.data;
    if (data.sections.empty()) { // cells before the first heading
      all_.layout.add({"s1", "Section", 0, false, ""});
      data.sections.push_back({"s1", "Section", std::nullopt, {}});
    }
    const auto key = std::string{"c"} + std::to_string(data.cells.size() + 1);
    auto text = *libsync::text::read(std::string{source}); // a part of what was checked
    data.cells.emplace(key, cell{type, 0, libsync::shared_text<id>{std::move(text)}});
    data.sections.back().cells.push_back(key);
    all_.layout.add({key, std::string{source}, 0, plain, std::move(raw)});
  }

  std::string_view left_;
  std::size_t number_ = 0;
  document all_;
};

std::size_t line_of(std::string_view bytes, std::size_t at) {
  return static_cast<std::size_t>(
             std::count(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(at), '\n')) +
         1;
}

libsync::result<document> failed(std::size_t line, const std::string& expected) {
  return libsync::result<document>::failed(std::to_string(line) + ": " + expected);
}

} // namespace

libsync::result<document> read_markdown(std::string_view bytes) {
  if (bytes.size() > largest_file)
    return failed(line_of(bytes, largest_file), std::string{"expected a file of at most "} +
                                                    std::to_string(largest_file) + " bytes");
  if (const auto bad = libsync::utf8::find_invalid(bytes); bad != libsync::utf8::npos)
    return failed(line_of(bytes, bad), "expected UTF-8");
  if (const auto zero = bytes.find('\0'); zero != bytes.npos)
    return failed(line_of(bytes, zero), "expected text, found a zero byte");
  try {
    return reader{bytes}.read();
  } catch (const broken& why) {
    return failed(why.line, why.expected);
  }
}

} // namespace notebook_example
