// What can be done to cells.

#include <utility>

#include "notebook/model/language.hpp"
#include "notebook/model/lookup.hpp"
#include "notebook/model/placing.hpp"

namespace notebook_example {

using libsync::outcome;
using libsync::refused;

namespace {

// A cell that nobody has seen yet, at revision 0 for everybody.
cell make_cell(const notebook& self, cell_type type, life lives, libsync::text source,
               frame around = {}) {
  cell made{type, lives, libsync::shared_text<id>{std::move(source)}, std::move(around), {}};
  for (const auto& [client, user] : self.clients)
    static_cast<void>(made.source.join(client)); // each once
  return made;
}

std::optional<cell_type> type_of(const std::string& name) {
  if (name == "code")
    return cell_type::code;
  if (name == "markdown")
    return cell_type::markdown;
  return std::nullopt;
}

outcome check_life(const cell& found, const std::optional<life>& wanted) {
  if (wanted && *wanted != found.life)
    return refused("it was meant for life " + std::to_string(*wanted) +
                   " of the cell, which is in life " + std::to_string(found.life));
  return libsync::accepted();
}

} // namespace

outcome reduce(notebook& self, const insert_cell& op) {
  const auto at = find_section(self, op.section);
  if (!at)
    return no_section(op.section);
  const auto type = type_of(op.type);
  if (!type)
    return refused("expected a cell of type code or markdown, found " + op.type);
  if (self.cells.contains(op.cell))
    return refused("there is a cell " + op.cell + " already");
  if (find_deleted(self, op.cell) != self.bin.end())
    return refused("there is a cell " + op.cell + " in the bin");
  if (auto good = check_place(op.index); !good)
    return good;
  auto source = libsync::text::read(op.source);
  if (!source)
    return refused(source.reason());
  if (auto good = check_source(op.source); !good)
    return good;
  self.cells.emplace(op.cell, make_cell(self, *type, 0, *std::move(source)));
  put_cell(self, self.sections[*at], op.index, op.cell);
  return changed(self);
}

outcome reduce(notebook& self, const move_cell& op) {
  const auto from = find_cell(self, op.cell);
  if (!from)
    return no_cell(op.cell);
  const auto to = find_section(self, op.section);
  if (!to)
    return no_section(op.section);
  if (auto good = check_place(op.index); !good)
    return good;
  const auto now = static_cast<place>(from->index);
  const bool behind = *to == from->section && op.index >= now;
  take_cell(self, *from);
  put_cell(self, self.sections[*to], behind ? op.index - 1 : op.index, op.cell);
  return changed(self);
}

outcome reduce(notebook& self, const delete_cell& op) {
  const auto at = find_cell(self, op.cell);
  if (!at)
    return no_cell(op.cell);
  put_into_bin(self, op.cell, *at);
  take_cell(self, *at);
  return changed(self);
}

outcome reduce(notebook& self, const restore_cell& op) {
  const auto found = find_deleted(self, op.cell);
  if (found == self.bin.end())
    return refused("there is no cell " + op.cell + " in the bin");
  if (self.sections.empty())
    return refused("there is no section that could take it");
  const auto before = find_section(self, found->section);
  self.cells.emplace(op.cell,
                     make_cell(self, found->type, found->life + 1, found->source, found->frame));
  put_cell(self, before ? self.sections[*before] : self.sections.back(),
           before ? static_cast<place>(found->index) : -1, op.cell);
  self.bin.erase(found);
  return changed(self);
}

outcome reduce(notebook& self, const apply_cell_delta& op) {
  const auto found = self.cells.find(op.cell);
  if (found == self.cells.end())
    return no_cell(op.cell);
  if (auto alive = check_life(found->second, op.life); !alive)
    return alive;
  if (auto good = check_source(op.change.inserted()); !good)
    return good;
  auto& source = found->second.source;
  auto& around = found->second.frame;
  const auto before = around.ends.empty() ? libsync::text{} : source.text();
  if (auto done = source.submit(op.client, op.change, op.where, op.revision); !done)
    return done;
  if (!around.ends.empty())
    change_ends(around.ends, before, source.latest()->change, self.sheet.usual_end);
  const bool edited = changes_text(op.change);
  if (edited) { // what wrote the source, and what came of it, are no longer true
    around.smart.clear();
    if (!self.sheet.persists_outputs)
      around.outputs.clear();
  }
  return edited ? changed(self) : libsync::accepted(); // a cursor is in no file
}

outcome reduce(notebook& self, const report_cell_revision& op) {
  const auto found = self.cells.find(op.cell);
  if (found == self.cells.end())
    return no_cell(op.cell);
  if (auto alive = check_life(found->second, op.life); !alive)
    return alive;
  return found->second.source.report(op.client, op.revision);
}

outcome reduce(notebook& self, const set_cell_language& op) {
  const auto found = self.cells.find(op.cell);
  if (found == self.cells.end())
    return no_cell(op.cell);
  if (found->second.type != cell_type::code)
    return refused("cell " + op.cell + " is text, which has no language");
  if (auto good = check_language(op.language); !good)
    return good;
  set_language(found->second.frame, op.language, self.sheet.usual_end);
  return changed(self);
}

} // namespace notebook_example
