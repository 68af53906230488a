#pragma once

/// How text fits into a terminal.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace notebook_example {

/// Returns how many columns the terminal has to which a file leads; 0 if it is none.
std::size_t columns_of(int file);

/// Returns the beginning of a line of UTF-8 that fits into so many columns: all of it, or else as
/// much as there is room for, up to a blank if one is near. 0 columns are without bound.
std::string_view beginning_of(std::string_view line, std::size_t columns);

/// Returns a message in lines that fit into so many columns, but for words that are longer. 0
/// columns are without bound.
std::string wrap(std::string_view message, std::size_t columns);

/// Returns words in lines that fit into so many columns; of very many only the first.
std::string list_words(const std::vector<std::string>& all, std::size_t columns);

} // namespace notebook_example
