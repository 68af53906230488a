#pragma once

/// Files, texts and operations by chance, and what a notebook is to its readers.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "notebook/model/notebook.hpp"
#include "support/choices.hpp"

/// What is read of a notebook, without the names of its sections and cells.
struct shape {
  std::string name;
  std::vector<std::string> sections;
  std::vector<std::string> cells;

  friend bool operator==(const shape&, const shape&) = default;
};

inline shape shape_of(const notebook_example::notebook& data) {
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
      all.cells.push_back((cell.type == cell_type::code ? "code " : "text ") +
                          cell.source.text().utf8());
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

/// Up to `most` of such lines; the last one may have no end.
inline std::string any_lines(choices& by, std::size_t most,
                             const std::vector<std::string_view>& ends = {"\n"}) {
  std::string all;
  std::string_view end;
  for (auto count = by.below(most + 1); count != 0; --count) {
    all += end;
    all += any_line(by);
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
  return front + any_lines(by, 12, chosen);
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
