#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace example {

/// Reads lines as they arrive: what a terminal or a pipe has delivered is handed on without waiting
/// for more. Holds one block and one line of at most `longest_line` bytes.
class line_reader {
public:
  static constexpr std::size_t longest_line = 1 << 20;

  /// Opens `file`; `-` is standard input. Check `reason()`.
  explicit line_reader(const std::string& file);
  line_reader(const line_reader&) = delete;
  line_reader& operator=(const line_reader&) = delete;
  ~line_reader();

  /// Returns why the file cannot be opened or read; empty if it can.
  [[nodiscard]] const std::string& reason() const noexcept { return reason_; }

  /// The file that is read, for those who wait for other things too.
  [[nodiscard]] int descriptor() const noexcept { return file_; }

  /// Forgets the beginning of a line whose end was not read yet.
  void drop_line() noexcept {
    rest_.clear();
    cut_ = false;
  }

  /// Reads what is there, waiting for at least something, and calls `visit(line, is_whole)` for
  /// each line in it; one that is too long is not whole. Returns false at the end.
  template <class Visit>
  bool read(Visit visit) {
    std::string_view block = read_block();
    if (block.empty()) {
      if (!rest_.empty() || cut_)
        hand_on(visit);
      return false;
    }
    for (std::size_t end; (end = block.find('\n')) != block.npos; block.remove_prefix(end + 1)) {
      keep(block.substr(0, end));
      hand_on(visit);
    }
    keep(block);
    return true;
  }

private:
  std::string_view read_block();

  void keep(std::string_view part) {
    cut_ = cut_ || rest_.size() + part.size() > longest_line;
    if (!cut_)
      rest_ += part;
  }

  template <class Visit>
  void hand_on(Visit& visit) {
    visit(std::string_view{rest_}, !cut_);
    rest_.clear();
    cut_ = false;
  }

  int file_;
  bool own_;
  bool cut_ = false;
  std::string reason_;
  std::string block_;
  std::string rest_;
};

} // namespace example
