// What can be done to sections.

#include <utility>

#include "notebook/model/lookup.hpp"
#include "notebook/model/placing.hpp"

namespace notebook_example {

using libsync::outcome;
using libsync::refused;

namespace {

outcome check_new_section(const notebook& self, const id& key) {
  return find_section(self, key) ? refused("there is a section " + key + " already")
                                 : libsync::accepted();
}

outcome split(notebook& self, const id& from, place index, const id& added, bool branches) {
  const auto at = find_section(self, from);
  if (!at)
    return no_section(from);
  if (auto known = check_new_section(self, added); !known)
    return known;
  if (index < 0)
    return refused("index " + std::to_string(index) + " is before 0");
  put_section(self, static_cast<place>(*at) + 1, {added, "Section", std::nullopt, {}, {}});
  auto& old = self.sections[*at];
  auto& next = self.sections[*at + 1];
  if (branches)
    for (auto above = *at + 1; above-- != 0 && !next.parent;)
      if (!self.sections[above].parent)
        set_parent(self, next, self.sections[above].key);
  append_cells(self, next, old, offset_in(old.cells.size(), index));
  return changed(self);
}

} // namespace

outcome reduce(notebook& self, const insert_section& op) {
  if (auto known = check_new_section(self, op.section); !known)
    return known;
  if (auto good = check_place(op.index); !good)
    return good;
  put_section(self, op.index, {op.section, "Section", std::nullopt, {}, {}});
  return changed(self);
}

outcome reduce(notebook& self, const insert_section_into& op) {
  return split(self, op.section, op.index, op.added, false);
}

outcome reduce(notebook& self, const insert_branching_section_into& op) {
  return split(self, op.section, op.index, op.added, true);
}

outcome reduce(notebook& self, const set_section_parent& op) {
  const auto at = find_section(self, op.section);
  if (!at)
    return no_section(op.section);
  const auto parent = find_section(self, op.parent);
  if (!parent)
    return no_section(op.parent);
  if (self.sections[*at].parent == op.parent)
    return refused("it branches off from there already");
  if (first_child(self, op.section))
    return refused("others branch off from it");
  if (*parent >= *at)
    return refused("section " + op.parent + " is not above it");
  if (self.sections[*parent].parent)
    return refused("section " + op.parent + " branches off itself");
  set_parent(self, self.sections[*at], op.parent);
  return changed(self);
}

outcome reduce(notebook& self, const unset_section_parent& op) {
  const auto at = find_section(self, op.section);
  if (!at)
    return no_section(op.section);
  if (!self.sections[*at].parent)
    return refused("it branches off from nowhere");
  set_parent(self, self.sections[*at], std::nullopt);
  return changed(self);
}

outcome reduce(notebook& self, const set_section_name& op) {
  const auto at = find_section(self, op.section);
  if (!at)
    return no_section(op.section);
  if (auto good = check_name(op.name); !good)
    return good;
  self.sections[*at].name = op.name;
  return changed(self);
}

outcome reduce(notebook& self, const move_section& op) {
  const auto at = find_section(self, op.section);
  if (!at)
    return no_section(op.section);
  const auto now = static_cast<place>(*at);
  if (op.index < 0)
    return refused("index " + std::to_string(op.index) + " is before 0");
  if (op.index == now)
    return refused("it is there already");
  if (const auto& parent = self.sections[*at].parent) {
    if (op.index <= static_cast<place>(*find_section(self, *parent)))
      return refused("it would come before the section from which it branches off");
  } else if (const auto child = first_child(self, op.section)) {
    if (op.index > static_cast<place>(*child))
      return refused("it would come behind a section that branches off from it");
    if (op.index == static_cast<place>(*child) && op.index == now + 1)
      return refused("it is there already");
  }
  move_section_to(self, *at, op.index > now ? op.index - 1 : op.index);
  return changed(self);
}

outcome reduce(notebook& self, const delete_section& op) {
  const auto at = find_section(self, op.section);
  if (!at)
    return no_section(op.section);
  if (first_child(self, op.section))
    return refused("others branch off from it");
  auto& cells = self.sections[*at].cells;
  if (op.delete_cells) {
    for (auto index = cells.size(); index-- != 0;)
      put_into_bin(self, cells[index], {*at, index});
  } else if (!cells.empty()) {
    if (*at == 0)
      return refused("there is no section above it that could take its cells");
    append_cells(self, self.sections[*at - 1], self.sections[*at], 0);
  }
  static_cast<void>(take_section(self, *at));
  return changed(self);
}

} // namespace notebook_example
