// Large notebooks: what they take, counted in bytes and not in time.

#include <cstddef>
#include <string>

#include "notebook/markdown/markdown.hpp"
#include "support/catch.hpp"
#include "support/deltas.hpp"
#include "support/heap.hpp"

using namespace notebook_example;

TEST_CASE("a copy of a large notebook takes little for a cell", "[notebook]") {
  if (sanitized)
    return;
  constexpr std::size_t count = 20'000;
  std::string bytes = "# Big\n\n## S\n\n";
  for (std::size_t i = 0; i < count; ++i)
    bytes += i % 2 == 0 ? "text\n\n" : "```\ncode\n```\n\n";
  const auto data = value_of(read_markdown(bytes));
  REQUIRE(data.cells.size() == count);
  const heap::growth grown;
  const auto copy = data;
  CHECK(grown.bytes() / count < 700); // one node of a map
  CHECK(write_markdown(copy) == bytes);
}

TEST_CASE("fifty thousand sections branch off from one", "[notebook]") {
  constexpr std::size_t count = 50'000;
  std::string bytes = "# Big\n\n## Root\n\n";
  for (std::size_t i = 0; i < count; ++i)
    bytes += "<!-- livebook:{\"branch_parent_index\":0} -->\n\n## S\n\n";
  const auto data = value_of(read_markdown(bytes, dialect::livemd));
  REQUIRE(data.sections.size() == count + 1);
  CHECK(data.sections.back().parent == "s1");
  CHECK(write_markdown(data, dialect::livemd) == bytes);
}

TEST_CASE("many borders without an end are read in one pass", "[notebook]") {
  constexpr std::size_t count = 20'000;
  std::string bytes = "# Big\n\n";
  for (std::size_t i = 0; i < count; ++i)
    bytes += "## S\n\n<!-- notebook: text " + std::to_string(i) + " -->\na\n\n";
  const auto data = value_of(read_markdown(bytes, dialect::livemd));
  REQUIRE(data.cells.size() == count);
  CHECK(write_markdown(data, dialect::livemd) == bytes);
}

TEST_CASE("a file whose borders lie in each other by the thousand is refused", "[notebook]") {
  const auto file = [](std::size_t count) {
    std::string begins = "# Big\n\n";
    std::string ends = "```elixir\n```\n"; // no text
    for (std::size_t i = 0; i < count; ++i) {
      begins += "<!-- notebook: text " + std::to_string(i) + " -->\n";
      ends += "<!-- notebook: end of text " + std::to_string(i) + " -->\n";
    }
    return begins + ends;
  };
  const auto few = file(100);
  CHECK(write_markdown(value_of(read_markdown(few, dialect::livemd)), dialect::livemd) == few);
  CHECK(read_markdown(file(20'000), dialect::livemd)
            .reason()
            .ends_with(": expected fewer texts between borders that lie in each other"));
}
