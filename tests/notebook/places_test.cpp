// Where sections and cells lie, after anything has happened to them.

#include <algorithm>
#include <string>

#include "any_notebook.hpp"
#include "notebook/markdown/markdown.hpp"
#include "notebook/model/lookup.hpp"
#include "notebook/must.hpp"
#include "support/chosen.hpp"
#include "support/deltas.hpp"
#include "support/many_cases.hpp"

#include "libsync/reducer.hpp"

using namespace notebook_example;

namespace {

// Compares what is found with what a look through all of them says.
void check_places(const notebook& data) {
  std::size_t cells = 0;
  for (std::size_t i = 0; i < data.sections.size(); ++i) {
    const auto& one = data.sections[i];
    RC_ASSERT(find_section(data, one.key) == i);
    const auto child = std::find_if(data.sections.begin(), data.sections.end(),
                                    [&](const section& other) { return other.parent == one.key; });
    const auto place = static_cast<std::size_t>(child - data.sections.begin());
    RC_ASSERT(first_child(data, one.key).value_or(data.sections.size()) == place);
    for (std::size_t k = 0; k < one.cells.size(); ++k, ++cells) {
      const auto found = find_cell(data, one.cells[k]);
      RC_ASSERT(found.has_value());
      RC_ASSERT(found->section == i);
      RC_ASSERT(found->index == k);
    }
  }
  RC_ASSERT(data.cells.size() == cells);
  RC_ASSERT(data.places.all.size() == data.sections.size());
}

} // namespace

TEST_CASE("sections and cells are found wherever operations have put them", "[notebook][law]") {
  check_law_often("found", [] {
    auto by = chosen(4);
    notebook data;
    if (auto read = read_markdown(any_markdown(by)))
      data = *std::move(read);
    for (int number = 0; by.left(); ++number) {
      const auto op = any_operation(by, data, "n" + std::to_string(number));
      static_cast<void>(libsync::reducer<notebook>::step(data, op));
      check_places(data);
    }
  });
}

TEST_CASE("what was never there, or is gone, is not found", "[notebook]") {
  auto data = value_of(read_markdown("## A\n\na\n\n## B\n"));
  CHECK_FALSE(find_section(data, "s3"));
  CHECK_FALSE(find_cell(data, "c2"));
  CHECK_FALSE(first_child(data, "s3"));
  must(data, delete_section{"ada", "s1", true});
  CHECK_FALSE(find_section(data, "s1"));
  CHECK_FALSE(find_cell(data, "c1"));
  CHECK(find_section(data, "s2") == 0U);
}
