#include "notebook/app/layout.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "libsync/text.hpp"

namespace notebook_example {

namespace {

struct range {
  char32_t first;
  char32_t last;
};

// Most of what terminals show without a column of its own, and in two columns.
constexpr std::array<range, 4> narrow{
    {{0x300, 0x36F}, {0x200B, 0x200F}, {0xFE00, 0xFE0F}, {0xFEFF, 0xFEFF}}};
constexpr std::array<range, 9> wide{{{0x1100, 0x115F},
                                     {0x2E80, 0xA4CF},
                                     {0xAC00, 0xD7A3},
                                     {0xF900, 0xFAFF},
                                     {0xFE30, 0xFE6F},
                                     {0xFF00, 0xFF60},
                                     {0xFFE0, 0xFFE6},
                                     {0x1F300, 0x1FAFF},
                                     {0x20000, 0x3FFFD}}};

template <class Ranges>
bool is_in(const Ranges& all, char32_t one) {
  return std::any_of(all.begin(), all.end(),
                     [=](const range& in) { return one >= in.first && one <= in.last; });
}

// How many columns a character takes; a tab takes as many as it can.
std::size_t columns_for(std::string_view character) {
  if (character == "\t")
    return 8;
  if (character.size() == 1)
    return 1;
  auto point = static_cast<char32_t>(static_cast<unsigned char>(character.front()) &
                                     (0x7FU >> character.size()));
  for (const char next : character.substr(1))
    point = point << 6 | (static_cast<unsigned char>(next) & 0x3FU);
  return is_in(narrow, point) ? 0 : is_in(wide, point) ? 2 : 1;
}

std::string_view first_character(std::string_view text) {
  const auto one = libsync::utf8::advance(text, 1).bytes;
  return text.substr(0, one != 0 ? one : libsync::utf8::advance(text, 2).bytes);
}

std::size_t columns_of_text(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty()) {
    const auto next = first_character(text);
    columns += columns_for(next);
    text.remove_prefix(next.size());
  }
  return columns;
}

} // namespace

std::size_t columns_of(int file) {
  winsize size{};
  if (::isatty(file) == 0)
    return 0;
  return ::ioctl(file, TIOCGWINSZ, &size) == 0 && size.ws_col != 0 ? size.ws_col : 80;
}

std::string_view beginning_of(std::string_view line, std::size_t columns) {
  std::size_t used = 0;
  for (auto left = line; columns != 0 && !left.empty();) {
    const auto next = first_character(left);
    used += columns_for(next);
    const auto size = line.size() - left.size();
    if (used > columns && size != 0) {
      const auto blank = line.rfind(' ', size);
      return line.substr(0, blank != line.npos && blank >= size / 2 ? blank + 1 : size);
    }
    left.remove_prefix(next.size());
  }
  return line;
}

std::string wrap(std::string_view message, std::size_t columns) {
  if (columns == 0)
    return std::string{message};
  std::string all;
  std::size_t used = 0;
  while (!message.empty()) {
    const auto word = message.substr(0, message.find(' ', 1)); // with the blank before it
    const auto size = columns_of_text(word);
    const bool fits = used + size <= columns || used == 0;
    all.append(fits ? "" : "\n").append(fits ? word : word.substr(1));
    used = fits ? used + size : size - 1;
    message.remove_prefix(word.size());
  }
  return all;
}

std::string list_words(const std::vector<std::string>& all, std::size_t columns) {
  constexpr std::size_t most = 100;
  std::string text;
  std::size_t used = 0;
  for (std::size_t i = 0; i < std::min(all.size(), most); ++i) {
    const auto size = columns_of_text(all[i]);
    const bool fits = columns == 0 || used + 2 + size <= columns;
    text += used == 0 ? "" : fits ? "  " : "\n";
    used = (used == 0 || !fits ? 0 : used + 2) + size;
    text += all[i];
  }
  if (all.size() > most)
    text += "\nand " + std::to_string(all.size() - most) + " more";
  return text;
}

} // namespace notebook_example
