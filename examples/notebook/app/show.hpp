#pragma once

/// A notebook for people to look at.

#include <ostream>

#include "notebook/model/notebook.hpp"

namespace notebook_example {

/// Prints the sections with their cells, and what is in the bin, each with the comments above it.
void show(std::ostream& out, const notebook& data);

/// Prints who is there, and where.
void show_people(std::ostream& out, const notebook& data);

} // namespace notebook_example
