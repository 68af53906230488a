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
