#include "notebook/app/command.hpp"

#include <algorithm>
#include <charconv>

namespace notebook_example {

const char* const help =
    R"(Somebody does something; who is named for the first time joins:
  NAME join [FULL NAME]           NAME leave           NAME rename FULL NAME
  NAME go CELL [OFFSET]           goes to a cell, to its end or an offset in UTF-16 code units
  NAME type TEXT                  types there; \n, \t and \\ stand for what they always do
  NAME erase COUNT                deletes so many code units before
  NAME title TEXT                 names the notebook
  NAME add section [TEXT]         NAME add code|text SECTION [TEXT]
  NAME split CELL                 begins a section with this cell; NAME branch CELL: one that
                                  branches off
  NAME attach SECTION PARENT      lets a section branch off; NAME detach SECTION
  NAME name SECTION TEXT          NAME move section SECTION INDEX
  NAME move cell CELL SECTION [INDEX]
  NAME remove cell CELL           NAME restore CELL
  NAME remove section SECTION [with cells]
Edits of all from `offline` on reach the others at `online`, as over a slow network.
  show    who    save [FILE]    help    quit [anyway]
)";

void words::skip_blanks() {
  left_.remove_prefix(std::min(left_.find_first_not_of(" \t\r"), left_.size()));
}

bool words::at_end() {
  skip_blanks();
  return left_.empty();
}

std::string words::next() {
  skip_blanks();
  const auto word = left_.substr(0, left_.find_first_of(" \t\r"));
  left_.remove_prefix(word.size());
  return std::string{word};
}

libsync::result<std::string> words::text() {
  // One blank parts it from the word before; any other is its own.
  if (!left_.empty())
    left_.remove_prefix(1);
  if (left_.ends_with('\r'))
    left_.remove_suffix(1);
  std::string all;
  for (std::size_t i = 0; i < left_.size(); ++i) {
    if (left_[i] != '\\') {
      all += left_[i] == '\r' ? '\n' : left_[i]; // a line end, as it is in a cell
      continue;
    }
    constexpr std::string_view letters = "nt\\";
    constexpr std::string_view meanings = "\n\t\\";
    const auto which = ++i < left_.size() ? letters.find(left_[i]) : letters.npos;
    if (which == letters.npos)
      return libsync::result<std::string>::failed("expected n, t or \\ after a backslash");
    all += meanings[which];
  }
  left_ = {};
  return all;
}

libsync::result<std::int64_t> words::number(const std::string& what,
                                            std::optional<std::int64_t> otherwise) {
  const auto word = next();
  if (word.empty() && otherwise)
    return *otherwise;
  std::int64_t value = 0;
  const auto* end = word.data() + word.size();
  if (const auto read = std::from_chars(word.data(), end, value);
      word.empty() || read.ec != std::errc{} || read.ptr != end)
    return libsync::result<std::int64_t>::failed(std::string{"expected "}
                                                     .append(what)
                                                     .append(", found ")
                                                     .append(word.empty() ? "nothing" : word));
  return value;
}

} // namespace notebook_example
