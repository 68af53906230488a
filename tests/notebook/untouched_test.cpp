// What nobody edits keeps its bytes: small files, an edit, and what is saved.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "notebook/markdown/markdown.hpp"
#include "notebook/must.hpp"
#include "support/catch.hpp"
#include "support/deltas.hpp"

#include "libsync/reducer.hpp"

using namespace notebook_example;

namespace {

// A file after edits, each as its own line of a script would make it.
class edited {
public:
  explicit edited(std::string_view bytes) : data_(value_of(read_markdown(bytes))) {}

  edited& type(const id& cell, std::string_view text) {
    return type(cell, data_.cells.at(cell).source.text().size(), text);
  }
  edited& type(const id& cell, std::uint64_t at, std::string_view text) {
    libsync::delta change;
    REQUIRE(change.retain(at));
    REQUIRE(change.insert(text));
    return change_cell(cell, change);
  }
  edited& erase(const id& cell, std::uint64_t before, std::uint64_t count) {
    libsync::delta change;
    REQUIRE(change.retain(before - count));
    REQUIRE(change.erase(count));
    return change_cell(cell, change);
  }
  edited& apply(const operation& op) {
    must(data_, op);
    return *this;
  }
  edited& save() {
    must(data_, notebook_saved{"ada"});
    return *this;
  }

  [[nodiscard]] const notebook& data() const { return data_; }
  [[nodiscard]] std::string file() const { return write_markdown(data_); }

private:
  edited& change_cell(const id& cell, const libsync::delta& change) {
    return apply(apply_cell_delta{"ada", cell, change, data_.cells.at(cell).source.revision()});
  }

  notebook data_;
};

} // namespace

TEST_CASE("a letter that is typed is the only change of a file", "[notebook]") {
  const std::string list = "1. a\n\n   ```sh\n   x\n   ```\n\n2. b\n";
  CHECK(edited{list}.type("c1", 18, "Z").file() == "1. a\n\n   ```sh\n   Zx\n   ```\n\n2. b\n");
  CHECK(edited{list}.type("c1", "Z").file() == "1. a\n\n   ```sh\n   x\n   ```\n\n2. bZ\n");
  CHECK(edited{"# T\n\n## S\n\n# H\n"}.type("c1", "Z").file() == "# T\n\n## S\n\n# HZ\n");
  CHECK(edited{"```\nx\n```\ntext\n```\ny\n```\n"}.type("c2", "Z").file() ==
        "```\nx\n```\ntextZ\n```\ny\n```\n");
  CHECK(edited{"# T\n\n```\nx\n```\n\n\ntext\n"}.type("c1", "Z").file() ==
        "# T\n\n```\nxZ\n```\n\n\ntext\n");
  CHECK(edited{"  ~~~~ js \n  x\n ~~~~~ \n"}.type("c1", "Z").file() ==
        "  ~~~~ js \n  xZ\n ~~~~~ \n");
  CHECK(edited{"\xEF\xBB\xBF# T\n\ntext"}.type("c1", "Z").file() == "\xEF\xBB\xBF# T\n\ntextZ");
  CHECK(edited{"- a\n\n      b\n\n> ```\n> x\n"}.type("c1", "Z").file() ==
        "- a\n\n      b\n\n> ```\n> xZ\n");
}

TEST_CASE("a line end is one unit, in the kind of the file", "[notebook]") {
  const std::string bytes = "```\r\nx\r\ny\r\n```\r\n";
  CHECK(edited{bytes}.data().cells.at("c1").source.text() == "x\ny"_text);
  CHECK(edited{bytes}.erase("c1", 2, 1).file() == "```\r\nxy\r\n```\r\n");
  CHECK(edited{bytes}.erase("c1", 3, 1).file() == "```\r\nx\r\n\r\n```\r\n");
  CHECK(edited{bytes}.type("c1", 1, "\n").file() == "```\r\nx\r\n\r\ny\r\n```\r\n");
  CHECK(edited{"a\r\rb\r"}.type("c1", 1, "\nZ").file() == "a\rZ\r\rb\r");
}

TEST_CASE("lines of other kinds stay as they are", "[notebook]") {
  const std::string bytes = "```\na\r\nb\rc\nd\r\n```\n";
  CHECK(edited{bytes}.file() == bytes);
  CHECK(edited{bytes}.type("c1", 0, "\n").type("c1", "Z").file() ==
        "```\n\na\r\nb\rc\ndZ\r\n```\n");
  CHECK(edited{bytes}.erase("c1", 3, 2).file() == "```\na\rc\nd\r\n```\n");
  // Where \r would come before \n, it takes one of its own: they are two line ends.
  CHECK(edited{bytes}.erase("c1", 5, 1).file() == "```\na\r\nb\r\n\nd\r\n```\n");
}

TEST_CASE("a zero byte and a carriage return are refused", "[notebook]") {
  auto data = value_of(read_markdown("text\n"));
  const auto why = [&](const operation& op) {
    return libsync::reducer<notebook>::step(data, op).reason();
  };
  libsync::delta zero;
  REQUIRE(zero.insert(std::string_view{"\0", 1}));
  CHECK(why(apply_cell_delta{"ada", "c1", zero, 0}) == "the text has a zero byte");
  CHECK(why(insert_cell{"ada", "s1", 0, "code", "n", std::string{"\0", 1}}) ==
        "the text has a zero byte");
  CHECK(why(set_notebook_name{"ada", std::string{"\0", 1}}) == "the name has a zero byte");
  CHECK(why(set_section_name{"ada", "s1", std::string{"\0", 1}}) == "the name has a zero byte");
  CHECK(why(apply_cell_delta{"ada", "c1", "[\"a\\r\\n\"]"_delta, 0}) ==
        "the text has a carriage return, expected \\n at the end of a line");
  CHECK(write_markdown(data) == "text\n");
}

TEST_CASE("a cell comes back from the bin as it stood", "[notebook]") {
  const std::string code = "```elixir\nx\n```\n";
  CHECK(
      edited{code}.apply(delete_cell{"ada", "c1"}).save().apply(restore_cell{"ada", "c1"}).file() ==
      code);
  const std::string smart =
      "<!-- livebook:{\"attrs\":\"e30\",\"kind\":\"K\",\"livebook_object\":\"smart_cell\"} -->\n\n"
      "```elixir\nchart\n```\n\n```elixir\nmine\n```\n";
  auto all = edited{smart};
  CHECK(all.data().cells.at("c1").frame.smart.starts_with("<!-- livebook:{\"attrs\""));
  CHECK(all.apply(delete_cell{"ada", "c1"}).file() == "```elixir\nmine\n```\n");
  CHECK(all.save().apply(restore_cell{"ada", "c1"}).file() == smart);
  CHECK(edited{smart}.apply(delete_cell{"ada", "c2"}).file() ==
        smart.substr(0, smart.find("```elixir\nmine")));
  CHECK(edited{smart}.apply(move_cell{"ada", "c1", "s1", 2}).file() ==
        "```elixir\nmine\n```\n\n" + smart.substr(0, smart.find("```elixir\nmine")));
}

TEST_CASE("comments go with the heading or code below them", "[notebook]") {
  CHECK(edited{"# T\n\n## A\n\n## B\n\n<!-- livebook:{\"branch_parent_index\":0} -->\n\n## C\n\n"
               "## D\n"}
            .apply(delete_section{"ada", "s3"})
            .file() == "# T\n\n## A\n\n## B\n\n## D\n");
  CHECK(edited{"a\n<!-- one\n  two -->\n\n<!-- three -->\n```\nx\n```\nb\n<!-- c -->\nd\n"}
            .apply(delete_cell{"ada", "c2"})
            .file() == "a\n\n<!-- notebook: text 1 -->\nb\n<!-- c -->\nd\n"
                       "<!-- notebook: end of text 1 -->\n");
  CHECK(edited{"<!-- a --> text\n```\nx\n```\n"}.apply(delete_cell{"ada", "c2"}).file() ==
        "<!-- a --> text\n");
  CHECK(edited{"a\n\n<!-- livebook:{\"break_markdown\":true} -->\n\nb\n"}.data().cells.size() == 2);
  CHECK(edited{"a\n\n<!-- livebook:{\"offset\":1,\"stamp\":\"x\"} -->\n"}
            .apply(insert_cell{"ada", "s1", -1, "code", "n", "x"})
            .file() == "a\n\n```\nx\n```\n\n<!-- livebook:{\"offset\":1,\"stamp\":\"x\"} -->\n");
}

TEST_CASE("a title is replaced where it stands", "[notebook]") {
  const auto titled = [](std::string_view bytes) {
    return edited{bytes}.apply(set_notebook_name{"ada", "N"}).file();
  };
  CHECK(titled("---\ntitle: t\n---\n\n# H\n") == "---\ntitle: t\n---\n\n# N\n");
  CHECK(titled("<!-- livebook:{\"persist_outputs\":true} -->\n\n# My\n\n## A\n") ==
        "<!-- livebook:{\"persist_outputs\":true} -->\n\n# N\n\n## A\n");
  CHECK(titled("---\ntitle: t\n---\ntext\n") == "---\ntitle: t\n---\n\n# N\n\ntext\n");
  CHECK(titled("My\n===\n\ntext\n") == "N\n===\n\ntext\n");
  CHECK(titled("  #  My  ## \ntext\n") == "  #  N  ## \ntext\n");
  CHECK(titled("#\ntext\n") == "# N\ntext\n");
  CHECK(titled("![badge](b.svg)\n\n# My\n\ntext\n") == "![badge](b.svg)\n\n# N\n\ntext\n");
  CHECK(titled("<!--\n# no title\n-->\n\n# My\n") == "<!--\n# no title\n-->\n\n# N\n");
  CHECK(titled("\xEF\xBB\xBF\r\n# My\r\n") == "\xEF\xBB\xBF\r\n# N\r\n");
}

TEST_CASE("structure is what CommonMark says", "[notebook]") {
  const auto cells = [](std::string_view bytes) {
    return value_of(read_markdown(bytes)).cells.size();
  };
  const auto section = [](std::string_view bytes) {
    const auto data = value_of(read_markdown(bytes));
    return data.sections.empty() ? std::string{"none"} : data.sections.front().name;
  };
  CHECK(cells("a\n\n  - b\n\n        ```\n    ```\n    x\n") == 1);
  CHECK(cells("> a\n> ```\n> x\n> ```\n") == 1);
  CHECK(cells("> a\n```\nx\n```\n") == 2);
  CHECK(cells("<pre>\n```\nx\n```\n\n## y\n</pre>\n") == 1);
  CHECK(cells("<div>\n```\nx\n\n## y\n") == 1);
  CHECK(cells("    ```\n    x\n    ```\n") == 1);
  CHECK(cells("```\nx\n\n## y\n") == 1);
  CHECK(value_of(read_markdown("~~~\nx\n\n")).cells.at("c1").source.text() == "x\n"_text);
  CHECK(section("## A b ##\n") == "A b");
  CHECK(section("   ##\tA#\n") == "A#");
  CHECK(section("####### A\n") == "Section");
  CHECK(section("A\nb\n---\n") == "A\nb");
  CHECK(section("- A\n---\n") == "Section");
  CHECK(section("[a]: b\n---\n") == "Section");
  CHECK(section("\n---\n\na\n") == "Section");
  CHECK(section("<!-- a\n## A\n-->\n") == "Section");
  CHECK(section("- a\n\n  ## A\n") == "Section");
  CHECK(section("- a\n\n ## A\n") == "Section");
}

TEST_CASE("names that their heading cannot hold get another", "[notebook]") {
  const auto named = [](std::string_view bytes, const std::string& name) {
    return edited{bytes}.apply(set_section_name{"ada", "s1", name}).file();
  };
  CHECK(named("Foo\nbar\n---\n\ntext\n", "Foo bar") == "Foo bar\n---\n\ntext\n");
  CHECK(named("Foo\n---\n\ntext\n", "- a") == "## - a\n\ntext\n");
  CHECK(named("##\n", "C #") == "## C &#35;\n");
  CHECK(named("## A ##\n", "B") == "## B ##\n");
}

TEST_CASE("an edited text that would be another piece gets borders, and nothing else does",
          "[notebook]") {
  CHECK(edited{"# T\n\na\n\n```\nx\n```\nb\n```\ny\n```\n"}.type("c3", 0, "## ").file() ==
        "# T\n\na\n\n```\nx\n```\n<!-- notebook: text 1 -->\n## b\n"
        "<!-- notebook: end of text 1 -->\n```\ny\n```\n");
  CHECK(edited{"a\n\n```\nx\n```\n"}.type("c1", 0, "- ").file() == "- a\n\n```\nx\n```\n");
  CHECK(edited{"a\n\n  ```\n  x\n  ```\n"}.type("c1", 0, "- ").file() ==
        "<!-- notebook: text 1 -->\n- a\n<!-- notebook: end of text 1 -->\n\n  ```\n  x\n  ```\n");
  CHECK(edited{"a\n\nb\n---\n"}.type("c1", 1, "\n<pre>").file() ==
        "<!-- notebook: text 1 -->\na\n<pre>\n<!-- notebook: end of text 1 -->\n\nb\n---\n");
  CHECK(edited{"```\nx\n"}.apply(insert_cell{"ada", "s1", -1, "code", "n", "y"}).file() ==
        "```\nx\n```\n\n```\ny\n```\n");
}

TEST_CASE("the last line of a file gets an end once something follows", "[notebook]") {
  const auto added = [](std::string_view bytes) {
    return edited{bytes}.apply(insert_cell{"ada", "s1", -1, "code", "n", "y"}).file();
  };
  CHECK(added("text") == "text\n\n```\ny\n```\n");
  CHECK(added("~~~ js\nx\n  ~~~") == "~~~ js\nx\n  ~~~\n\n```\ny\n```\n");
  CHECK(added("## A") == "## A\n\n```\ny\n```\n");
}

TEST_CASE("code keeps its fence when what stands below can no longer be its output", "[notebook]") {
  const std::string code = "```js\n   ```\n";
  const std::string loose = "<!-- livebook:{\"output\":true} -->\n";
  CHECK(edited{code + loose + "```\nx\n"}.apply(insert_section{"ada", 1, "n"}).file() ==
        code + "```\nx\n```\n\n## Section\n");
  CHECK(edited{code + "a\n" + loose + " ~~~\nx\n  ~~~\n"}.apply(delete_cell{"ada", "c2"}).file() ==
        code + " ~~~\nx\n  ~~~\n");
  CHECK(edited{"a\n" + loose + "\n```\nx\n``` \n"}
            .apply(insert_cell{"ada", "s1", 1, "code", "n", "y"})
            .file() == "a\n\n```\ny\n```\n\n```\nx\n``` \n");
  // Also when it was the last line, which had no end.
  CHECK(
      edited{"a\n" + code + loose + "```\nx\n```"}.apply(move_cell{"ada", "c1", "s1", 2}).file() ==
      code + loose + "```\nx\n```\n\na\n");
}
