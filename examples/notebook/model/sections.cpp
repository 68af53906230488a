// What can be done to sections.

#include <utility>

#include "notebook/model/lookup.hpp"

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
  section next{added, "Section", std::nullopt, {}, {}};
  if (branches)
    for (auto above = *at + 1; above-- != 0 && !next.parent;)
      if (!self.sections[above].parent)
        next.parent = self.sections[above].key;
  auto& cells = self.sections[*at].cells;
  const auto first = cells.begin() + offset_in(cells.size(), index);
  next.cells.assign(first, cells.end());
  cells.erase(first, cells.end());
  self.sections.insert(self.sections.begin() + static_cast<std::ptrdiff_t>(*at) + 1,
                       std::move(next));
  return changed(self);
}

} // namespace

outcome reduce(notebook& self, const insert_section& op) {
  if (auto known = check_new_section(self, op.section); !known)
    return known;
  if (auto good = check_place(op.index); !good)
    return good;
  insert_at(self.sections, op.index, section{op.section, "Section", std::nullopt, {}, {}});
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
  self.sections[*at].parent = op.parent;
  return changed(self);
}

outcome reduce(notebook& self, const unset_section_parent& op) {
  const auto at = find_section(self, op.section);
  if (!at)
    return no_section(op.section);
  if (!self.sections[*at].parent)
    return refused("it branches off from nowhere");
  self.sections[*at].parent.reset();
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
  auto moved = std::move(self.sections[*at]);
  self.sections.erase(self.sections.begin() + now);
  insert_at(self.sections, op.index > now ? op.index - 1 : op.index, std::move(moved));
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
    auto& above = self.sections[*at - 1].cells;
    above.insert(above.end(), cells.begin(), cells.end());
  }
  self.sections.erase(self.sections.begin() + static_cast<std::ptrdiff_t>(*at));
  return changed(self);
}

} // namespace notebook_example
