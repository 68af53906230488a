#pragma once

/// Text in lines, as it is put together.

#include <algorithm>
#include <string>
#include <string_view>

#include "notebook/markdown/lines.hpp"
#include "notebook/model/frame.hpp"

namespace notebook_example {

/// Takes parts of a file, one after the other.
class composer {
public:
  explicit composer(line_end usual) : end_(bytes_of(usual)) {}

  void add(std::string_view part) {
    // One line end must not become of two.
    if (all_.ends_with('\r') && part.starts_with('\n'))
      all_ += '\n';
    all_ += part;
  }

  /// Ends the line, unless it has ended.
  void begin_line() {
    if (!is_at_begin() && !all_.ends_with('\n') && !all_.ends_with('\r'))
      add(end_);
  }

  /// Ends the line, and leaves one blank, unless there is one.
  void begin_block() {
    begin_line();
    if (!is_at_begin() && !is_blank(last_line()))
      add(end_);
  }

  [[nodiscard]] const std::string& all() const noexcept { return all_; }

private:
  [[nodiscard]] bool is_at_begin() const noexcept {
    return all_.empty() || all_ == byte_order_mark;
  }

  // The last one, which has ended.
  [[nodiscard]] std::string_view last_line() const {
    const auto text = without_line_end(all_);
    const auto begin = text.find_last_of("\r\n");
    const auto line = text.substr(begin == text.npos ? 0 : begin + 1);
    return line == byte_order_mark ? std::string_view{} : line;
  }

  std::string_view end_;
  std::string all_;
};

} // namespace notebook_example
