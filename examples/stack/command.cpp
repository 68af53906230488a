#include "command.hpp"

#include <vector>

namespace stack_example {
namespace {

std::vector<std::string_view> words_of(std::string_view line) {
  constexpr std::string_view blanks = " \t\r\v\f";
  std::vector<std::string_view> words;
  for (std::size_t at = 0; (at = line.find_first_not_of(blanks, at)) != line.npos;) {
    const auto end = std::min(line.find_first_of(blanks, at), line.size());
    words.push_back(line.substr(at, end - at));
    at = end;
  }
  return words;
}

} // namespace

std::variant<std::monostate, command, std::string> read_command(std::string_view line,
                                                                std::size_t number) {
  const auto words = words_of(line);
  if (words.empty() || words[0].starts_with('#'))
    return {};
  if (words.size() == 1)
    return std::string{
        "expected push ITEM, pop, reverse, undo, redo, join or leave after the client"};
  const bool pushes = words[1] == "push";
  if (pushes && words.size() == 2)
    return std::string{"expected an item after push"};
  command read{number, std::string{words[0]}, joins{}};
  if (pushes)
    read.what = stack::operation{push{std::string{words[2]}}};
  else if (words[1] == "pop")
    read.what = stack::operation{pop{}};
  else if (words[1] == "reverse")
    read.what = stack::operation{reverse{}};
  else if (words[1] == "undo")
    read.what = undoes{};
  else if (words[1] == "redo")
    read.what = redoes{};
  else if (words[1] == "leave")
    read.what = leaves{};
  else if (words[1] != "join")
    return "expected push ITEM, pop, reverse, undo, redo, join or leave, found " +
           std::string{words[1]};
  if (words.size() > (pushes ? 3u : 2u))
    return "expected the end of the line after " + std::string{words[pushes ? 2 : 1]};
  return read;
}

} // namespace stack_example
