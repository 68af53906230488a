// Lines of the notebook's script or prompt: each is refused in words, or makes operations, which
// are accepted and can be taken back, or are refused and change nothing. Words and texts are those
// that a model finds. Whatever was said, the notebook is opened as it is saved.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/expect.hpp"
#include "notebook/any_notebook.hpp"
#include "notebook/app/command.hpp"
#include "notebook/app/search.hpp"
#include "notebook/app/structure.hpp"
#include "notebook/app/undo.hpp"
#include "notebook/app/vocabulary.hpp"
#include "notebook/markdown/markdown.hpp"

#include "libsync/reducer.hpp"

namespace {

using namespace notebook_example;

constexpr std::string_view file = R"(# A notebook

## First

Some text

```elixir
1 + 1
```

## Second

<!-- livebook:{"branch_parent_index":0} -->

## Third

naïve 😀 text
)";

libsync::outcome step(notebook& data, const operation& op) {
  return libsync::reducer<notebook>::step(data, op);
}

notebook opened() {
  auto data = *read_markdown(file);
  expect(step(data, client_join{"ada", "user of ada", "Ada"}).accepted(), "ada joins");
  expect(step(data, delete_cell{"ada", "c2"}).accepted(), "a cell is deleted");
  return data;
}

std::vector<std::string> words_of(std::string_view line) {
  constexpr std::string_view blanks = " \t\r";
  std::vector<std::string> all;
  bool parted = true;
  for (const char next : line) {
    const bool blank = blanks.find(next) != blanks.npos;
    if (!blank && parted)
      all.emplace_back();
    if (!blank)
      all.back() += next;
    parted = blank;
  }
  return all;
}

void check_words(std::string_view line) {
  words rest{line};
  for (const auto& word : words_of(line)) {
    expect(!rest.at_end(), "there is another word");
    expect(rest.next() == word, "a model finds the same word");
  }
  expect(rest.at_end() && rest.next().empty(), "a model finds as many words");
  std::string spelled = " ";
  for (const char next : line)
    if (next == '\\')
      spelled += R"(\\)";
    else if (next == '\t')
      spelled += R"(\t)";
    else if (next == '\r')
      spelled += R"(\n)";
    else
      spelled += next;
  std::string meant{line};
  std::replace(meant.begin(), meant.end(), '\r', '\n');
  const auto text = words{spelled}.text();
  expect(text && *text == meant, "a text that is spelled is read as it was meant");
}

void check_completion(std::string_view line, const notebook& data) {
  const auto all = complete(line, data);
  expect(std::is_sorted(all.begin(), all.end()), "completions are in order");
  const auto word = line.substr(line.find_last_of(" \t") + 1);
  for (const auto& one : all)
    expect(one.starts_with(word), "a completion begins with what is there");
}

// Replaces as `replace` of the prompt does, and as a loop over bytes.
void check_replacement(words rest, const notebook& data) {
  rest.next();
  const auto from = rest.text_before_by();
  const auto to = from ? rest.text() : from;
  if (!to)
    return expect(!to.reason().empty(), "a refusal has a reason");
  if (libsync::utf8::find_invalid(*to) != libsync::utf8::npos)
    return;
  for (const auto& [key, one] : data.cells) {
    const auto before = one.source.text().utf8();
    const auto change = replacement(before, *from, *to);
    auto wanted = before;
    for (std::size_t at = 0; !from->empty() && (at = wanted.find(*from, at)) != wanted.npos;
         at += to->size())
      wanted.replace(at, from->size(), *to);
    auto now = one.source.text();
    if (libsync::utf8::find_invalid(*from) == libsync::utf8::npos)
      expect(change && libsync::apply_delta(now, *change).accepted() && now.utf8() == wanted,
             "a loop over bytes replaces the same");
  }
}

void check_structure(const std::string& name, const std::string& action, words rest, notebook& data,
                     int& made) {
  const auto wanted =
      read_structure({name, data, [&] { return "n" + std::to_string(++made); }}, action, rest);
  if (!wanted)
    return expect(!wanted.reason().empty(), "a refusal has a reason");
  expect(!wanted->empty(), "what is said is some operation");
  for (const auto& op : *wanted) {
    const auto before = data;
    const auto back = inverse_of(op, data);
    if (const auto done = step(data, op); !done) {
      expect(!done.reason().empty(), "a refusal has a reason");
      return expect(data == before, "what is refused changes nothing");
    }
    if (!back.why_not.empty())
      continue;
    auto undone = data;
    for (const auto& one : back.operations)
      expect(step(undone, one).accepted(), "what was done can be taken back");
    expect(shape_of(undone) == shape_of(before), "what was taken back is as before");
  }
}

void run(std::string_view line, notebook& data, int& made) {
  check_words(line);
  check_completion(line, data);
  words rest{line};
  const auto name = rest.next();
  const auto action = rest.next();
  if (!is_one_of(actions(), action))
    expect(no_command(action, actions()).starts_with("there is no command "), "a refusal tells");
  else if (action == "replace")
    check_replacement(rest, data);
  else
    check_structure(name, action, rest, data, made);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static const notebook initial = opened();
  std::string_view all{reinterpret_cast<const char*>(bytes), size};
  auto data = initial;
  for (int made = 0; !all.empty();) {
    const auto line = all.substr(0, all.find('\n'));
    all.remove_prefix(std::min(all.size(), line.size() + 1));
    run(line, data, made);
  }
  for (const auto is : {dialect::markdown, dialect::livemd}) {
    const auto again = read_markdown(write_markdown(data, is), is);
    expect(again.reason().empty(), "what is saved can be opened");
    const rules by{is, false, again->sheet.is_lowered};
    expect(shape_of(*again, by) == shape_of(data, by), "what is saved is opened as the same");
  }
  return 0;
}
