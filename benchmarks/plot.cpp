// Draws the figures of benchmarks, from the JSON that they write, as SVG.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace {

using nlohmann::json;

constexpr double width = 760;
constexpr double height = 420;
constexpr double left = 80;
constexpr double right = 210;
constexpr double top = 50;
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

class drawing {
public:
  explicit drawing(const std::string& title) {
    out_ << "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " << width << ' ' << height
         << "\" font-family=\"sans-serif\" font-size=\"13\">\n"
         << "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n";
    text(left, 28, title, "start", 16);
  }

  void text(double x, double y, const std::string& what, const char* anchor, int size = 13) {
    out_ << "<text x=\"" << x << "\" y=\"" << y << "\" text-anchor=\"" << anchor
         << "\" font-size=\"" << size << "\">" << escaped(what) << "</text>\n";
  }

  void line(double x1, double y1, double x2, double y2, const std::string& colour,
            double thickness) {
    out_ << "<line x1=\"" << x1 << "\" y1=\"" << y1 << "\" x2=\"" << x2 << "\" y2=\"" << y2
         << "\" stroke=\"" << colour << "\" stroke-width=\"" << thickness << "\"/>\n";
  }

  void dot(double x, double y, const std::string& colour) {
    out_ << "<circle cx=\"" << x << "\" cy=\"" << y << "\" r=\"4\" fill=\"" << colour << "\"/>\n";
  }

  void bar(double x, double y, double w, double h, const std::string& colour) {
    out_ << "<rect x=\"" << x << "\" y=\"" << y << "\" width=\"" << w << "\" height=\"" << h
         << "\" fill=\"" << colour << "\"/>\n";
  }

  void write(const std::filesystem::path& path) {
    out_ << "</svg>\n";
    std::filesystem::create_directories(path.parent_path());
    std::ofstream file{path};
    file << out_.str();
    if (!file.flush())
      throw std::runtime_error("cannot write " + path.string());
    std::cout << path.string() << '\n';
  }

private:
  std::ostringstream out_;
};

std::string short_number(double value) {
  char text[32];
  if (value >= 1e9)
    std::snprintf(text, sizeof text, "%g G", value / 1e9);
  else if (value >= 1e6)
    std::snprintf(text, sizeof text, "%g M", value / 1e6);
  else if (value >= 1e3)
    std::snprintf(text, sizeof text, "%g k", value / 1e3);
  else
    std::snprintf(text, sizeof text, "%.3g", value);
  return text;
}

// Names at the end of their lines, moved apart where they would lie upon each other.
void label_ends(drawing& to,
                std::vector<std::pair<double, std::pair<std::string, std::string>>> ends,
                double x) {
  std::sort(ends.begin(), ends.end());
  double last = top - 20;
  for (const auto& [y, name] : ends) {
    const double at = std::max(y, last + 15);
    to.dot(x, at, name.second);
    to.text(x + 10, at + 4, name.first, "start", 12);
    last = at;
  }
}

// Deliveries a second against the number of clients, both on logarithmic scales.
void plot_fanout(const std::vector<json>& rows, const std::filesystem::path& into) {
  std::map<std::string, std::vector<std::pair<double, double>>> systems;
  double least = 1e300;
  double most = 0;
  double most_clients = 1;
  for (const auto& row : rows) {
    const double median = row.at("median");
    const double clients = row.at("clients");
    systems[row.at("system")].emplace_back(clients, median);
    least = std::min(least, median);
    most = std::max(most, median);
    most_clients = std::max(most_clients, clients);
  }
  const int low = static_cast<int>(std::floor(std::log10(least)));
  const int high = static_cast<int>(std::ceil(std::log10(most)));
  const double widest = std::max(1.0, std::log10(most_clients));
  const auto x_of = [&](double clients) {
    return left + std::log10(clients) / widest * (width - left - right);
  };
  const auto y_of = [&](double value) {
    return height - bottom - (std::log10(value) - low) / (high - low) * (height - top - bottom);
  };
  drawing to{"Deliveries a second, by number of clients"};
  for (int power = low; power <= high; ++power) {
    const double y = y_of(std::pow(10, power));
    to.line(left, y, width - right, y, "#dddddd", 1);
    to.text(left - 8, y + 4, short_number(std::pow(10, power)), "end");
  }
  for (int power = 0; power <= widest; ++power)
    to.text(x_of(std::pow(10, power)), height - bottom + 20, short_number(std::pow(10, power)),
            "middle");
  to.text((left + width - right) / 2, height - 15, "clients", "middle");
  std::vector<std::pair<double, std::pair<std::string, std::string>>> ends;
  std::size_t next = 0;
  for (auto& [name, points] : systems) {
    const auto& colour = colours[next++ % colours.size()];
    std::sort(points.begin(), points.end());
    for (std::size_t i = 0; i < points.size(); ++i) {
      to.dot(x_of(points[i].first), y_of(points[i].second), colour);
      if (i != 0)
        to.line(x_of(points[i - 1].first), y_of(points[i - 1].second), x_of(points[i].first),
                y_of(points[i].second), colour, 2);
    }
    ends.emplace_back(y_of(points.back().second), std::pair{name, colour});
  }
  label_ends(to, std::move(ends), width - right + 20);
  to.write(into);
}

// One bar for each row, with its figure.
void plot_bars(const std::string& title, const std::vector<json>& rows,
               const std::filesystem::path& into) {
  double most = 0;
  for (const auto& row : rows)
    most = std::max(most, row.at("median").get<double>());
  constexpr double names = 260;
  const double step = (height - top - 20) / static_cast<double>(rows.size());
  drawing to{title};
  double y = top;
  for (const auto& row : rows) {
    const std::string system = row.at("system");
    const double median = row.at("median");
    const bool ours = system.rfind("libsync", 0) == 0;
    const double length = median / most * (width - names - 90);
    to.text(names - 8, y + step * 0.6, system, "end", 12);
    to.bar(names, y + step * 0.15, length, step * 0.7, colours[ours ? 0 : 7]);
    to.text(names + length + 6, y + step * 0.6, short_number(median), "start", 12);
    y += step;
  }
  to.write(into);
}

std::vector<json> read_rows(const std::vector<std::string>& paths) {
  std::vector<json> rows;
  for (const auto& path : paths) {
    std::ifstream file{path};
    if (!file)
      throw std::runtime_error("cannot read " + path);
    const auto content = json::parse(file, nullptr, false);
    if (!content.is_object() || !content.contains("rows"))
      throw std::runtime_error(path + " is no report of a benchmark");
    for (const auto& row : content["rows"])
      rows.push_back(row);
  }
  return rows;
}

} // namespace

int main(int argc, char** argv) {
  CLI::App app{"Draws the figures of benchmarks as SVG."};
  std::string into = ".";
  std::vector<std::string> paths;
  app.add_option("--into", into, "where to write");
  app.add_option("files", paths, "JSON files that benchmarks have written")->required();
  CLI11_PARSE(app, argc, argv);
  try {
    const auto rows = read_rows(paths);
    const auto of = [&](const std::string& bench, const std::string& unit) {
      std::vector<json> some;
      for (const auto& row : rows)
        if (row.at("bench") == bench && row.at("unit") == unit)
          some.push_back(row);
      return some;
    };
    const std::filesystem::path folder{into};
    if (const auto some = of("fanout", "deliveries/s"); !some.empty())
      plot_fanout(some, folder / "fanout.svg");
    if (const auto some = of("latency", "us p50"); !some.empty())
      plot_bars("Latency, median, microseconds", some, folder / "latency_p50.svg");
    if (const auto some = of("latency", "us p99"); !some.empty())
      plot_bars("Latency, 99th percentile, microseconds", some, folder / "latency_p99.svg");
    if (const auto some = of("memory", "peak_mib"); !some.empty())
      plot_bars("Peak memory of 10 million deliveries to 1000 clients, MiB", some,
                folder / "memory.svg");
  } catch (const std::exception& error) {
    std::cerr << "plot: " << error.what() << '\n';
    return 1;
  }
  return 0;
}
