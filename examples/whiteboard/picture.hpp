#pragma once

// Draws a whiteboard, with the cursors of those who are there.

#include <string>
#include <vector>

#include "whiteboard/board.hpp"

// Returns lines of text, each with a line break.
std::string as_text(const board& what, const std::vector<cursor>& people);

// Returns an SVG file.
std::string as_svg(const board& what, const std::vector<cursor>& people);
