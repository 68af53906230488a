// Files of Livebook: what its comments mean, and that it would open what is saved as the same.

#include <string>
#include <string_view>

#include "notebook/markdown/comments.hpp"
#include "notebook/markdown/markdown.hpp"
#include "notebook/must.hpp"
#include "support/catch.hpp"
#include "support/deltas.hpp"

using namespace notebook_example;

namespace {

class livemd {
public:
  explicit livemd(std::string_view bytes)
      : data_(value_of(read_markdown(bytes, dialect::livemd))) {}

  livemd& apply(const operation& op) {
    must(data_, op);
    return *this;
  }
  livemd& type(const id& cell, std::string_view text) {
    libsync::delta change;
    REQUIRE(change.insert(text));
    return apply(apply_cell_delta{"ada", cell, change, data_.cells.at(cell).source.revision()});
  }

  [[nodiscard]] const notebook& data() const { return data_; }
  [[nodiscard]] const cell& at(const id& key) const { return data_.cells.at(key); }
  [[nodiscard]] std::string source(const id& key) const { return at(key).source.text().utf8(); }
  [[nodiscard]] std::string file() const { return write_markdown(data_, dialect::livemd); }
  [[nodiscard]] std::string parents() const {
    std::string all;
    for (const auto& one : data_.sections)
      all += one.parent.value_or("-") + ' ';
    return all;
  }

private:
  notebook data_;
};

const std::string persists = "<!-- livebook:{\"persist_outputs\":true} -->\n\n";
const std::string computed = "```elixir\n1 + 1\n```\n\n<!-- livebook:{\"output\":true} -->\n\n"
                             "```\n2\n```\n\n<!-- livebook:{\"output\":true} -->\n\n"
                             "```json\n{}\n```\n";
const std::string other = "```elixir\nx\n```\n";

std::string branching(int number) {
  return "<!-- livebook:{\"branch_parent_index\":" + std::to_string(number) + "} -->\n\n";
}

} // namespace

TEST_CASE("outputs belong to the code above them, and go where it goes", "[notebook]") {
  const auto bytes = "# T\n\n## S\n\n" + computed + "\n" + other;
  livemd all{bytes};
  CHECK(all.data().cells.size() == 2);
  CHECK(all.source("c1") == "1 + 1");
  CHECK(all.at("c1").frame.outputs.ends_with("```json\n{}\n```\n"));
  CHECK(all.file() == bytes);
  CHECK(all.apply(move_cell{"ada", "c1", "s1", 2}).file() ==
        "# T\n\n## S\n\n" + other + "\n" + computed + "\n");
  CHECK(all.apply(delete_cell{"ada", "c1"}).file() == "# T\n\n## S\n\n" + other);
  CHECK(all.apply(restore_cell{"ada", "c1"}).file().find(computed) != std::string::npos);
}

TEST_CASE("outputs outlast an edit only where the notebook persists them", "[notebook]") {
  CHECK(livemd{"# T\n\n## S\n\n" + computed}.type("c1", "9").file() ==
        "# T\n\n## S\n\n```elixir\n91 + 1\n```\n");
  const auto kept = livemd{persists + "# T\n\n## S\n\n" + computed}.type("c1", "9").file();
  CHECK(kept == persists + "# T\n\n## S\n\n```elixir\n9" + computed.substr(10));
  libsync::delta stays;
  REQUIRE(stays.retain(3));
  CHECK(livemd{computed}.apply(apply_cell_delta{"ada", "c1", stays, 0}).file() == computed);
}

TEST_CASE("what stands below code by chance does not become its output", "[notebook]") {
  const std::string loose = "text\n\n<!-- livebook:{\"output\":true} -->\n\n```\n2\n```\n";
  auto all = livemd{"```elixir\nx\n```\n\n" + loose};
  CHECK(all.data().cells.size() == 3);
  const auto now = livemd{all.apply(delete_cell{"ada", "c2"}).file()};
  REQUIRE(now.data().cells.size() == 2);
  CHECK(now.at("c1").frame.outputs.empty());
  CHECK(now.source("c2") == "```\n2\n```");
}

TEST_CASE("outputs of older files are a language", "[notebook]") {
  const std::string old = "```elixir\nx\n```\n\n```output\n2\n```\n";
  CHECK(livemd{old}.data().cells.size() == 1);
  CHECK(livemd{old}.type("c1", "9").file() == "```elixir\n9x\n```\n");
}

TEST_CASE("an edited smart cell is plain code", "[notebook]") {
  const std::string comment = "<!-- livebook:{\"attrs\":\"e30\",\"chunks\":null,\"kind\":\"K\","
                              "\"livebook_object\":\"smart_cell\"} -->\n\n";
  CHECK(livemd{comment + other}.file() == comment + other);
  CHECK(livemd{comment + other}.type("c1", "9").file() == "```elixir\n9x\n```\n");
  const std::string above = "<!-- livebook:{\"output_size\":\"wide\"} -->\n\n";
  CHECK(livemd{above + other}.type("c1", "9").file() == above + "```elixir\n9x\n```\n");
  const std::string eager = "<!-- livebook:{\"reevaluate_automatically\":true} -->\n\n";
  CHECK(livemd{"## S\n\na\n\n" + eager + other}.apply(move_cell{"ada", "c2", "s1", 0}).file() ==
        "## S\n\n" + eager + other + "\na\n\n");
}

TEST_CASE("sections branch off from those that Livebook counts", "[notebook]") {
  CHECK(livemd{"# T\n\n## A\n\n" + branching(0) + "## B\n"}.parents() == "- s1 ");
  // Code right below the title sets up the notebook, and is no section there.
  CHECK(livemd{"# T\n\n" + other + "\n## A\n\n" + branching(0) + "## B\n"}.parents() == "- - s2 ");
  const std::string python = "```pyproject.toml\nx\n```\n";
  CHECK(livemd{"# T\n\n" + other + "\n" + python + "\n## A\n\n" + branching(0) + "## B\n"}
            .parents() == "- - s2 ");
  CHECK(livemd{other + "\n## A\n\n" + branching(0) + "## B\n"}.parents() == "- - s1 ");
  CHECK(livemd{"# T\n\ntext\n\n## A\n\n" + branching(1) + "## B\n"}.parents() == "- - s2 ");
  // These it passes over.
  for (const int number : {1, 2, 9})
    CHECK(livemd{"## A\n\n" + branching(number) + "## B\n"}.parents() == "- - ");
  CHECK(livemd{"## A\n\n" + branching(0) + "## B\n\n" + branching(1) + "## C\n"}.parents() ==
        "- s1 - ");
}

TEST_CASE("the number of a section's parent follows when sections move", "[notebook]") {
  const auto bytes = "# T\n\n## A\n\n## B\n\n" + branching(1) + "## C\n";
  CHECK(livemd{bytes}.apply(delete_section{"ada", "s1"}).file() ==
        "# T\n\n## B\n\n" + branching(0) + "## C\n");
  CHECK(livemd{bytes}.apply(move_section{"ada", "s1", 3}).file() ==
        "# T\n\n## B\n\n" + branching(0) + "## C\n\n## A\n\n");
  CHECK(livemd{bytes}.apply(unset_section_parent{"ada", "s3"}).file() ==
        "# T\n\n## A\n\n## B\n\n## C\n");
  CHECK(livemd{"## A\n\n## B\n"}.apply(set_section_parent{"ada", "s2", "s1"}).file() ==
        "## A\n\n" + branching(0) + "## B\n");
  const std::string more = "<!-- livebook:{\"branch_parent_index\":0,\"x\":[1,\"}\"]} -->\n\n";
  CHECK(livemd{"## A\n\n" + more + "## B\n"}.apply(unset_section_parent{"ada", "s2"}).file() ==
        "## A\n\n<!-- livebook:{\"x\":[1,\"}\"]} -->\n\n## B\n");
  // A number that was passed over does not come true by a move.
  CHECK(livemd{branching(0) + "## A\n\n## B\n"}.apply(move_section{"ada", "s1", 2}).file() ==
        "## B\n\n## A\n\n");
  // The code that sets up the notebook becomes a section once one branches off from it.
  const auto attached =
      livemd{"# T\n\n" + other + "\n## A\n"}.apply(set_section_parent{"ada", "s2", "s1"}).file();
  CHECK(attached == "# T\n\n## Section\n\n" + other + "\n" + branching(0) + "## A\n");
  CHECK(livemd{attached}.parents() == "- s1 ");
}

TEST_CASE("code is in a language of Livebook, and all else is text", "[notebook]") {
  const std::string text = "a\n\n```mermaid\nx\n```\n\n<!-- c -->\n\n<!-- livebook:"
                           "{\"force_markdown\":true} -->\n\n```elixir\ny\n```\n\nb";
  const livemd all{"## S\n\n" + text + "\n\n" + other + "\n```python\nz\n```\n"};
  CHECK(all.data().cells.size() == 3);
  CHECK(all.source("c1") == text);
  CHECK(all.at("c3").type == cell_type::code);
  CHECK(livemd{"<!-- livebook:{\"force_markdown\":true} -->\n\n" + other}.at("c1").type ==
        cell_type::markdown);
}

TEST_CASE("what is new is written as Livebook writes it", "[notebook]") {
  const insert_cell code{"ada", "s1", -1, "code", "n", "x"};
  const insert_cell text{"ada", "s1", -1, "markdown", "n", "b"};
  CHECK(livemd{"## S\n"}.apply(code).file() == "## S\n\n" + other);
  const std::string erlang = "<!-- livebook:{\"default_language\":\"erlang\"} -->\n\n# T\n\n## S\n";
  CHECK(livemd{erlang}.apply(code).file() == erlang + "\n```erlang\nx\n```\n");
  CHECK(livemd{"## S\n\na\n"}.apply(text).file() ==
        "## S\n\na\n\n<!-- livebook:{\"break_markdown\":true} -->\n\nb\n");
  // Code of another language, from another file, is code there too.
  const auto markdown = value_of(read_markdown("```js\nx\n```\n"));
  CHECK(write_markdown(markdown, dialect::livemd) == other);
}

TEST_CASE("what Livebook would take out of a text is marked as text", "[notebook]") {
  const std::string forced = "<!-- livebook:{\"force_markdown\":true} -->\n\n";
  const auto typed = [](std::string_view text) {
    auto all = livemd{"# T\n\n## S\n\na\n"}.type("c1", text);
    const auto now = all.file();
    CHECK(livemd{now}.data().cells.size() == 1);
    CHECK(livemd{now}.file() == now);
    return now.substr(now.find("## S\n\n") + 6);
  };
  CHECK(typed("## ") == forced + "## a\n");
  CHECK(typed("b\n## ") == "b\n" + forced + "## a\n");
  CHECK(typed("b\n---\n") == forced + "b\n---\na\n");
  CHECK(typed("```elixir\nb\n```\n") == forced + "```elixir\nb\n```\na\n");
  CHECK(typed("<!-- livebook:{\"break_markdown\":true} -->\n") ==
        forced + "<!-- livebook:{\"break_markdown\":true} -->\na\n");
  // What it leaves alone stays.
  for (const auto* text : {"### ", "- ## ", "```js\nb\n```\n", "<!-- c -->\n"})
    CHECK(typed(text) == text + std::string{"a\n"});
  // A second heading of the first level would lower all of them.
  CHECK(typed("# ") == forced + "## a\n");
  CHECK(typed("  # b #\n") == forced + "  ## b #\na\n");
  CHECK(typed("b\n===\n") == forced + "b\n---\na\n");
}

TEST_CASE("an underline makes a heading of one line", "[notebook]") {
  const auto sections = [](std::string_view bytes) {
    CHECK(livemd{bytes}.file() == bytes);
    return livemd{bytes}.data().sections.size();
  };
  CHECK(sections("## S\n\nA\n---\n") == 2);
  CHECK(sections("## S\n\nA\nB\n---\n") == 1);
  CHECK(sections("## S\n\na\n\nA\n---\n\nB\n---\n") == 3);
  CHECK(livemd{"# T\n\n## S\n\na\nA\n===\n"}.data().name == "T");
}

TEST_CASE("a border holds nothing that Livebook would take out of it", "[notebook]") {
  const std::string begin = "<!-- notebook: text 1 -->\n";
  const std::string end = "<!-- notebook: end of text 1 -->\n";
  CHECK(livemd{begin + "\na\n" + end}.source("c1") == "\na");
  const livemd all{begin + "## A\n" + end};
  CHECK(all.data().sections.size() == 2);
  CHECK(all.source("c1") == begin.substr(0, begin.size() - 1));
  CHECK(all.file() == begin + "## A\n" + end);
  CHECK(livemd{begin + "a\n"}.data().cells.size() == 1);
  // One without an end does not get that of another.
  auto lone = livemd{"<!-- notebook: text 1 -->\na\n\n## A\n\nb\n"}.type("c2", "\n");
  CHECK(lone.file() == "<!-- notebook: text 1 -->\na\n\n## A\n\n<!-- notebook: text 2 -->\n\nb\n"
                       "<!-- notebook: end of text 2 -->\n");
  // Nor may it take what follows.
  CHECK(livemd{begin + "```\na\n" + end + "\n## A\n"}.data().sections.size() == 1);
}

TEST_CASE("a text that would take what follows it is closed, as Livebook closes it", "[notebook]") {
  const auto typed = [](std::string_view text) {
    const auto now = livemd{"## S\n\na\n\n## T\n"}.type("c1", text).file();
    CHECK(livemd{now}.data().sections.size() == 2);
    CHECK(livemd{now}.file() == now);
    return now.substr(6, now.find("\n## T") - 6);
  };
  CHECK(typed("```js\n") == "```js\na\n```\n");
  CHECK(typed("~~~~\n") == "~~~~\na\n~~~~\n");
  CHECK(typed("<!--\n") == "<!--\na\n-->\n");
  CHECK(typed("<pre>") == "<pre>a\n</pre>\n");
  // What nothing follows stays open.
  CHECK(livemd{"a\n"}.type("c1", "```js\n").file() == "```js\na\n");
}

TEST_CASE("several headings of the first level are sections", "[notebook]") {
  const std::string bytes = "a\n\n# A\n\nb\n\n## C\n\n" + branching(0) + "D\n===\n\n" + other;
  livemd all{bytes};
  REQUIRE(all.data().sections.size() == 3);
  CHECK(all.data().name == notebook{}.name);
  CHECK(all.data().sections[1].name == "A");
  CHECK(all.parents() == "- - s1 ");
  CHECK(all.source("c2") == "b\n\n## C");
  CHECK(all.file() == bytes);
  CHECK(livemd{bytes}.type("c3", "9").file() == bytes.substr(0, bytes.size() - 6) + "9x\n```\n");
  CHECK(livemd{"# A\n\n# B\n"}.apply(insert_section{"ada", 1, "n"}).file() ==
        "# A\n\n# Section\n\n# B\n");
  // With a title, or if there is one left, they have the usual level again.
  CHECK(livemd{"# A\n\n# B\n"}.apply(set_notebook_name{"ada", "T"}).file() ==
        "# T\n\n## A\n\n## B\n");
  CHECK(livemd{"# A\n\n# B\n"}.apply(delete_section{"ada", "s1"}).file() == "## B\n");
  // What is no heading does not count.
  CHECK(livemd{"# A\n\n```\n# B\n```\n"}.data().name == "A");
}

TEST_CASE("Livebook's stamp stays as long as the text before it", "[notebook]") {
  const std::string text = "# T\n\n## S\n\na\n";
  const std::string stamp = "\n<!-- livebook:{\"offset\":14,\"stamp\":{\"token\":\"x\"}} -->\n";
  livemd all{text + stamp};
  CHECK(all.file() == text + stamp);
  CHECK(all.type("c1", "b").file() == "# T\n\n## S\n\nba\n\n");
  libsync::delta back;
  REQUIRE(back.erase(1));
  CHECK(all.apply(apply_cell_delta{"ada", "c1", back, 1}).file() == text + stamp);
  const std::string other_end = "\n<!-- livebook:{\"x\":1} -->\n";
  CHECK(livemd{text + other_end}.type("c1", "b").file().ends_with("ba\n" + other_end));
}

TEST_CASE("members of objects are found where they are", "[notebook]") {
  CHECK(json_member("{\"a\":1}", "a") == "1");
  CHECK(json_member("{ \"b\" : [1,{\"a\":2}] , \"a\" : \"}\\\",\" }", "a") == "\"}\\\",\"");
  CHECK(json_member("{\"a\":{\"x\":[}", "x") == std::nullopt);
  for (const auto* none : {"", "{", "{}", "[1]", "{\"", "{\"b\"", "{\"b\":", "{\"b\":\"a", "{a:1}"})
    CHECK(json_member(none, "a") == std::nullopt);
  CHECK(branch_in("{\"branch_parent_index\":12}") == 12);
  for (const auto* none : {"-1", "1.5", "\"1\"", "null", "1234567890", ""})
    CHECK(branch_in("{\"branch_parent_index\":" + std::string{none} + "}") == std::nullopt);
}
