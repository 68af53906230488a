#pragma once

/// Putting sections and cells into a notebook, and taking them out, with what it knows of places.

#include <cstddef>
#include <optional>

#include "notebook/model/lookup.hpp"
#include "notebook/model/notebook.hpp"

namespace notebook_example {

/// Puts a section that is new before the one that is there now; -1 or past the end is the end.
void put_section(notebook& self, place where, section what);

/// Takes a section out; its cells are not touched.
section take_section(notebook& self, std::size_t at);

/// Puts a section elsewhere, before the one that is there once it is taken out.
void move_section_to(notebook& self, std::size_t from, place to);

/// Lets a section branch off from another one, or from none.
void set_parent(notebook& self, section& of, std::optional<id> parent);

/// Puts a cell that is in no section into one.
void put_cell(notebook& self, section& into, place where, const id& key);

/// Lets the cells of one section from a place on follow those of another.
void append_cells(notebook& self, section& to, section& from, std::ptrdiff_t first);

/// Takes a cell out of its section.
void take_cell(notebook& self, const position& at);

/// Puts a cell into the bin; what takes it out of its section comes after.
void put_into_bin(notebook& self, const id& key, const position& at);

} // namespace notebook_example
