#include "whiteboard/picture.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdlib>
#include <sstream>

namespace {

// A letter of the terminal shows 2 by 4 dots.
constexpr int columns = 56;
constexpr int rows = 14;
constexpr int width = 2 * columns;
constexpr int height = 4 * rows;
constexpr int scale = 5; // of the SVG, in pixels a dot

class paper {
public:
  void line(point from, point to) {
    const int dx = to.x - from.x;
    const int dy = to.y - from.y;
    const int steps = std::max({std::abs(dx), std::abs(dy), 1});
    for (int i = 0; i <= steps; ++i)
      dot({from.x + part(dx, i, steps), from.y + part(dy, i, steps)});
  }

  void letter(point at, char what) {
    if (is_inside(at))
      cell(at).letter = what;
  }

  [[nodiscard]] std::string framed() const {
    const auto edge = '+' + std::string(columns, '-') + "+\n";
    auto text = edge;
    for (const auto& row : cells_) {
      text += '|';
      for (const auto& [dots, letter] : row)
        text += letter != 0 ? std::string{letter} : dots == 0 ? " " : braille(dots);
      text += "|\n";
    }
    return text + edge;
  }

private:
  struct place {
    unsigned dots = 0;
    char letter = 0;
  };

  static bool is_inside(point at) {
    return at.x >= 0 && at.x < width && at.y >= 0 && at.y < height;
  }

  place& cell(point at) {
    return cells_[static_cast<std::size_t>(at.y / 4)][static_cast<std::size_t>(at.x / 2)];
  }

  // What is outside is not seen.
  void dot(point at) {
    // The bits of a Braille letter, from the left and from the top.
    static constexpr unsigned bits[2][4] = {{0x01, 0x02, 0x04, 0x40}, {0x08, 0x10, 0x20, 0x80}};
    if (is_inside(at))
      cell(at).dots |= bits[at.x % 2][at.y % 4];
  }

  // U+2800 and the following, in UTF-8.
  static std::string braille(unsigned dots) {
    return {'\xE2', static_cast<char>(0xA0 | dots >> 6), static_cast<char>(0x80 | (dots & 0x3F))};
  }

  // The nearest whole number to the i-th of so many parts.
  static int part(int whole, int i, int steps) {
    const int half = whole < 0 ? -steps / 2 : steps / 2;
    return (whole * i + half) / steps;
  }

  std::array<std::array<place, columns>, rows> cells_{};
};

std::string attribute(std::string_view name, int value) {
  return ' ' + std::string{name} + "=\"" + std::to_string(value) + '"';
}

// In XML these letters stand for something else.
std::string escaped(const std::string& text) {
  std::string safe;
  for (const char letter : text)
    switch (letter) {
    case '&':
      safe += "&amp;";
      break;
    case '<':
      safe += "&lt;";
      break;
    case '"':
      safe += "&quot;";
      break;
    default:
      safe += letter;
    }
  return safe;
}

point scaled(point at) {
  return {at.x * scale, at.y * scale};
}

} // namespace

std::string as_text(const board& what, const std::vector<cursor>& people) {
  paper sheet;
  for (const auto& [name, each] : what.strokes)
    for (std::size_t i = 1; i < each.points.size(); ++i)
      sheet.line(each.points[i - 1], each.points[i]);
  for (const auto& [who, at] : people)
    sheet.letter(at, who.empty() ? '?' : who.front());
  return sheet.framed();
}

std::string as_svg(const board& what, const std::vector<cursor>& people) {
  std::ostringstream text;
  text << R"(<svg xmlns="http://www.w3.org/2000/svg")" << attribute("width", width * scale)
       << attribute("height", height * scale) << ">\n"
       << R"(  <rect width="100%" height="100%" fill="white"/>)" << '\n';
  for (const auto& [name, each] : what.strokes) {
    text << R"(  <polyline fill="none" stroke-width="3" stroke=")" << escaped(each.colour)
         << R"(" points=")";
    for (const point at : each.points)
      text << scaled(at).x << ',' << scaled(at).y << ' ';
    text << R"("><title>)" << escaped(name) << "</title></polyline>\n";
  }
  for (const auto& [who, at] : people) {
    const point tip = scaled(at);
    text << R"(  <path fill="black" d="M)" << tip.x << ' ' << tip.y << R"(l0 16 4-4 7 0z"/>)"
         << '\n'
         << R"(  <text font-family="sans-serif" font-size="14")" << attribute("x", tip.x + 12)
         << attribute("y", tip.y + 20) << '>' << escaped(who) << "</text>\n";
  }
  text << "</svg>\n";
  return std::move(text).str();
}
