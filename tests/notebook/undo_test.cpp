#include "notebook/app/undo.hpp"

#include <string>
#include <vector>

#include <rapidcheck.h>

#include "notebook/must.hpp"
#include "support/catch.hpp"
#include "support/deltas.hpp"
#include "support/many_cases.hpp"

using namespace notebook_example;

namespace {

// One cell that two people edit.
class edited {
public:
  edited() {
    take(client_join{"ada", "ada", "Ada"});
    take(client_join{"bob", "bob", "Bob"});
    take(insert_section{"ada", -1, "s"});
    take(insert_cell{"ada", "s", -1, "code", "c", "one two."});
  }

  void take(const operation& op) { must(data, op); }

  void edit(const id& by, const libsync::delta& change) {
    const auto before = data.cells.at("c").source.text();
    take(apply_cell_delta{by, "c", change, data.cells.at("c").source.revision()});
    if (by == "ada")
      add_change(done, {"", {value_of(inverse_edit_of(before, data, "c"))}, {}, {}}, data);
  }

  void undo() {
    const auto changes = value_of(undo_of_last(done, data));
    for (const auto& [cell, change] : changes)
      take(apply_cell_delta{"ada", cell, change, data.cells.at(cell).source.revision()});
    drop_last(done, data);
  }

  [[nodiscard]] std::string text() const { return data.cells.at("c").source.text().utf8(); }

  notebook data;
  done_changes done; // by Ada
};

} // namespace

TEST_CASE("an edit is undone, and what others did since stays", "[notebook]") {
  edited all;
  all.edit("ada", R"(["Hello "])"_delta);
  all.edit("bob", R"([3, "XY"])"_delta);
  CHECK(all.text() == "HelXYlo one two.");
  all.undo();
  CHECK(all.text() == "XYone two.");
}

TEST_CASE("what an undo has brought back is undone again with what it is part of", "[notebook]") {
  edited all;
  all.edit("ada", R"(["uno ", -4])"_delta);
  all.edit("ada", R"(["eins", -3])"_delta);
  all.edit("bob", R"(["> "])"_delta);
  all.undo();
  CHECK(all.text() == "> uno two.");
  all.edit("bob", R"([9, "!"])"_delta);
  all.undo();
  CHECK(all.text() == "> one two!.");
}

TEST_CASE("a cell that was restored since is not changed by an undo", "[notebook]") {
  edited all;
  all.edit("ada", R"(["Hello "])"_delta);
  all.take(delete_cell{"bob", "c"});
  CHECK(undo_of_last(all.done, all.data).reason() == "there is no cell c");
  all.take(restore_cell{"bob", "c"});
  CHECK(undo_of_last(all.done, all.data).reason() == "cell c was removed and restored since");
}

TEST_CASE("undoing everything brings back the text, without what others put at its end",
          "[notebook][law]") {
  check_law_often("everything is undone", [] {
    edited all;
    const auto before = all.text();
    std::string added;
    const auto steps = *rc::gen::inRange(1, 12);
    for (int i = 0; i < steps; ++i) {
      const auto size = static_cast<std::uint64_t>(all.text().size() - added.size() - 1);
      switch (*rc::gen::inRange(0, 4)) {
      case 0:
        if (!all.done.empty()) {
          all.undo();
          break;
        }
        [[fallthrough]];
      default: {
        libsync::delta change;
        const auto from = *rc::gen::inRange<std::uint64_t>(0, size + 1);
        const auto count = *rc::gen::inRange<std::uint64_t>(0, size - from + 1);
        RC_ASSERT(change.retain(from));
        RC_ASSERT(change.insert(*rc::gen::element(std::string{"x"}, std::string{"yz"})));
        RC_ASSERT(change.erase(count));
        all.edit("ada", change);
        break;
      }
      case 3: {
        libsync::delta change;
        RC_ASSERT(change.retain(all.text().size()));
        RC_ASSERT(change.insert("!"));
        all.edit("bob", change);
        added += '!';
      }
      }
    }
    while (!all.done.empty())
      all.undo();
    RC_ASSERT(all.text() == before + added);
  });
}

TEST_CASE("each operation that changes no text is undone by its inverse", "[notebook]") {
  edited all;
  all.take(insert_section{"ada", -1, "t"});
  all.take(insert_section{"ada", -1, "u"});
  all.take(set_section_parent{"ada", "u", "s"});
  all.take(insert_cell{"ada", "s", -1, "code", "d", "2"});
  all.take(insert_cell{"ada", "s", -1, "code", "e", "3"});
  all.take(set_cell_language{"ada", "d", "python"});
  const std::vector<operation> each{
      set_notebook_name{"ada", "New"},
      set_section_name{"ada", "s", "New"},
      update_user{"ada", "ada", "New"},
      set_cell_language{"ada", "d", "js"},
      insert_section{"ada", 1, "v"},
      insert_section_into{"ada", "s", 1, "v"},
      insert_branching_section_into{"ada", "s", 1, "v"},
      set_section_parent{"ada", "u", "t"},
      set_section_parent{"ada", "t", "s"},
      unset_section_parent{"ada", "u"},
      move_section{"ada", "t", 0},
      move_section{"ada", "t", 3},
      move_section{"ada", "u", 1},
      insert_cell{"ada", "s", 1, "code", "f", ""},
      move_cell{"ada", "d", "s", 0},
      move_cell{"ada", "c", "s", 2},
      move_cell{"ada", "c", "s", -1},
      move_cell{"ada", "d", "t", 0},
      delete_cell{"ada", "d"},
  };
  for (const auto& op : each) {
    CAPTURE(op.index());
    auto now = all;
    now.take(op);
    const auto back = inverse_of(op, all.data);
    CHECK(back.why_not.empty());
    for (const auto& one : back.operations)
      now.take(one);
    CHECK(now.data.name == all.data.name);
    CHECK(now.data.users == all.data.users);
    CHECK(now.data.sections == all.data.sections);
    REQUIRE(now.data.cells.size() == all.data.cells.size());
    for (const auto& [key, cell] : now.data.cells) {
      CHECK(cell.frame == all.data.cells.at(key).frame);
      CHECK(cell.source.text() == all.data.cells.at(key).source.text());
    }
  }
  CHECK_FALSE(inverse_of(delete_section{"ada", "u"}, all.data).why_not.empty());
}
