#include <string>
#include <vector>

#include "notebook/model/notebook.hpp"
#include "notebook/must.hpp"
#include "support/catch.hpp"
#include "support/deltas.hpp"

#include "libsync/reducer.hpp"
#include "libsync/size_of.hpp"

using namespace notebook_example;

namespace {

// Why it is refused; nothing may change.
std::string why_not(notebook& data, const operation& op) {
  const auto before = data;
  const auto done = libsync::reducer<notebook>::step(data, op);
  CHECK_FALSE(done.accepted());
  CHECK(data == before);
  return done.reason();
}

// Sections a, and b which branches off; cell k in a; cell d in the bin; ada and bob.
notebook sample() {
  notebook data;
  for (const operation& op : std::vector<operation>{
           client_join{"ada", "u1", "Ada"}, client_join{"bob", "u2", "Bob"},
           insert_section{"ada", -1, "a"}, insert_branching_section_into{"ada", "a", 0, "b"},
           insert_cell{"ada", "a", -1, "code", "k", "text"},
           insert_cell{"ada", "a", -1, "markdown", "d", "deleted"}, delete_cell{"ada", "d"}})
    must(data, op);
  return data;
}

} // namespace

TEST_CASE("an id is used once, even if the cell is in the bin", "[notebook]") {
  auto data = sample();
  CHECK(why_not(data, insert_section{"ada", -1, "a"}) == "there is a section a already");
  CHECK(why_not(data, insert_section_into{"ada", "b", 0, "a"}) == "there is a section a already");
  CHECK(why_not(data, insert_branching_section_into{"ada", "b", 0, "b"}) ==
        "there is a section b already");
  CHECK(why_not(data, insert_cell{"ada", "b", -1, "code", "k", ""}) == "there is a cell k already");
  CHECK(why_not(data, insert_cell{"ada", "b", -1, "code", "d", ""}) ==
        "there is a cell d in the bin");
}

TEST_CASE("a type, section or cell that is unknown is refused", "[notebook]") {
  auto data = sample();
  CHECK(why_not(data, insert_cell{"ada", "a", -1, "video", "x", ""}) ==
        "expected a cell of type code or markdown, found video");
  for (const operation& op : std::vector<operation>{
           insert_cell{"ada", "x", -1, "code", "n", ""}, move_cell{"ada", "k", "x", 0},
           insert_section_into{"ada", "x", 0, "n"}, set_section_name{"ada", "x", "n"},
           set_section_parent{"ada", "b", "x"}, unset_section_parent{"ada", "x"},
           move_section{"ada", "x", 0}, delete_section{"ada", "x", true}})
    CHECK(why_not(data, op) == "there is no section x");
  for (const operation& op : std::vector<operation>{
           move_cell{"ada", "x", "a", 0}, delete_cell{"ada", "x"}, delete_cell{"ada", "d"},
           apply_cell_delta{"ada", "x", {}, 0}, report_cell_revision{"ada", "x", 0}})
    CHECK(why_not(data, op).substr(0, 16) == "there is no cell");
  CHECK(why_not(data, restore_cell{"ada", "k"}) == "there is no cell k in the bin");
}

TEST_CASE("an edit meant for an earlier life of a restored cell is refused", "[notebook]") {
  auto data = sample();
  must(data, apply_cell_delta{"ada", "k", "[\"x\"]"_delta, 0, {}, 0});
  must(data, delete_cell{"ada", "k"});
  must(data, restore_cell{"bob", "k"});
  CHECK(data.cells.at("k").source.revision() == 0);
  CHECK(why_not(data, apply_cell_delta{"ada", "k", "[\"y\"]"_delta, 0, {}, 0}) ==
        "it was meant for life 0 of the cell, which is in life 1");
  CHECK(why_not(data, report_cell_revision{"ada", "k", 0, 0}) ==
        "it was meant for life 0 of the cell, which is in life 1");
  must(data, apply_cell_delta{"ada", "k", "[\"y\"]"_delta, 0, {}, 1});
  must(data, report_cell_revision{"bob", "k", 1, 1});
  CHECK(data.cells.at("k").source.text() == "yxtext"_text);
}

TEST_CASE("a revision that goes backwards is refused", "[notebook]") {
  auto data = sample();
  must(data, apply_cell_delta{"ada", "k", "[\"x\"]"_delta, 0});
  must(data, report_cell_revision{"bob", "k", 1});
  CHECK(why_not(data, report_cell_revision{"bob", "k", 0}) ==
        "revision 0 lies before 1, which the client has seen already");
}

TEST_CASE("an edit during a save stays unsaved", "[notebook]") {
  auto data = sample();
  const auto count = data.changes;
  must(data, set_notebook_name{"ada", "later"});
  must(data, notebook_saved{"ada", count});
  CHECK(data.dirty());
  must(data, notebook_saved{"ada", data.changes});
  CHECK_FALSE(data.dirty());
  must(data, notebook_saved{"ada", count}); // an older mark takes nothing back
  CHECK_FALSE(data.dirty());
  CHECK(why_not(data, notebook_saved{"ada", data.changes + 1}) ==
        "change 7 is not made yet, but 6");
}

TEST_CASE("joining and leaving make no change that could be saved", "[notebook]") {
  auto data = sample();
  must(data, notebook_saved{"ada"});
  must(data, client_join{"cas", "u1", "Ada A."});
  must(data, update_user{"cas", "u1", "Ada B."});
  must(data, client_leave{"ada"});
  CHECK(data.users.at("u1") == "Ada B.");
  must(data, client_leave{"cas"});
  CHECK_FALSE(data.users.contains("u1"));
  CHECK_FALSE(data.dirty());
  CHECK(why_not(data, update_user{"bob", "u1", "Ada"}) == "user u1 has no client");
}

TEST_CASE("sections stay behind those from which they branch off", "[notebook]") {
  auto data = sample();
  CHECK(data.sections.at(1).parent == "a");
  CHECK(why_not(data, move_section{"ada", "a", 2}) ==
        "it would come behind a section that branches off from it");
  CHECK(why_not(data, move_section{"ada", "a", 1}) == "it is there already");
  CHECK(why_not(data, move_section{"ada", "b", 0}) ==
        "it would come before the section from which it branches off");
  CHECK(why_not(data, delete_section{"ada", "a", true}) == "others branch off from it");
  must(data, unset_section_parent{"ada", "b"});
  must(data, move_section{"ada", "b", 0});
  must(data, insert_cell{"ada", "b", -1, "code", "n", ""});
  CHECK(why_not(data, delete_section{"ada", "b", false}) ==
        "there is no section above it that could take its cells");
  must(data, delete_section{"ada", "a", false});
  CHECK(data.sections.at(0).cells == std::vector<id>{"n", "k"});
}

TEST_CASE("a section moves past all but those that branch off from it", "[notebook]") {
  notebook data;
  for (const operation& op :
       std::vector<operation>{insert_section{"ada", -1, "p"}, insert_section{"ada", -1, "x"},
                              insert_section{"ada", -1, "c"}, set_section_parent{"ada", "c", "p"}})
    must(data, op);
  const auto order = [&] {
    std::string all;
    for (const auto& one : data.sections)
      all += one.key;
    return all;
  };
  must(data, move_section{"ada", "p", 2}); // right before c
  CHECK(order() == "xpc");
  CHECK(why_not(data, move_section{"ada", "p", 3}) ==
        "it would come behind a section that branches off from it");
  CHECK(why_not(data, move_section{"ada", "p", 2}) == "it is there already");
  CHECK(why_not(data, move_section{"ada", "c", 1}) ==
        "it would come before the section from which it branches off");
  must(data, move_section{"ada", "x", 3});
  CHECK(order() == "pcx");
  must(data, move_section{"ada", "c", 3});
  CHECK(order() == "pxc");
  must(data, move_section{"ada", "c", 1});
  CHECK(order() == "pcx");
}

TEST_CASE("invalid UTF-8 is refused wherever it comes in", "[notebook]") {
  auto data = sample();
  CHECK(why_not(data, set_notebook_name{"ada", "\xFF"}) == "the name has invalid UTF-8");
  CHECK(why_not(data, set_section_name{"ada", "a", "\xFF"}) == "the name has invalid UTF-8");
  CHECK(why_not(data, client_join{"cas", "u3", "\xFF"}) == "the name has invalid UTF-8");
  CHECK(why_not(data, update_user{"ada", "u1", "\xFF"}) == "the name has invalid UTF-8");
  CHECK(why_not(data, insert_cell{"ada", "a", -1, "code", "n", "\xFF"}) ==
        "invalid UTF-8 at byte 0");
}

TEST_CASE("an index before the beginning is refused", "[notebook]") {
  auto data = sample();
  CHECK(why_not(data, insert_section{"ada", -2, "n"}) == "index -2 is before -1");
  CHECK(why_not(data, insert_cell{"ada", "a", -2, "code", "n", ""}) == "index -2 is before -1");
  CHECK(why_not(data, move_cell{"ada", "k", "a", -2}) == "index -2 is before -1");
  CHECK(why_not(data, move_section{"ada", "b", -1}) == "index -1 is before 0");
  CHECK(why_not(data, insert_section_into{"ada", "a", -1, "n"}) == "index -1 is before 0");
}

TEST_CASE("the bin forgets its oldest cells", "[notebook]") {
  auto data = sample();
  for (std::size_t i = 0; i < notebook::bin_size; ++i) {
    const auto key = "n" + std::to_string(i);
    must(data, insert_cell{"ada", "b", -1, "code", key, ""});
    must(data, delete_cell{"ada", key});
  }
  CHECK(data.bin.size() == notebook::bin_size);
  CHECK(data.bin.back().cell == "n0");
}

TEST_CASE("an operation counts with all that it carries", "[notebook][size_of]") {
  const std::string big(1000, 'x');
  const auto carried = [](const operation& op) {
    return libsync::operation_size(op) - sizeof(operation);
  };
  CHECK(carried(delete_cell{"a", "k"}) == 2);
  for (const operation& op : std::vector<operation>{
           insert_section{big, 0, "a"}, insert_section{"a", 0, big},
           insert_section_into{"a", big, 0, "b"}, insert_section_into{"a", "b", 0, big},
           set_section_parent{"a", "b", big}, set_section_name{"a", "b", big},
           insert_cell{"a", "b", 0, big, "k", ""}, insert_cell{"a", "b", 0, "code", "k", big},
           move_cell{"a", big, "b", 0}, set_notebook_name{"a", big}, client_join{"a", big, "A"},
           update_user{"a", "u", big}, notebook_saved{big}}) {
    CHECK(carried(op) >= 1000);
    CHECK(carried(op) < 1020);
  }
  apply_cell_delta edit{"a", "k", {}};
  REQUIRE(edit.change.insert(big));
  CHECK(carried(edit) >= 1002);
  const auto before = carried(edit);
  edit.where = libsync::selections(10);
  CHECK(carried(edit) == before + 10 * sizeof(libsync::selection));
}
