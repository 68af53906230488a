#pragma once

/// Files, texts and operations by chance, and what a notebook is to its readers.

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "notebook/markdown/forced.hpp"
#include "notebook/markdown/rules.hpp"
#include "notebook/model/notebook.hpp"
#include "support/choices.hpp"

/// What is read of a notebook, without the names of its sections and cells.
struct shape {
  std::string name;
  std::vector<std::string> sections;
  std::vector<std::string> cells;

  friend bool operator==(const shape&, const shape&) = default;
};

/// By the rules of a file of Livebook, which marks some text.
inline shape shape_of(const notebook_example::notebook& data,
                      const notebook_example::rules& by = {}) {
  using namespace notebook_example;
  shape all{data.name, {}, {}};
  for (const auto& one : data.sections) {
    std::string parent = "none";
    for (std::size_t i = 0; i < data.sections.size(); ++i)
      if (data.sections[i].key == one.parent)
        parent = std::to_string(i);
    all.sections.push_back(one.name + " off " + parent + ", " + std::to_string(one.cells.size()));
    for (const auto& key : one.cells) {
      const auto& cell = data.cells.at(key);
      const auto source = cell.source.text().utf8();
      if (cell.type == cell_type::code)
        all.cells.push_back("code " + source);
      else
        all.cells.push_back("text " +
                            (by.is == dialect::livemd ? close_text(source, by, "\n") : source));
    }
  }
  return all;
}

/// A line that begins or ends something, or seems to.
inline std::string_view any_line(choices& by) {
  static constexpr std::string_view lines[]{
      "",
      "a",
      "",
      "```",
      "# T",
      "## S",
      "~~~",
      "<!-- c -->",
      "```js",
      "1. a",
      "   ```sh",
      "   ```",
      "- a",
      "---",
      "===",
      "<!-- livebook:{\"x\":1} -->",
      "    ```",
      "\t```",
      "  - a",
      "~~~~",
      "  ~~~",
      "## S ##",
      "  ## S",
      "    ## S",
      "# ",
      "##",
      "#### U",
      "> a",
      "> ```",
      "-",
      "  a",
      "* * *",
      "2. b",
      "<!--",
      "-->",
      "<!-- c --> a",
      "  <!-- d -->",
      "<pre>",
      "</pre>",
      "<div>",
      "<b>",
      "title: t",
      "[a]: b",
      "\ta",
      " \t",
      "`a` ```",
      "``",
      "&amp;&#35;",
      "é😀",
      "\xEF\xBB\xBF",
      "<!-- notebook: text 1 -->",
      "<!-- notebook: end of text 1 -->",
      "<!-- notebook: text 2 -->",
      "<!-- livebook:{\"branch_parent_index\":0} -->",
      "<!-- livebook:{\"output\":true} -->",
      "<!-- livebook:{\"force_markdown\":true} -->",
      "<!-- livebook:{\"persist_outputs\":true} -->",
      "<!-- livebook:{\"livebook_object\":\"smart_cell\"} -->",
      "```elixir"};
  return lines[by.below(std::size(lines))];
}

/// Some of the words that are given.
inline std::string_view any_of(choices& by, std::initializer_list<std::string_view> all) {
  return *(all.begin() + static_cast<std::ptrdiff_t>(by.below(all.size())));
}

/// A comment of Livebook, perhaps with a blank line behind it.
inline void add_comment(choices& by, std::vector<std::string>& to) {
  static constexpr std::string_view objects[]{
      R"({"output":true})",
      R"({"branch_parent_index":0})",
      R"({"force_markdown":true})",
      R"({"break_markdown":true})",
      R"({"attrs":"e30","kind":"K","livebook_object":"smart_cell"})",
      R"({"persist_outputs":true})",
      R"({"branch_parent_index":1})",
      R"({"reevaluate_automatically":true})",
      R"({"default_language":"erlang"})",
      R"({"offset":20,"stamp":"x"})"};
  const std::string object{objects[by.below(std::size(objects))]};
  switch (by.below(8)) {
  case 1:
    to.push_back("<!--livebook:" + object + "-->");
    break;
  case 2:
    to.push_back("  <!-- livebook:" + object + " -->  ");
    break;
  default:
    to.push_back("<!-- livebook:" + object + " -->");
  }
  if (by.below(2) == 0)
    to.emplace_back();
}

/// Code in a fence, which may stand anywhere, and may be closed by another one or by none.
inline void add_code(choices& by, std::vector<std::string>& to) {
  const std::string indent{any_of(by, {"", "", " ", "   "})};
  const std::string marks{any_of(by, {"```", "```", "~~~", "````"})};
  to.push_back(indent + marks);
  to.back() += any_of(by, {"", "elixir", "js", "python", "output", " elixir ", "elixir x"});
  for (auto count = by.below(3); count != 0; --count)
    to.emplace_back(any_line(by));
  const std::string last{any_of(by, {"", "", " ", "   ", "    "})};
  to.push_back(last + marks);
  to.back() += any_of(by, {"", "", " ", "\t"});
  if (by.below(6) == 1)
    to.pop_back();
}

/// A line, or some lines that mean something together.
inline void add_block(choices& by, std::vector<std::string>& to) {
  switch (by.below(12)) {
  case 1:
  case 2:
    return add_code(by, to);
  case 3:
    return add_comment(by, to);
  case 4: // outputs of what stands above
    to.emplace_back("<!-- livebook:{\"output\":true} -->");
    if (by.below(2) == 0)
      to.emplace_back();
    return add_code(by, to);
  case 5: // what a comment says of code
    add_comment(by, to);
    return add_code(by, to);
  case 6: // or of a heading
    add_comment(by, to);
    to.emplace_back(any_of(by, {"## A", "# T", "  ## B ##", "### C"}));
    return;
  case 7: // a heading of its own, or of what is above
    to.emplace_back(any_of(by, {"a", "b  ", "  c", "&amp;"}));
    to.emplace_back(any_of(by, {"---", "===", "   --- "}));
    return;
  case 8:
    to.emplace_back("<!-- notebook: text 1 -->");
    to.emplace_back(any_line(by));
    to.emplace_back("<!-- notebook: end of text 1 -->");
    return;
  default:
    to.emplace_back(any_line(by));
  }
}

/// Up to `most` of such blocks; the last line may have no end.
inline std::string any_lines(choices& by, std::size_t most,
                             const std::vector<std::string_view>& ends = {"\n"}) {
  std::vector<std::string> lines;
  for (auto count = by.below(most + 1); count != 0; --count)
    add_block(by, lines);
  std::string all;
  std::string_view end;
  for (const auto& line : lines) {
    all.append(end).append(line);
    end = ends[by.below(ends.size())];
  }
  return by.below(4) == 0 ? all : all += end;
}

/// A file whose lines end in one way, or in all.
inline std::string any_markdown(choices& by) {
  static const std::vector<std::string_view> ends[]{{"\n"}, {"\n"}, {"\r\n"}, {"\n", "\r\n", "\r"}};
  const auto& chosen = ends[by.below(std::size(ends))];
  std::string front = by.below(8) == 1 ? "\xEF\xBB\xBF" : "";
  if (by.below(8) == 1)
    for (const auto* line : {"---", "title: t", "---"})
      front.append(line).append(chosen.front());
  return front + any_lines(by, 10, chosen);
}

/// An operation on the sections and cells of a notebook; it may be refused.
inline notebook_example::operation
any_operation(choices& by, const notebook_example::notebook& data, const std::string& added) {
  using namespace notebook_example;
  const auto index = static_cast<place>(by.below(5));
  const auto& sections = data.sections;
  const auto section = sections.empty() ? id{"s1"} : sections[by.below(sections.size())].key;
  const auto other = sections.empty() ? id{"s1"} : sections[by.below(sections.size())].key;
  id cell = "c1";
  if (!data.cells.empty())
    cell = std::next(data.cells.begin(), static_cast<std::ptrdiff_t>(by.below(data.cells.size())))
               ->first;
  const auto deleted = data.bin.empty() ? id{"c1"} : data.bin[by.below(data.bin.size())].cell;
  switch (by.below(14)) {
  case 0:
    return delete_cell{"ada", cell};
  case 1:
    return restore_cell{"ada", deleted};
  case 2:
    return move_cell{"ada", cell, section, index};
  case 3:
    return insert_cell{"ada", section, index, "code", added, any_lines(by, 3)};
  case 4:
    return insert_cell{"ada", section, index, "markdown", added, any_lines(by, 3)};
  case 5:
    return set_notebook_name{"ada", any_lines(by, 2)};
  case 6:
    return set_section_name{"ada", section, any_lines(by, 2)};
  case 7:
    return move_section{"ada", section, index};
  case 8:
    return delete_section{"ada", section, by.below(2) == 0};
  case 9:
    return insert_section{"ada", index, added};
  case 10:
    return insert_section_into{"ada", section, index, added};
  case 11:
    return insert_branching_section_into{"ada", section, index, added};
  case 12:
    return set_section_parent{"ada", section, other};
  default: {
    const auto found = data.cells.find(cell);
    if (found == data.cells.end())
      return unset_section_parent{"ada", section};
    const auto& source = found->second.source;
    auto change = by.delta(source.text(), 3);
    if (by.below(2) == 0)
      static_cast<void>(change.insert(any_line(by)));
    return apply_cell_delta{"ada", cell, change, source.revision()};
  }
  }
}
