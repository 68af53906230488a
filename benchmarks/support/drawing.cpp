#include "support/drawing.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <utility>

namespace bench {

namespace {

constexpr double left = 80;
constexpr double right = 210;
constexpr double bottom = 60;

// Colours that people with colour blindness can tell apart (Okabe and Ito).
const std::vector<std::string> colours{"#0072b2", "#d55e00", "#009e73", "#cc79a7",
                                       "#e69f00", "#56b4e9", "#000000", "#999999"};

std::string escaped(const std::string& text) {
  std::string safe;
  for (const char c : text)
    safe += c == '<' ? "&lt;" : c == '&' ? "&amp;" : std::string(1, c);
  return safe;
}

std::string short_number(double value) {
  char text[32];
  if (value >= 1e9)
    std::snprintf(text, sizeof text, "%.3g G", value / 1e9);
  else if (value >= 1e6)
    std::snprintf(text, sizeof text, "%.3g M", value / 1e6);
  else if (value >= 1e3)
    std::snprintf(text, sizeof text, "%.3g k", value / 1e3);
  else
    std::snprintf(text, sizeof text, "%.3g", value);
  return text;
}

// Where values of an axis lie between 0 and 1, and which of them are written beside it.
class scale {
public:
  scale(const axis& how, double least, double most) : logarithmic_(how.logarithmic) {
    if (logarithmic_) {
      low_ = std::floor(std::log10(least));
      high_ = std::max(low_ + 1, std::ceil(std::log10(most)));
      for (int power = static_cast<int>(low_); power <= static_cast<int>(high_); ++power)
        ticks_.push_back(std::pow(10, power));
    } else {
      const double rough = std::max(most, 1e-9) / 5;
      const double power = std::pow(10, std::floor(std::log10(rough)));
      const double parts = rough / power;
      const double step = power * (parts <= 1 ? 1 : parts <= 2 ? 2 : parts <= 5 ? 5 : 10);
      for (int i = 0; i == 0 || ticks_.back() < most; ++i)
        ticks_.push_back(step * i);
      high_ = ticks_.back();
    }
  }

  [[nodiscard]] double operator()(double value) const {
    return ((logarithmic_ ? std::log10(value) : value) - low_) / (high_ - low_);
  }
  [[nodiscard]] const std::vector<double>& ticks() const noexcept { return ticks_; }

private:
  bool logarithmic_;
  double low_ = 0;
  double high_ = 1;
  std::vector<double> ticks_;
};

struct label {
  double y;
  std::string name;
  std::string colour;
};

// Names beside the ends of their curves, moved apart where they would lie upon each other.
void name_ends(drawing& to, std::vector<label> ends) {
  std::sort(ends.begin(), ends.end(), [](const auto& a, const auto& b) { return a.y < b.y; });
  double last = drawing::top - 20;
  for (const auto& one : ends) {
    last = std::max(one.y, last + 15);
    to.dot(drawing::width - right + 20, last, one.colour);
    to.text(drawing::width - right + 30, last + 4, one.name, "start", 12);
  }
}

} // namespace

drawing::drawing(const std::string& title) {
  out_ << "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " << width << ' ' << height
       << "\" font-family=\"sans-serif\" font-size=\"13\">\n"
       << "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n";
  text(left, 28, title, "start", 16);
}

void drawing::text(double x, double y, const std::string& what, const char* anchor, int size) {
  out_ << "<text x=\"" << x << "\" y=\"" << y << "\" text-anchor=\"" << anchor << "\" font-size=\""
       << size << "\">" << escaped(what) << "</text>\n";
}

void drawing::line(double x1, double y1, double x2, double y2, const std::string& colour,
                   double thickness) {
  out_ << "<line x1=\"" << x1 << "\" y1=\"" << y1 << "\" x2=\"" << x2 << "\" y2=\"" << y2
       << "\" stroke=\"" << colour << "\" stroke-width=\"" << thickness << "\"/>\n";
}

void drawing::dot(double x, double y, const std::string& colour) {
  out_ << "<circle cx=\"" << x << "\" cy=\"" << y << "\" r=\"4\" fill=\"" << colour << "\"/>\n";
}

void drawing::bar(double x, double y, double w, double h, const std::string& colour) {
  out_ << "<rect x=\"" << x << "\" y=\"" << y << "\" width=\"" << w << "\" height=\"" << h
       << "\" fill=\"" << colour << "\"/>\n";
}

void drawing::write(const std::filesystem::path& path) {
  out_ << "</svg>\n";
  std::filesystem::create_directories(path.parent_path());
  std::ofstream file{path};
  file << out_.str();
  if (!file.flush())
    throw std::runtime_error("cannot write " + path.string());
  std::cout << path.string() << '\n';
}

void plot_curves(const std::string& title, const axis& x, const axis& y,
                 const std::map<std::string, curve>& curves, bool dots,
                 const std::filesystem::path& into) {
  std::pair<double, double> least{1e300, 1e300};
  std::pair<double, double> most{0, 0};
  for (const auto& [name, points] : curves)
    for (const auto& [px, py] : points) {
      least = {std::min(least.first, px), std::min(least.second, py)};
      most = {std::max(most.first, px), std::max(most.second, py)};
    }
  const scale across{x, least.first, most.first};
  const scale up{y, least.second, most.second};
  const double below = drawing::height - bottom;
  const double end = drawing::width - right;
  const auto x_of = [&](double value) { return left + across(value) * (end - left); };
  const auto y_of = [&](double value) { return below - up(value) * (below - drawing::top); };
  drawing to{title};
  for (const double tick : up.ticks()) {
    to.line(left, y_of(tick), end, y_of(tick), "#dddddd", 1);
    to.text(left - 8, y_of(tick) + 4, short_number(tick), "end");
  }
  for (const double tick : across.ticks())
    to.text(x_of(tick), below + 20, short_number(tick), "middle");
  to.text((left + end) / 2, drawing::height - 15, x.title, "middle");
  to.text(left - 8, drawing::top - 12, y.title, "end", 12);
  std::vector<label> ends;
  for (const auto& [name, points] : curves) {
    const auto& colour = colours[ends.size() % colours.size()];
    for (std::size_t i = 0; i < points.size(); ++i) {
      const auto [px, py] = points[i];
      if (dots)
        to.dot(x_of(px), y_of(py), colour);
      if (i != 0)
        to.line(x_of(points[i - 1].first), y_of(points[i - 1].second), x_of(px), y_of(py), colour,
                2);
    }
    ends.push_back({y_of(points.back().second), name, colour});
  }
  name_ends(to, std::move(ends));
  to.write(into);
}

void plot_bars(const std::string& title, const std::vector<std::pair<std::string, double>>& bars,
               const std::string& ours, const std::filesystem::path& into) {
  double most = 0;
  for (const auto& [name, value] : bars)
    most = std::max(most, value);
  constexpr double names = 260;
  const double step = (drawing::height - drawing::top - 20) / static_cast<double>(bars.size());
  drawing to{title};
  double y = drawing::top;
  for (const auto& [name, value] : bars) {
    const double length = value / most * (drawing::width - names - 90);
    to.text(names - 8, y + step * 0.6, name, "end", 12);
    to.bar(names, y + step * 0.15, length, step * 0.7, colours[name.starts_with(ours) ? 0 : 7]);
    to.text(names + length + 6, y + step * 0.6, short_number(value), "start", 12);
    y += step;
  }
  to.write(into);
}

} // namespace bench
