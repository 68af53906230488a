#include "notebook/app/undo.hpp"

#include <type_traits>
#include <utility>

#include "notebook/model/language.hpp"
#include "notebook/model/lookup.hpp"

namespace notebook_example {

using libsync::delta;
using libsync::outcome;

namespace {

// An index is counted before the thing is taken away, and it lies at `now` then.
place back_to(place before, place now) {
  return now > before ? before : before + 1;
}

// Where something of `size` others comes to lie, which lay at `from` and goes before `to`.
place landing(place from, place to, std::size_t size) {
  const auto there = static_cast<place>(offset_in(size, to));
  return there > from ? there - 1 : there;
}

// Whether what an operation changes is there: else it is refused.
template <class Operation>
bool finds_what_it_changes(const Operation& op, const notebook& in) {
  if constexpr (requires { op.user; })
    return in.users.contains(op.user);
  else if constexpr (std::is_same_v<Operation, move_cell> ||
                     std::is_same_v<Operation, set_cell_language>)
    return in.cells.contains(op.cell);
  else if constexpr (requires { op.section; })
    return std::is_same_v<Operation, insert_section> || find_section(in, op.section).has_value();
  else
    return true;
}

/// The inverse of each kind of operation, which finds what it changes in `before`.
struct inverter {
  const notebook& before;

  using operations = std::vector<operation>;

  operations operator()(const insert_section& op) const {
    return {delete_section{op.client, op.section, false}};
  }
  operations operator()(const insert_section_into& op) const {
    return {delete_section{op.client, op.added, false}};
  }
  operations operator()(const insert_branching_section_into& op) const {
    return {delete_section{op.client, op.added, false}};
  }
  operations operator()(const set_section_parent& op) const {
    const auto& old = section_of(op.section).parent;
    return {old ? operation{set_section_parent{op.client, op.section, *old}}
                : operation{unset_section_parent{op.client, op.section}}};
  }
  operations operator()(const unset_section_parent& op) const {
    return {
        set_section_parent{op.client, op.section, section_of(op.section).parent.value_or(id{})}};
  }
  operations operator()(const set_section_name& op) const {
    return {set_section_name{op.client, op.section, section_of(op.section).name}};
  }
  operations operator()(const move_section& op) const {
    const auto from = static_cast<place>(*find_section(before, op.section));
    const auto now = landing(from, op.index, before.sections.size());
    return {move_section{op.client, op.section, back_to(from, now)}};
  }
  operations operator()(const insert_cell& op) const { return {delete_cell{op.client, op.cell}}; }
  operations operator()(const move_cell& op) const {
    const auto from = *find_cell(before, op.cell);
    const auto& home = before.sections[from.section];
    const auto index = static_cast<place>(from.index);
    if (home.key != op.section)
      return {move_cell{op.client, op.cell, home.key, index}};
    const auto now = landing(index, op.index, home.cells.size());
    return {move_cell{op.client, op.cell, home.key, back_to(index, now)}};
  }
  operations operator()(const delete_cell& op) const { return {restore_cell{op.client, op.cell}}; }
  operations operator()(const restore_cell& op) const { return {delete_cell{op.client, op.cell}}; }
  operations operator()(const set_notebook_name& op) const {
    return {set_notebook_name{op.client, before.name}};
  }
  operations operator()(const update_user& op) const {
    return {update_user{op.client, op.user, before.users.at(op.user)}};
  }
  operations operator()(const set_cell_language& op) const {
    return {set_cell_language{op.client, op.cell,
                              std::string{language_of(before.cells.at(op.cell).frame.opener)}}};
  }
  // Its heading is gone with what belonged to it.
  operations operator()(const delete_section&) const { return {}; }
  operations operator()(const apply_cell_delta&) const { return {}; }
  operations operator()(const report_cell_revision&) const { return {}; }
  operations operator()(const notebook_saved&) const { return {}; }
  operations operator()(const client_join&) const { return {}; }
  operations operator()(const client_leave&) const { return {}; }

private:
  [[nodiscard]] const section& section_of(const id& key) const {
    return before.sections[*find_section(before, key)];
  }
};

} // namespace

libsync::result<inverse_edit> inverse_edit_of(const libsync::text& before, const notebook& after,
                                              const id& cell) {
  const auto& now = after.cells.at(cell);
  const auto* const last = now.source.latest();
  auto back = libsync::inverse_of(last->change, before);
  if (!back)
    return libsync::result<inverse_edit>::failed(back.reason());
  return inverse_edit{cell, now.life, last->revision, *std::move(back)};
}

namespace {

// The edits of a cell, the last one first.
std::vector<inverse_edit*> edits_of(done_changes& all, const inverse_edit& like) {
  std::vector<inverse_edit*> found;
  for (auto one = all.rbegin(); one != all.rend(); ++one)
    for (auto& edit : one->edits)
      if (edit.cell == like.cell && edit.life == like.life)
        found.push_back(&edit);
  return found;
}

// Lets edits come after what others did up to a revision. Under each edit lies the text without it,
// so what others did goes down there without it too.
outcome pass_others(const std::vector<inverse_edit*>& edits, const libsync::shared_text<id>& source,
                    libsync::revision until) {
  using libsync::priority;
  if (edits.empty())
    return libsync::accepted();
  const auto known = edits.front()->revision;
  return source.for_each_since(known, [&](const auto& next) {
    if (next.revision > until)
      return;
    auto change = next.change;
    for (auto* edit : edits) {
      if (edit->revision < 0)
        break; // the rest is lost
      auto below = transform(edit->change, change, priority::right);
      edit->change = transform(change, std::move(edit->change), priority::left);
      edit->revision = next.revision;
      change = std::move(below);
    }
  });
}

} // namespace

void add_change(done_changes& all, done_change what, const notebook& now) {
  for (const auto& edit : what.edits) {
    const auto older = edits_of(all, edit);
    const auto& source = now.cells.at(edit.cell).source;
    // Where it is refused, no revision fits, and so the undo will be refused.
    const bool passed{pass_others(older, source, edit.revision - 1)};
    for (auto* one : older)
      one->revision = passed && one->revision >= 0 ? edit.revision : -1;
  }
  all.push_back(std::move(what));
}

libsync::result<std::map<id, delta>> undo_of_last(done_changes& all, const notebook& now) {
  using result = libsync::result<std::map<id, delta>>;
  std::map<id, delta> changes;
  for (const auto& edit : all.back().edits) {
    const auto found = now.cells.find(edit.cell);
    if (found == now.cells.end())
      return result::failed("there is no cell " + edit.cell);
    if (found->second.life != edit.life)
      return result::failed("cell " + edit.cell + " was removed and restored since");
    const auto& source = found->second.source;
    if (auto passed = pass_others(edits_of(all, edit), source, source.revision()); !passed)
      return result::failed("too much has happened since: " + passed.reason());
    if (!edit.change.empty())
      changes.emplace(edit.cell, edit.change);
  }
  return result{std::move(changes)};
}

void drop_last(done_changes& all, const notebook& now) {
  const auto last = std::move(all.back());
  all.pop_back();
  for (const auto& edit : last.edits)
    for (auto* one : edits_of(all, edit))
      one->revision = one->revision < 0 ? -1 : now.cells.at(edit.cell).source.revision();
}

done_change inverse_of(const operation& op, const notebook& before) {
  done_change back;
  back.operations = std::visit(
      [&](const auto& one) {
        return finds_what_it_changes(one, before) ? inverter{before}(one)
                                                  : std::vector<operation>{};
      },
      op);
  if (std::holds_alternative<delete_section>(op))
    back.why_not = "the removal of a section cannot be taken back; `restore` brings back its cells";
  return back;
}

} // namespace notebook_example
