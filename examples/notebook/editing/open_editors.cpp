#include "notebook/editing/open_editors.hpp"

#include <algorithm>
#include <utility>

#include "notebook/model/lookup.hpp"

namespace notebook_example {

using libsync::outcome;

heard hear_of(const libsync::change<notebook>& what) {
  heard all;
  const auto& after = what.data;
  std::map<id, libsync::revision> edits;
  for (const auto& op : what.operations) {
    if (const auto* edit = std::get_if<apply_cell_delta>(&op)) {
      ++edits[edit->cell];
    } else if (const auto* left = std::get_if<client_leave>(&op)) {
      all.left.push_back(left->client);
    } else if (const auto* deleted = std::get_if<delete_cell>(&op)) {
      all.gone.push_back(deleted->cell);
    } else if (const auto* section = std::get_if<delete_section>(&op);
               section != nullptr && section->delete_cells) {
      for (const auto& one : after.bin)
        if (one.section == section->section)
          all.gone.push_back(one.cell);
    }
  }
  for (const auto& [cell, count] : edits) {
    const auto found = after.cells.find(cell);
    if (found == after.cells.end())
      continue; // it was deleted at once
    const auto& source = found->second.source;
    auto& heard_of = all.cells[cell];
    heard_of.life = found->second.life;
    // A cell that was restored meanwhile may have fewer, and one with too many keeps the last.
    const auto from =
        std::max(source.revision() - count,
                 source.revision() - static_cast<libsync::revision>(source.kept().size()));
    static_cast<void>(
        source.for_each_since(from, [&](const auto& one) { heard_of.deltas.push_back(one); }));
  }
  return all;
}

// What an editor hands out, as operations.
struct open_editors::sink {
  const open_editors& of;
  const id& cell;
  notebook_example::life life;

  void send(const libsync::delta& change, const std::optional<libsync::selections>& where,
            libsync::revision revision) const {
    of.submit_(apply_cell_delta{of.client_, cell, change, revision, where, life});
  }
  void report(libsync::revision revision) const {
    of.submit_(report_cell_revision{of.client_, cell, revision, life});
  }
  void show(const libsync::delta&) const {} // the editor's text is what is shown
};

outcome open_editors::open(const notebook& now, const id& cell) {
  const auto found = now.cells.find(cell);
  if (found == now.cells.end())
    return libsync::refused("there is no cell " + cell);
  const auto& source = found->second.source;
  open_.try_emplace(cell, open_cell{found->second.life, {client_, source}});
  return libsync::accepted();
}

const libsync::text_editor<id>* open_editors::find(const id& cell) const {
  const auto found = open_.find(cell);
  return found == open_.end() ? nullptr : &found->second.editor;
}

outcome open_editors::edit(const id& cell, const libsync::delta& change,
                           libsync::selections where) {
  const auto found = open_.find(cell);
  if (found == open_.end())
    return libsync::refused("cell " + cell + " is not open");
  sink out{*this, found->first, found->second.life};
  return found->second.editor.edit(change, std::move(where), out);
}

outcome open_editors::hear(const heard& what) {
  for (const auto& cell : what.gone)
    open_.erase(cell);
  for (const auto& [cell, edited] : what.cells) {
    const auto found = open_.find(cell);
    if (found == open_.end() || found->second.life != edited.life)
      continue;
    sink out{*this, found->first, found->second.life};
    auto& editor = found->second.editor;
    for (const auto& next : edited.deltas)
      if (next.revision > editor.revision())
        if (auto done = editor.receive(next, out); !done)
          return done;
  }
  for (const auto& client : what.left)
    for (auto& [key, one] : open_)
      one.editor.forget(client);
  return libsync::accepted();
}

void open_editors::lose(const notebook& now, const id& cell) {
  const auto found = open_.find(cell);
  const auto there = now.cells.find(cell);
  if (found == open_.end() || there == now.cells.end() || there->second.life != found->second.life)
    return;
  sink out{*this, found->first, found->second.life};
  found->second.editor.resync(there->second.source, libsync::in_flight::lost, out);
}

void open_editors::resync(const notebook& now,
                          const std::function<libsync::in_flight(const id&)>& fate) {
  for (auto next = open_.begin(); next != open_.end();) {
    const auto there = now.cells.find(next->first);
    if (there == now.cells.end() || there->second.life != next->second.life) {
      next = open_.erase(next);
      continue;
    }
    sink out{*this, next->first, next->second.life};
    next->second.editor.resync(there->second.source, fate(next->first), out);
    ++next;
  }
}

bool open_editors::close(const id& cell) {
  const auto found = open_.find(cell);
  if (found != open_.end() && !found->second.editor.synchronised())
    return false;
  if (found != open_.end())
    open_.erase(found);
  return true;
}

void open_editors::report() {
  for (auto& [key, one] : open_) {
    sink out{*this, key, one.life};
    one.editor.report(out);
  }
}

bool open_editors::has_edits() const {
  const auto edits = [](const std::optional<libsync::delta>& one) {
    return one && changes_text(*one);
  };
  return std::any_of(open_.begin(), open_.end(), [&](const auto& one) {
    return edits(one.second.editor.sent()) || edits(one.second.editor.buffer());
  });
}

bool open_editors::quiet() const {
  for (const auto& [key, one] : open_)
    if (!one.editor.synchronised())
      return false;
  return true;
}

} // namespace notebook_example
