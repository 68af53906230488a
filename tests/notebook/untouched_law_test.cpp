// Laws: what nobody edits keeps its bytes, and what is saved is opened as the same.

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "any_notebook.hpp"
#include "notebook/markdown/markdown.hpp"
#include "notebook/markdown/pieces.hpp"
#include "support/chosen.hpp"
#include "support/deltas.hpp"
#include "support/many_cases.hpp"

#include "libsync/reducer.hpp"

using namespace notebook_example;

namespace {

bool done(notebook& data, const operation& op) {
  return libsync::reducer<notebook>::step(data, op).accepted();
}

dialect any_dialect(choices& by) {
  return by.below(2) == 0 ? dialect::markdown : dialect::livemd;
}

// A file that can be read, and the notebook in it.
std::string read_some(choices& by, dialect is, notebook& data) {
  for (;;) {
    auto bytes = any_markdown(by);
    if (auto read = read_markdown(bytes, is)) {
      data = *std::move(read);
      return bytes;
    }
    if (!by.left()) {
      data = value_of(read_markdown({}, is));
      return {};
    }
  }
}

// Whether a notebook is what is read of its file.
bool is_read_as(const notebook& read, const notebook& data, dialect is) {
  const rules by{is, false, read.sheet.is_lowered};
  return shape_of(read, by) == shape_of(data, by);
}

// Whether `now` is `before` with one more piece of text somewhere.
bool is_inserted(std::string_view before, std::string_view now, std::string_view added) {
  if (now.size() != before.size() + added.size())
    return false;
  for (std::size_t at = 0; at <= before.size(); ++at) {
    if (now.substr(at, added.size()) == added && now.substr(at + added.size()) == before.substr(at))
      return true;
    if (at < before.size() && now[at] != before[at])
      return false;
  }
  return false;
}

/// Where the source of a cell stands in its file.
struct place_in_file {
  std::size_t begin = 0;
  std::size_t end = 0;
};

place_in_file place_of(const id& cell, const notebook& data, std::string_view bytes, dialect is) {
  rules by{is, false, data.sheet.is_lowered};
  auto left = bytes.substr(front_of(bytes).size());
  for (std::size_t count = 0;;) {
    const auto next = read_piece(left, by);
    by.has_title = by.has_title || next.what == piece::kind::title;
    if (next.what == piece::kind::code || next.what == piece::kind::text)
      if ("c" + std::to_string(++count) == cell) {
        const auto begin = static_cast<std::size_t>(next.content.data() - bytes.data());
        return {begin, begin + next.content.size()};
      }
    left.remove_prefix(next.size() + next.below.size());
  }
}

// Whether a file with `added` somewhere in a cell, but within no line end, is read as just that.
bool could_be_inserted(const std::string& before, const place_in_file& in, const std::string& added,
                       dialect is, const notebook& wanted) {
  for (auto at = in.begin; at <= in.end; ++at) {
    if (at != 0 && before.compare(at - 1, 2, "\r\n") == 0)
      continue;
    const auto read = read_markdown(std::string{before}.insert(at, added), is);
    if (read && shape_of(*read) == shape_of(wanted))
      return true;
  }
  return false;
}

libsync::delta insert_at(std::uint64_t place, std::string_view text) {
  libsync::delta change;
  RC_ASSERT(change.retain(place).accepted());
  RC_ASSERT(change.insert(text).accepted());
  return change;
}

// There must be one.
const auto& any_cell(choices& by, const notebook& data) {
  return *std::next(data.cells.begin(), static_cast<std::ptrdiff_t>(by.below(data.cells.size())));
}

// Some place of a text that lies between characters.
std::uint64_t any_place(choices& by, const libsync::text& in) {
  const auto all = in.utf8();
  const auto bytes = libsync::utf8::character_before(all, by.below(all.size() + 1));
  return libsync::utf8::units(all.substr(0, bytes));
}

// A closing line without its last line end, which a file's last one may lack.
std::string_view without_end(std::string_view closer) {
  return closer.substr(0, closer.find_last_not_of("\r\n") + 1);
}

// How all lines of a source end in the file.
std::vector<line_end> ends_of(const cell& one, line_end usual) {
  const auto all = one.source.text().utf8();
  const auto count = std::count(all.begin(), all.end(), '\n');
  return one.frame.ends.empty() ? std::vector(static_cast<std::size_t>(count), usual)
                                : one.frame.ends;
}

// Whether a cell that nobody has edited stands in its file as before. Other marks are right for a
// text that would run into its new neighbour, and for code that nothing closed.
bool stands_as_before(const cell& now, const cell& before) {
  const auto& [new_frame, old_frame] = std::pair{now.frame, before.frame};
  // Nor may comments call an output what has come below code.
  // And Livebook parts two texts by a comment above the second.
  const bool above = new_frame.above == old_frame.above ||
                     old_frame.above.find(output_object) != std::string::npos ||
                     (new_frame.above.starts_with(old_frame.above) &&
                      new_frame.above.find(break_object) != std::string::npos);
  const bool same = above && new_frame.smart == old_frame.smart &&
                    without_end(new_frame.outputs) == without_end(old_frame.outputs) &&
                    new_frame.opener == old_frame.opener &&
                    without_end(new_frame.closer) == without_end(old_frame.closer);
  const bool bordered =
      old_frame.opener.empty() && new_frame.opener.starts_with("<!-- notebook: text ") && above;
  const bool closed = before.type == cell_type::code && without_end(old_frame.closer).empty();
  return same || bordered || closed;
}

// Whether comments name a section from which one branches off: that follows where it stands.
bool has_branch(const frame& of) {
  return of.above.find("branch_parent_index") != of.above.npos;
}

// Whether a heading whose name is as before stands in its file as before. One that is underlined
// may have come to the beginning of the file, where its first bytes would mean something else.
bool stands_as_before(const frame& now, const frame& before) {
  return !before.has_marks() || (before.opener.empty() && now.opener.starts_with('#')) ||
         ((now.above == before.above || has_branch(now) || has_branch(before)) &&
          now.opener == before.opener && now.name == before.name &&
          without_end(now.closer) == without_end(before.closer));
}

} // namespace

TEST_CASE("any Markdown that can be read is written back byte for byte", "[notebook][law]") {
  check_law_often("written back", [] {
    auto by = chosen(2);
    const auto is = any_dialect(by);
    notebook data;
    const auto bytes = read_some(by, is, data);
    RC_ASSERT(write_markdown(data, is) == bytes);
  });
}

TEST_CASE("a letter that is typed into any file changes it by that letter", "[notebook][law]") {
  check_law_often("one letter", [] {
    auto by = chosen(2);
    const auto is = any_dialect(by);
    notebook data;
    const auto bytes = read_some(by, is, data);
    if (data.cells.empty())
      return;
    const auto before = data;
    const auto& [key, cell] = any_cell(by, data);
    if (!cell.frame.smart.empty() || !cell.frame.outputs.empty())
      return; // an edit takes these away
    static constexpr std::string_view letters[]{"Z", "é", "`", "#", " ", "-", ">", "\n"};
    const std::string letter{letters[by.below(std::size(letters))]};
    const auto place = any_place(by, cell.source.text());
    const auto where = place_of(key, data, bytes, is);
    RC_ASSERT(done(data, apply_cell_delta{"ada", key, insert_at(place, letter), 0}));
    const auto now = write_markdown(data, is);
    RC_LOG() << "before:\n" << bytes << "\nafter:\n" << now << "\n";
    const auto again = value_of(read_markdown(now, is));
    RC_ASSERT(is_read_as(again, data, is));
    const auto& end = bytes_of(data.sheet.usual_end);
    const auto in_file = letter == "\n" ? std::string{end} : letter;
    // \n can be put before a \r as well as behind it.
    const bool ambiguous = letter == "\n" && bytes.find('\r') != bytes.npos;
    // Livebook's stamp holds no more.
    const bool stamped = is == dialect::livemd && data.sheet.stamped;
    if (!is_inserted(bytes, now, in_file) && !ambiguous && !stamped)
      RC_ASSERT(!could_be_inserted(bytes, where, in_file, is, data));

    libsync::delta back;
    RC_ASSERT(back.retain(place).accepted());
    RC_ASSERT(back.erase(1).accepted());
    RC_ASSERT(done(data, apply_cell_delta{"ada", key, back, 1}));
    RC_ASSERT(write_markdown(data, is) == bytes);
  });
}

TEST_CASE("what is removed and comes back leaves no trace in any file", "[notebook][law]") {
  check_law_often("no trace", [] {
    auto by = chosen(2);
    const auto is = any_dialect(by);
    notebook data;
    const auto bytes = read_some(by, is, data);
    for (auto count = 1 + by.below(3); count != 0 && !data.cells.empty(); --count) {
      const auto key = any_cell(by, data).first;
      RC_ASSERT(done(data, delete_cell{"ada", key}));
      RC_ASSERT(is_read_as(value_of(read_markdown(write_markdown(data, is), is)), data, is));
      RC_ASSERT(done(data, restore_cell{"ada", key}));
      RC_ASSERT(write_markdown(data, is) == bytes);
    }
  });
}

TEST_CASE("any file is opened as it was saved, and cells that nobody edits stand as before",
          "[notebook][law]") {
  check_law_often("opened as saved", [] {
    auto by = chosen(4);
    const auto is = any_dialect(by);
    notebook data;
    read_some(by, is, data);
    for (int saves = 0, number = 0; saves < 2; ++saves) {
      const auto before = data;
      std::set<id> edited;
      for (auto count = by.below(8); count != 0; --count) {
        const auto op = any_operation(by, data, "n" + std::to_string(++number));
        if (done(data, op))
          if (const auto* edit = std::get_if<apply_cell_delta>(&op))
            edited.insert(edit->cell);
      }
      const auto bytes = write_markdown(data, is);
      RC_LOG() << "before:\n" << write_markdown(before, is) << "\nafter:\n" << bytes << "\n";
      const auto again = value_of(read_markdown(bytes, is));
      RC_ASSERT(is_read_as(again, data, is));
      RC_ASSERT(write_markdown(again, is) == bytes);
      // Else all headings are another level deep.
      const bool same_levels = again.sheet.is_lowered == before.sheet.is_lowered;
      if (data.name == before.name && same_levels)
        RC_ASSERT(stands_as_before(again.sheet.title, before.sheet.title));
      for (std::size_t i = 0; i < data.sections.size(); ++i) {
        for (const auto& old : before.sections)
          if (same_levels && old.key == data.sections[i].key && old.name == data.sections[i].name)
            RC_ASSERT(stands_as_before(again.sections.at(i).frame, old.frame));
        for (std::size_t k = 0; k < data.sections[i].cells.size(); ++k) {
          const auto& key = data.sections[i].cells[k];
          const auto& now = again.cells.at(again.sections.at(i).cells.at(k));
          if (!before.cells.contains(key) || edited.contains(key))
            continue;
          const auto& old = before.cells.at(key);
          RC_ASSERT(stands_as_before(now, old));
          if (now.source.text() == old.source.text()) // else Livebook wants more
            RC_ASSERT(ends_of(now, again.sheet.usual_end) == ends_of(old, before.sheet.usual_end));
        }
      }
      data = again;
    }
  });
}
