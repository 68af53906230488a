#include "notebook/app/command.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace notebook_example {

const char* const help =
    R"(Somebody who has joined does something:
  NAME join [FULL NAME]       NAME leave       NAME rename FULL NAME
  NAME go CELL [OFFSET]       goes to a cell: to its end, or to an offset in
                              UTF-16 code units
  NAME type TEXT              types there; \n, \t and \\ are a line end, a tab
                              and a backslash
  NAME erase COUNT            deletes so many code units before
  NAME replace CELL|all OLD by NEW
                              in one step, everywhere there or nowhere
  NAME title TEXT             names the notebook
  NAME add section [at INDEX] [TEXT]
  NAME add code|text SECTION [at INDEX] [TEXT]
                              before what is there; counted from 0, -1 is the
                              end
  NAME language CELL [LANGUAGE]
                              of a code cell; without LANGUAGE it has none
  NAME split CELL             begins a section with this cell
  NAME branch CELL            the same, and that section branches off
  NAME attach SECTION PARENT  lets a section branch off from another
  NAME detach SECTION         lets it branch off from none
  NAME name SECTION TEXT      names a section
  NAME move section SECTION INDEX
  NAME move cell CELL SECTION [INDEX]
  NAME remove cell CELL       puts a cell into the bin
  NAME restore CELL           brings it back
  NAME remove section SECTION [with cells]
  NAME undo                   takes back the last change by NAME, and then the
                              one before. What others did since stays. Neither
                              an edit that waited offline nor the removal of a
                              section can be taken back.
Edits of all from `offline` on reach the others at `online`, as over a slow
network.
  show [CELL]   who   find TEXT   save [FILE]   help   quit [anyway]
Work that is not saved when SIGTERM, SIGHUP or Ctrl-C ends the program goes to
FILE.recovered. At a prompt Ctrl-C drops the line, and Ctrl-D ends.
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

namespace {

// What a text says, with what stands for line ends and tabs in it.
libsync::result<std::string> resolve(std::string_view from) {
  std::string all;
  for (std::size_t i = 0; i < from.size(); ++i) {
    if (from[i] != '\\') {
      all += from[i] == '\r' ? '\n' : from[i]; // a line end, as it is in a cell
      continue;
    }
    constexpr std::string_view letters = "nt\\";
    constexpr std::string_view meanings = "\n\t\\";
    const auto which = ++i < from.size() ? letters.find(from[i]) : letters.npos;
    if (which == letters.npos)
      return libsync::result<std::string>::failed("expected n, t or \\ after a backslash");
    all += meanings[which];
  }
  return all;
}

} // namespace

libsync::result<std::string> words::text() {
  // One blank parts it from the word before; any other is its own.
  if (!left_.empty())
    left_.remove_prefix(1);
  if (left_.ends_with('\r'))
    left_.remove_suffix(1);
  return resolve(std::exchange(left_, {}));
}

libsync::result<std::string> words::text_before_by() {
  constexpr std::string_view border = " by";
  if (!left_.empty())
    left_.remove_prefix(1);
  auto end = left_.find(border);
  while (end != left_.npos && end + border.size() < left_.size() &&
         left_[end + border.size()] != ' ')
    end = left_.find(border, end + 1);
  if (end == left_.npos)
    return libsync::result<std::string>::failed("expected `by` and a text");
  const auto before = left_.substr(0, end);
  left_.remove_prefix(end + border.size());
  return resolve(before);
}

std::optional<std::int64_t> words::place() {
  auto ahead = *this;
  if (ahead.next() != "at")
    return std::nullopt;
  const auto found = ahead.number("an index");
  if (!found)
    return std::nullopt;
  *this = ahead;
  return *found;
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
