#pragma once

/// A notebook for people to look at.

#include <cstddef>
#include <cstdint>
#include <ostream>
#include <string_view>

#include "notebook/model/notebook.hpp"

#include "libsync/text.hpp"

namespace notebook_example {

/// Where something is printed, and how many columns there are; 0 if they have no bound. A line that
/// is longer goes on behind a colon.
struct page {
  std::ostream& out;
  std::size_t columns = 0;
};

/// Prints the sections with their cells, and what is in the bin, each with the comments above it.
void show(const page& to, const notebook& data);

/// Prints a cell that is there, with the comments above it.
void show_cell(const page& to, const notebook& data, const id& cell);

/// Prints a cell's name with the line and the column of a place in it, both counted from 1.
void show_place(std::ostream& out, const id& cell, const libsync::text& in, std::uint64_t place);

/// Prints every place where a text is, as `show_place` does; returns whether there is one.
bool show_places(std::ostream& out, const notebook& data, std::string_view what);

/// Prints who is there, and where.
void show_people(std::ostream& out, const notebook& data);

} // namespace notebook_example
