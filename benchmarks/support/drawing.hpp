#pragma once

/// Figures as SVG.

#include <filesystem>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "support/subprocess.hpp"

namespace bench {

/// An empty sheet with a title, and what can be drawn on it. Lengths are in SVG's user units; y
/// grows downwards.
class drawing {
public:
  static constexpr double width = 760;
  static constexpr double height = 420;
  static constexpr double top = 50;

  explicit drawing(const std::string& title);

  void text(double x, double y, const std::string& what, const char* anchor, int size = 13);
  void line(double x1, double y1, double x2, double y2, const std::string& colour,
            double thickness);
  void dot(double x, double y, const std::string& colour);
  void bar(double x, double y, double w, double h, const std::string& colour);

  /// Writes the file and says so. Throws std::runtime_error, naming it, if it cannot be written.
  void write(const std::filesystem::path& path);

private:
  std::ostringstream out_;
};

/// One direction of a chart.
struct axis {
  std::string title;
  /// Powers of ten instead of equal steps from 0.
  bool logarithmic = false;
};

/// Draws curves, each named where it ends; with `dots` at their points.
void plot_curves(const std::string& title, const axis& x, const axis& y,
                 const std::map<std::string, curve>& curves, bool dots,
                 const std::filesystem::path& into);

/// Draws one bar for each name and figure; those whose name begins with `ours` stand out.
void plot_bars(const std::string& title, const std::vector<std::pair<std::string, double>>& bars,
               const std::string& ours, const std::filesystem::path& into);

} // namespace bench
