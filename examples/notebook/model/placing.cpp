#include "notebook/model/placing.hpp"

#include <utility>

namespace notebook_example {

void put_section(notebook& self, place where, section what) {
  const auto at = offset_in(self.sections.size(), where);
  self.places.all[what.key].index = static_cast<std::size_t>(at);
  self.sections.insert(self.sections.begin() + at, std::move(what));
}

section take_section(notebook& self, std::size_t at) {
  auto taken = std::move(self.sections[at]);
  self.sections.erase(self.sections.begin() + static_cast<std::ptrdiff_t>(at));
  set_parent(self, taken, std::nullopt);
  self.places.all.erase(taken.key);
  return taken;
}

void move_section_to(notebook& self, std::size_t from, place to) {
  const auto begin = self.sections.begin();
  const auto old = static_cast<std::ptrdiff_t>(from);
  const auto now = offset_in(self.sections.size() - 1, to);
  self.places.all[self.sections[from].key].index = static_cast<std::size_t>(now);
  if (now < old)
    std::rotate(begin + now, begin + old, begin + old + 1);
  else
    std::rotate(begin + old, begin + old + 1, begin + now + 1);
}

void set_parent(notebook& self, section& of, std::optional<id> parent) {
  if (of.parent)
    --self.places.all[*of.parent].children;
  of.parent = std::move(parent);
  if (of.parent)
    ++self.places.all[*of.parent].children;
}

void put_cell(notebook& self, section& into, place where, const id& key) {
  const auto at = offset_in(into.cells.size(), where);
  self.cells.at(key).lies = {into.key, static_cast<std::size_t>(at)};
  into.cells.insert(into.cells.begin() + at, key);
}

void append_cells(notebook& self, section& to, section& from, std::ptrdiff_t first) {
  for (auto next = from.cells.begin() + first; next != from.cells.end(); ++next)
    put_cell(self, to, -1, *next);
  from.cells.erase(from.cells.begin() + first, from.cells.end());
}

void take_cell(notebook& self, const position& at) {
  auto& cells = self.sections[at.section].cells;
  cells.erase(cells.begin() + static_cast<std::ptrdiff_t>(at.index));
}

void put_into_bin(notebook& self, const id& key, const position& at) {
  const auto found = self.cells.find(key);
  const auto& in = self.sections[at.section];
  self.bin.push_front({key, found->second.type, found->second.life, found->second.source.text(),
                       in.key, in.name, at.index, found->second.frame});
  self.cells.erase(found);
  if (self.bin.size() > notebook::bin_size)
    self.bin.pop_back();
}

} // namespace notebook_example
