#include <string>
#include <vector>

#include "any_notebook.hpp"
#include "notebook/markdown/markdown.hpp"
#include "support/chosen.hpp"
#include "support/deltas.hpp"
#include "support/many_cases.hpp"

#include "libsync/reducer.hpp"

using namespace notebook_example;

namespace {

// Whatever is dangerous in Markdown, and in between.
std::string any_text(choices& by) {
  static const std::vector<std::string> pieces{
      "a",
      "\n",
      "## ",
      "# ",
      "```",
      "~~~",
      " ",
      "\r",
      "é",
      "&",
      "#10;",
      "amp;",
      "\n\n",
      "<!-- notebook: text 1 -->",
      "#",
      "\t",
      "\r\n",
      "😀",
      "\n```\n",
      "\n## b\n",
      "\n<!-- notebook: end of text 1 -->\n",
      "\n<!-- livebook:{\"branch_parent_index\":0} -->\n",
      "\n<!-- livebook:{\"output\":true} -->\n",
      "\n<!-- livebook:{\"force_markdown\":true} -->\n",
      "\n<!-- livebook:{\"livebook_object\":\"smart_cell\"} -->\n",
      "elixir"};
  std::string all;
  for (auto count = by.below(8); count != 0; --count)
    all += pieces[by.below(pieces.size())];
  return all;
}

std::string any_file(choices& by) {
  std::string all;
  for (int i = 0; i < 3; ++i)
    all += any_text(by);
  return all;
}

operation other_operation(choices& by, const notebook& data, int number) {
  const auto section = "s" + std::to_string(1 + by.below(4));
  const auto cell = "c" + std::to_string(1 + by.below(6));
  const auto added = "n" + std::to_string(number);
  const auto index = static_cast<place>(by.below(5));
  switch (by.below(10)) {
  case 0:
    return set_notebook_name{"ada", any_text(by)};
  case 1:
    return set_section_name{"ada", section, any_text(by)};
  case 2:
    return insert_section{"ada", index, added};
  case 3:
    return insert_branching_section_into{"ada", section, index, added};
  case 4: {
    const auto* type = by.below(2) == 0 ? "code" : "markdown";
    return insert_cell{"ada", section, index, type, added, any_text(by)};
  }
  case 5:
    return move_cell{"ada", cell, section, index};
  case 6:
    return delete_cell{"ada", cell};
  case 7:
    return move_section{"ada", section, index};
  case 8:
    return delete_section{"ada", section, by.below(2) == 0};
  default:
    const auto found = data.cells.find(cell);
    if (found == data.cells.end())
      return delete_cell{"ada", cell};
    libsync::delta change;
    RC_ASSERT(change.insert(any_text(by)).accepted());
    return apply_cell_delta{"ada", cell, change, found->second.source.revision()};
  }
}

} // namespace

TEST_CASE("any text that can be read is written back byte for byte", "[notebook][law]") {
  check_law_often("written back", [] {
    auto by = chosen();
    const auto bytes = any_file(by);
    for (const auto is : {dialect::markdown, dialect::livemd}) {
      const auto read = read_markdown(bytes, is);
      if (read)
        RC_ASSERT(write_markdown(*read, is) == bytes);
      else
        RC_ASSERT(!read.reason().empty());
    }
  });
}

TEST_CASE("any notebook that is written is read as the same, also after more edits",
          "[notebook][law]") {
  check_law_often("read as the same", [] {
    auto by = chosen(3);
    auto from = notebook{};
    const auto is = by.below(2) == 0 ? dialect::markdown : dialect::livemd;
    if (auto read = read_markdown(any_file(by), is))
      from = *std::move(read);
    for (int number = 0, saves = 0; saves < 2; ++saves) {
      for (auto count = by.below(8); count != 0; --count)
        static_cast<void>(
            libsync::reducer<notebook>::step(from, other_operation(by, from, ++number)));
      const auto all = write_markdown(from, is);
      RC_LOG() << all << "\n";
      const auto again = value_of(read_markdown(all, is));
      const rules in_file{is, false, again.sheet.is_lowered};
      RC_ASSERT(shape_of(again, in_file) == shape_of(from, in_file));
      RC_ASSERT(write_markdown(again, is) == all);
    }
  });
}
