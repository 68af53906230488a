#include "notebook/markdown/markdown.hpp"

#include <string>

#include "notebook/must.hpp"
#include "support/catch.hpp"
#include "support/deltas.hpp"

using namespace notebook_example;

namespace {

const std::string sample = R"(# My notebook

Some words,
in two lines.

## Data

```python
x = 1
```
More words.

~~~
## no section
~~~

<!-- livebook:{"branch_parent_index":1} -->

## A branch
)";

std::string why_not(const std::string& bytes) {
  const auto read = read_markdown(bytes);
  CHECK_FALSE(read);
  return read.reason();
}

std::string written_after(const std::string& bytes, const std::vector<operation>& ops) {
  auto from = value_of(read_markdown(bytes));
  for (const auto& op : ops)
    must(from, op);
  return write_markdown(from);
}

operation edit(const id& cell, std::string_view change) {
  return apply_cell_delta{"ada", cell, value_of(libsync::read_delta(change)), 0};
}

} // namespace

TEST_CASE("headings are sections, fenced blocks are code, all between is text", "[notebook]") {
  const auto data = value_of(read_markdown(sample));
  CHECK(data.name == "My notebook");
  CHECK_FALSE(data.dirty());
  REQUIRE(data.sections.size() == 3);
  CHECK(data.sections[0].name == "Section"); // text before the first heading
  CHECK(data.sections[1].name == "Data");
  CHECK(data.sections[2].name == "A branch");
  CHECK(data.sections[2].parent == "s2");
  CHECK(data.sections[1].cells == std::vector<id>{"c2", "c3", "c4"});
  CHECK(data.cells.at("c1").source.text() == "Some words,\nin two lines."_text);
  CHECK(data.cells.at("c1").type == cell_type::markdown);
  CHECK(data.cells.at("c2").source.text() == "x = 1"_text);
  CHECK(data.cells.at("c2").type == cell_type::code);
  CHECK(data.cells.at("c3").source.text() == "More words."_text);
  CHECK(data.cells.at("c4").source.text() == "## no section"_text);
}

TEST_CASE("unedited parts are written back byte for byte", "[notebook]") {
  for (const std::string& bytes :
       {sample, std::string{}, std::string{"\n\n"}, std::string{"text"}, std::string{"## A"},
        std::string{"\xEF\xBB\xBF# T\r\n\r\ntext\r\n```\r\ncode\r\n```\r\n"},
        std::string{"#  T  \n##   S  \n\n\n\ntext  \n\n\n"},
        std::string{"```` js\n```\n````\n~~~~\n~~~\n~~~~~\n"}, std::string{"### deep\n# late\n"},
        std::string{
            "a\n<!-- livebook:{\"branch_parent_index\":0} -->\n## B\nc\n<!-- notebook: text 1 -->\n"
            "```\n<!-- notebook: end of text 1 -->"}}) {
    INFO(bytes);
    CHECK(written_after(bytes, {}) == bytes);
  }
}

TEST_CASE("an edit changes its own piece and nothing else", "[notebook]") {
  auto expected = sample;
  expected.replace(expected.find("x = 1"), 5, "xy = 1");
  CHECK(written_after(sample, {edit("c2", "[1, \"y\"]")}) == expected);
}

TEST_CASE("the fence and the language of edited code stay, as long as they will do", "[notebook]") {
  CHECK(written_after("```python\nx\n```\n", {edit("c1", "[1, \"\\n```\\ny\"]")}) ==
        "````python\nx\n```\ny\n````\n");
  CHECK(written_after("~~~ js\nx\n~~~\n", {edit("c1", "[1, \"\\n```\\ny\"]")}) ==
        "~~~ js\nx\n```\ny\n~~~\n");
  CHECK(written_after("```\n```\n", {edit("c1", "[\"x\"]")}) == "```\nx\n```\n");
}

TEST_CASE("lines end as they do in the file", "[notebook]") {
  CHECK(written_after("# T\r\n\r\na\r\n\r\n```\r\nb\r\n```\r\n", {edit("c2", "[1, \"c\"]")}) ==
        "# T\r\n\r\na\r\n\r\n```\r\nbc\r\n```\r\n");
}

TEST_CASE("text that would be read as something else gets borders", "[notebook]") {
  CHECK(written_after("text\n", {edit("c1", "[\"## \"]")}) ==
        "<!-- notebook: text 1 -->\n## text\n<!-- notebook: end of text 1 -->\n");
  CHECK(written_after("text\n", {edit("c1", "[\"# \"]")}) ==
        "<!-- notebook: text 1 -->\n# text\n<!-- notebook: end of text 1 -->\n");
  CHECK(written_after("text\n", {edit("c1", "[\"\\n\"]")}) ==
        "<!-- notebook: text 1 -->\n\ntext\n<!-- notebook: end of text 1 -->\n");
  CHECK(written_after("text\n", {edit("c1", "[-4]")}) ==
        "<!-- notebook: text 1 -->\n<!-- notebook: end of text 1 -->\n");
}

TEST_CASE("texts that would run together get borders", "[notebook]") {
  CHECK(written_after("one\n", {insert_cell{"ada", "s1", -1, "markdown", "n", "two"}}) ==
        "one\n\n<!-- notebook: text 1 -->\ntwo\n<!-- notebook: end of text 1 -->\n");
  CHECK(written_after("one\n```\nx\n```\ntwo\n", {move_cell{"ada", "c2", "s1", 9}}) ==
        "one\n\n<!-- notebook: text 1 -->\ntwo\n<!-- notebook: end of text 1 -->\n\n```\nx\n```\n");
}

TEST_CASE("names that a heading cannot hold are written as references", "[notebook]") {
  const std::string name = " a\n&amp;\t& b\r ";
  const auto bytes = written_after(
      "## A\n", {set_section_name{"ada", "s1", name}, set_notebook_name{"ada", name}});
  CHECK(bytes == "# &#32;a&#10;&amp;amp;\t& b&#13;&#32;\n\n"
                 "## &#32;a&#10;&amp;amp;\t& b&#13;&#32;\n");
  const auto read = value_of(read_markdown(bytes));
  CHECK(read.name == name);
  CHECK(read.sections.at(0).name == name);
}

TEST_CASE("a new notebook has its name in its file", "[notebook]") {
  CHECK(write_markdown(notebook{}) == "# Untitled notebook\n");
}

TEST_CASE("a broken file is told with its line", "[notebook]") {
  CHECK(why_not("a\n<!-- notebook: text 1 -->\nb\n<!-- notebook: end of text 2 -->\n") ==
        "2: the text that begins here has no end: expected <!-- notebook: end of text 1 -->");
  CHECK(why_not("a\nb\xFF\n") == "2: expected UTF-8");
  CHECK(why_not(std::string{"a\n\n\0", 4}) == "3: expected text, found a zero byte");
}

TEST_CASE("a huge file is told with the line at which it is too much", "[notebook]") {
  std::string bytes;
  while (bytes.size() <= largest_file)
    bytes += "sixteen bytes..\n";
  CHECK(why_not(bytes) == "1048577: expected a file of at most 16777216 bytes");
  bytes.resize(largest_file);
  CHECK(read_markdown(bytes));
}
