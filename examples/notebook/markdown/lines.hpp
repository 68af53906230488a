#pragma once

/// What a line of Markdown is to a notebook.

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace notebook_example {

inline constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

/// The next line of a text, with its end, which is \n, \r\n or \r.
inline std::string_view first_line(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size() && text[end] != '\n' && text[end] != '\r')
    ++end;
  return text.substr(0, end + (text.substr(end).starts_with("\r\n") ? 2 : 1));
}

inline std::string_view without_line_end(std::string_view line) {
  if (line.ends_with('\n'))
    line.remove_suffix(line.ends_with("\r\n") ? 2 : 1);
  else if (line.ends_with('\r'))
    line.remove_suffix(1);
  return line;
}

inline bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t\r\n") == line.npos;
}

/// A line that opens or closes a fenced block.
struct fence {
  char mark = '`';
  std::size_t length = 3;

  /// Returns the fence that a line opens; nothing if it opens none.
  static std::optional<fence> opened_by(std::string_view line) {
    line = without_line_end(line);
    const auto indent = line.find_first_not_of(' ');
    if (indent > 3 || (line[indent] != '`' && line[indent] != '~'))
      return std::nullopt;
    const fence open{line[indent], run(line.substr(indent), line[indent])};
    if (open.length < 3)
      return std::nullopt;
    if (open.mark == '`' && line.find('`', indent + open.length) != line.npos)
      return std::nullopt;
    return open;
  }

  [[nodiscard]] bool closed_by(std::string_view line) const {
    const auto indent = line.find_first_not_of(' ');
    if (indent > 3 || line[indent] != mark)
      return false;
    const auto count = run(line.substr(indent), mark);
    return count >= length && is_blank(line.substr(indent + count));
  }

private:
  static std::size_t run(std::string_view line, char mark) {
    return std::min(line.find_first_not_of(mark), line.size());
  }
};

/// A comment that holds a number: "<!-- notebook: WORD N -->".
inline std::string number_comment(std::string_view word, std::size_t number) {
  return "<!-- notebook: " + std::string{word} + ' ' + std::to_string(number) + " -->";
}

/// Returns the number of such a comment; nothing if the line is none.
inline std::optional<std::size_t> number_in_comment(std::string_view line, std::string_view word) {
  line = without_line_end(line);
  const auto digits = line.find_first_of("0123456789");
  if (digits == line.npos)
    return std::nullopt;
  std::size_t number = 0;
  for (auto at = digits; at < line.size() && at < digits + 9 && line[at] >= '0' && line[at] <= '9';
       ++at)
    number = number * 10 + static_cast<std::size_t>(line[at] - '0');
  return line == number_comment(word, number) ? std::optional{number} : std::nullopt;
}

inline constexpr std::string_view cell_begins = "text";
inline constexpr std::string_view cell_ends = "end of text";

/// Names may hold what a heading cannot: these become character references there.
std::string name_to_heading(std::string_view name);
/// Returns the name that a heading spells. One that is underlined may have several lines.
std::string name_from_heading(std::string_view text);

} // namespace notebook_example
