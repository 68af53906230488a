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
