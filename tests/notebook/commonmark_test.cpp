// What a block is, as CommonMark says: a table of short files with their sections and cells.

#include <string>
#include <string_view>

#include "notebook/markdown/markdown.hpp"
#include "support/catch.hpp"
#include "support/deltas.hpp"

using namespace notebook_example;

namespace {

// Sections as "#name", code as "`source`" and text as "text".
std::string structure(std::string_view bytes) {
  const auto data = value_of(read_markdown(bytes));
  std::string all = data.name == notebook{}.name ? "" : "T:" + data.name + ' ';
  for (const auto& one : data.sections) {
    all += '#' + one.name + ' ';
    for (const auto& key : one.cells) {
      const auto& cell = data.cells.at(key);
      all += cell.type == cell_type::code ? '`' + cell.source.text().utf8() + "` " : "text ";
    }
  }
  return all;
}

struct example {
  std::string_view what;
  std::string_view bytes;
  std::string_view structure;
};

constexpr example examples[]{
    {"an underline makes a heading", "A\n---\n", "#A "},
    {"of the first level, the title", "A\n===\n", "T:A "},
    {"of one mark", "A\n-\n", "#A "},
    {"that may be indented by three", "A\n   ---  \n", "#A "},
    {"but not by four", "A\n    ---\n", "#Section text "},
    {"and has no blanks inside", "A\n- -\n", "#Section text "},
    {"of several lines", "A\nB\n---\n", "#A\nB "},
    {"not behind a blank line", "A\n\n---\n", "#Section text "},
    {"not below code", "    A\n---\n", "#Section text "},
    {"not below a heading", "### A\n---\n", "#Section text "},
    {"not for a line that goes on lazily", "> A\n---\n", "#Section text "},
    {"nor in a list", "- A\n---\n", "#Section text "},
    {"but in a list of its own it is inside", "- A\n  ---\n", "#Section text "},
    {"it may follow a heading directly", "## A\nB\n---\n", "#A #B "},
    {"a heading may be indented by three", "   ## A\n", "#A "},
    {"but not by four", "    ## A\n", "#Section text "},
    {"nor by a tab", "\t## A\n", "#Section text "},
    {"four in a paragraph are its next line", "a\n    ## A\n", "#Section text "},
    {"a heading ends a paragraph", "a\n## A\nb\n", "#Section text #A text "},
    {"its marks need a blank", "##A\n", "#Section text "},
    {"a tab will do", "##\tA\n", "#A "},
    {"a backslash takes its meaning", "\\## A\n", "#Section text "},
    {"closing marks are no part of it", "## A ######  \n", "#A "},
    {"unless something follows", "## A ## b\n", "#A ## b "},
    {"or no blank parts them", "## A##\n", "#A## "},
    {"seven marks are none", "####### A\n", "#Section text "},
    {"a comment hides headings", "<!--\n## A\n\n## B\n-->\n\n## C\n", "#C "},
    {"also one that never ends", "<!--\n\n## A\n", "#Section text "},
    {"a raw block hides headings", "<pre>\n\n## A\n\n</pre>\n", "#Section text "},
    {"and fences", "<script>\n```\nx\n```\n</script>\n", "#Section text "},
    {"its end may be another's", "<pre>\n</style>\n## A\n", "#Section text #A "},
    {"other blocks end at a blank line", "<div>\n## A\n\n## B\n", "#Section text #B "},
    {"a lone tag, too", "<b>\n## A\n\n## B\n", "#Section text #B "},
    {"but not within a paragraph", "a\n<b>\n## A\n", "#Section text #A "},
    {"a fence goes on to the end", "```\nx\n\n## A\n", "#Section `x\n\n## A` "},
    {"a shorter one does not close it", "````\nx\n```\n", "#Section `x\n```` "},
    {"nor do other marks", "```\nx\n~~~\n", "#Section `x\n~~~` "},
    {"nor one with a language", "```\nx\n``` js\n", "#Section `x\n``` js` "},
    {"a longer one does", "```\nx\n`````\n", "#Section `x` "},
    {"indented by four it does not", "```\nx\n    ```\n", "#Section `x\n    ```` "},
    {"and opens none", "    ```\n    x\n", "#Section text "},
    {"a tab is as much", "\t```\n\tx\n", "#Section text "},
    {"a mark in the language opens none", "``` a`b\nx\n", "#Section text "},
    {"but another kind may", "~~~ a`b\nx\n~~~\n", "#Section `x` "},
    {"two marks are none", "``\nx\n``\n", "#Section text "},
    {"a fence ends a paragraph", "a\n```\nx\n```\nb\n", "#Section text `x` text "},
    {"in a list it is text", "- a\n\n  ```\n  x\n  ```\n", "#Section text "},
    {"right behind the marker, too", "- ```\n  x\n  ```\n", "#Section text "},
    {"behind a tab, too", "-\t```\n\tx\n\t```\n", "#Section text "},
    {"it ends with its item", "- ```\n  x\n\n```\ny\n```\n", "#Section text `y` "},
    {"in a quotation it is text", "> ```\n> x\n> ```\n", "#Section text "},
    {"it ends with the quotation", "> ```\nx\n\n## A\n", "#Section text #A "},
    {"less indented it has left the list", "- a\n\n ```\n x\n ```\n", "#Section text ` x` "},
    {"as a heading has", "1. a\n\n  ## A\n", "#Section text #A "},
    {"enough indented it is inside", "1. a\n\n   ## A\n", "#Section text "},
    {"a second item may interrupt none", "a\n2. b\n\n   ## A\n", "#Section text #A "},
    {"a rule is no underline", "a\n***\n## A\n", "#Section text #A "},
    {"a definition is no heading", "[a]: /b\n---\n", "#Section text "},
};

} // namespace

TEST_CASE("every block is what CommonMark says", "[notebook]") {
  for (const auto& one : examples) {
    INFO(one.what << ":\n" << one.bytes);
    CHECK(structure(one.bytes) == one.structure);
    CHECK(write_markdown(value_of(read_markdown(one.bytes))) == one.bytes);
  }
}
