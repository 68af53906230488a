#pragma once

/// A notebook for people to look at.

#include <cstdint>
#include <ostream>

#include "notebook/model/notebook.hpp"

#include "libsync/text.hpp"

namespace notebook_example {

/// Prints the sections with their cells, and what is in the bin, each with the comments above it.
void show(std::ostream& out, const notebook& data);

/// Prints a cell that is there, with the comments above it.
void show_cell(std::ostream& out, const notebook& data, const id& cell);

/// Prints a cell's name with the line and the column of a place in it, both counted from 1.
void show_place(std::ostream& out, const id& cell, const libsync::text& in, std::uint64_t place);

/// Prints who is there, and where.
void show_people(std::ostream& out, const notebook& data);

} // namespace notebook_example
