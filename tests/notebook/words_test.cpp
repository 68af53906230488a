// Lines, and what helps to type them.

#include <sstream>
#include <string>
#include <vector>

#include "notebook/app/command.hpp"
#include "notebook/app/layout.hpp"
#include "notebook/app/search.hpp"
#include "notebook/app/vocabulary.hpp"
#include "notebook/model/language.hpp"

#include "support/catch.hpp"
#include "support/deltas.hpp"

using namespace notebook_example;
using strings = std::vector<std::string>;

TEST_CASE("a word that is no command is told with the nearest one", "[notebook]") {
  CHECK(no_command("shwo", commands()) == "there is no command shwo, but show (try help)");
  CHECK(no_command("hel", commands()) == "there is no command hel, but help (try help)");
  CHECK(no_command("frobnicate", commands()) == "there is no command frobnicate (try help)");
  CHECK(no_command("x", actions()) == "there is no command x (try help)");
}

TEST_CASE("the help fits a terminal of 80 columns", "[notebook]") {
  std::istringstream lines{help};
  for (std::string line; std::getline(lines, line);)
    CHECK(line.size() < 80);
}

TEST_CASE("a message is broken between words", "[notebook]") {
  CHECK(wrap("one two three", 7) == "one two\nthree");
  CHECK(wrap("one two three", 13) == "one two three");
  CHECK(wrap("éé ü eleven  x", 6) == "éé ü\neleven\n x");
  CHECK(wrap("muchtoolong a", 3) == "muchtoolong\na");
  CHECK(wrap("", 3).empty());
  CHECK(wrap("one two", 0) == "one two");
}

TEST_CASE("words are listed in lines", "[notebook]") {
  CHECK(list_words({}, 9).empty());
  CHECK(list_words({"a", "bc", "def", "gh"}, 9) == "a  bc\ndef  gh");
  CHECK(list_words({"a", "bc", "def", "gh"}, 10) == "a  bc  def\ngh");
  CHECK(list_words({"much too long", "a"}, 3) == "much too long\na");
  CHECK(list_words({"a", "b"}, 0) == "a  b");
  const auto many = list_words(std::vector<std::string>(300, "a"), 0);
  CHECK(many.ends_with("a  a\nand 200 more"));
}

TEST_CASE("a line is broken where there is no more room", "[notebook]") {
  CHECK(beginning_of("one two three", 0) == "one two three");
  CHECK(beginning_of("one two three", 13) == "one two three");
  CHECK(beginning_of("one two three", 12) == "one two ");
  CHECK(beginning_of("one two", 3) == "one ");
  CHECK(beginning_of("a onetwothree", 9) == "a onetwot"); // the blank is far
  CHECK(beginning_of("漢字漢字", 5) == "漢字");
  CHECK(beginning_of("e\u0301e\u0301é", 2) == "e\u0301e\u0301");
  CHECK(beginning_of("😀", 1) == "😀"); // at least one
}

TEST_CASE("text before `by` may have words that begin with it", "[notebook]") {
  words rest{"all stand bye \\n by  now by"};
  CHECK(rest.next() == "all");
  CHECK(value_of(rest.text_before_by()) == "stand bye \n");
  CHECK(value_of(rest.text()) == " now by");
  words none{"all bygone"};
  CHECK(none.next() == "all");
  CHECK_FALSE(none.text_before_by());
  words at_end{"all x by"};
  CHECK(at_end.next() == "all");
  CHECK(value_of(at_end.text_before_by()) == "x");
  CHECK(value_of(at_end.text()).empty());
}

TEST_CASE("a place is taken only if it is one", "[notebook]") {
  words rest{"at 3 at noon"};
  CHECK(rest.place() == 3);
  CHECK(rest.place() == std::nullopt);
  CHECK(value_of(rest.text()) == "at noon");
}

TEST_CASE("places are counted in code units, and a replacement keeps the rest", "[notebook]") {
  CHECK(find_all("😀aa aaa", "aa") == std::vector<std::uint64_t>{2, 5});
  CHECK(find_all("abc", "").empty());
  const auto change = value_of(replacement("😀aa aaa", "aa", "😀"));
  CHECK(after("😀aa aaa"_text, change) == "😀😀 😀a"_text);
  CHECK(value_of(replacement("abc", "x", "y")).empty());
}

TEST_CASE("Tab completes commands, names and cells", "[notebook]") {
  notebook data;
  data.sections = {{"s1", "A", {}, {"c1", "c2"}, {}}, {"s2", "B", {}, {}, {}}};
  data.cells["c1"];
  data.cells["c2"];
  data.bin.emplace_front().cell = "c9";
  data.clients["ada"] = "u";
  CHECK(complete("s", data) == strings{"save", "show"});
  CHECK(complete("a", data) == strings{"ada"});
  CHECK(complete("show ", data) == strings{"c1", "c2"});
  CHECK(complete("ada re", data) == strings{"remove", "rename", "replace", "restore"});
  CHECK(complete("ada go c", data) == strings{"c1", "c2"});
  CHECK(complete("ada restore ", data) == strings{"c9"});
  CHECK(complete("ada add ", data) == strings{"code", "section", "text"});
  CHECK(complete("ada add code s", data) == strings{"s1", "s2"});
  CHECK(complete("ada move cell c1 s", data) == strings{"s1", "s2"});
  CHECK(complete("ada attach s1 ", data) == strings{"s1", "s2"});
  CHECK(complete("ada replace a", data) == strings{"all"});
  CHECK(complete("ada type c", data).empty());
  CHECK(complete("save p", data).empty());
}

TEST_CASE("a language is changed, and the rest of its fence stays", "[notebook]") {
  const auto changed = [](std::string opener, const char* language) {
    frame around;
    around.opener = std::move(opener);
    set_language(around, language, line_end::crlf);
    CHECK(language_of(around.opener) == language);
    return around.opener;
  };
  CHECK(changed("", "js") == "```js\r\n");
  CHECK(changed("```\n", "js") == "```js\n");
  CHECK(changed("  ~~~~ python {x=1}\r\n", "js") == "  ~~~~ js {x=1}\r\n");
  CHECK(changed("``` python {x=1}\n", "") == "```\n");
  CHECK(changed("```   \n", "") == "```\n");
  CHECK(info_of("  ~~~~ python {x=1}\t\r\n") == "python {x=1}");
  CHECK(language_of("  ~~~~ python {x=1}\t\r\n") == "python");
  for (const auto* none : {"", "\n", "a\n", "```", "~~~ \t\n"})
    CHECK(info_of(none).empty());
  CHECK_FALSE(check_language("a b"));
  CHECK_FALSE(check_language("a`"));
  CHECK_FALSE(check_language("a\n"));
  CHECK(check_language("c++"));
}
