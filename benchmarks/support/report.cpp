#include "support/report.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include <unistd.h>

namespace bench {

namespace {

// The first line of what a command prints; empty if it fails.
std::string first_line_of(const char* command) {
  std::string line;
  if (FILE* pipe = popen(command, "r"); pipe != nullptr) {
    char buffer[256];
    if (fgets(buffer, sizeof buffer, pipe) != nullptr)
      line = buffer;
    pclose(pipe);
  }
  while (!line.empty() && (line.back() == '\n' || line.back() == ' '))
    line.pop_back();
  return line;
}

nlohmann::json context() {
  return {
      {"commit", first_line_of("git rev-parse --short HEAD 2>/dev/null")},
      {"compiler", std::string{"g++ "} + __VERSION__},
      {"build_type", BENCH_BUILD_TYPE},
      {"caf", BENCH_CAF},
      {"cores", std::thread::hardware_concurrency()},
      {"processor", first_line_of("sed -n 's/^model name[^:]*: //p' /proc/cpuinfo 2>/dev/null")},
  };
}

// Large figures in millions, with three digits that count.
std::string readable(double value) {
  std::ostringstream text;
  const bool millions = value >= 1e6;
  const double shown = millions ? value / 1e6 : value;
  text << std::fixed
       << std::setprecision(shown < 10    ? 2
                            : shown < 100 ? 1
                                          : 0)
       << shown << (millions ? " M" : "");
  return text.str();
}

} // namespace

row& report::at(const std::string& bench, const std::string& system, std::size_t clients,
                const std::string& unit) {
  for (auto& one : rows_)
    if (one.bench == bench && one.system == system && one.clients == clients && one.unit == unit)
      return one;
  rows_.push_back({bench, system, clients, 0, unit, {}, {}, {}});
  return rows_.back();
}

void report::print(std::ostream& out) const {
  // Two columns of names on the left, figures on the right; the last column has no width.
  using line = std::array<std::string, 9>;
  std::vector<line> lines{
      {"bench", "system", "clients", "operations", "median", "min", "max", "runs", "unit"}};
  for (const auto& one : rows_) {
    lines.push_back({one.bench, one.system, std::to_string(one.clients),
                     std::to_string(one.operations), readable(one.median()), readable(one.min()),
                     readable(one.max()), std::to_string(one.samples.size()), one.unit});
    for (const auto& [name, value] : one.more)
      lines.back().back() += ", " + name + ' ' + readable(value);
  }
  std::array<std::size_t, line{}.size()> widths{};
  for (const auto& one : lines)
    for (std::size_t i = 0; i < one.size(); ++i)
      widths[i] = std::max(widths[i], one[i].size());
  for (const auto& one : lines) {
    for (std::size_t i = 0; i + 1 < one.size(); ++i)
      out << (i < 2 ? std::left : std::right) << std::setw(static_cast<int>(widths[i])) << one[i]
          << "  ";
    out << one.back() << '\n';
  }
}

nlohmann::json report::json() const {
  auto rows = nlohmann::json::array();
  for (const auto& one : rows_) {
    nlohmann::json object{
        {"bench", one.bench},         {"system", one.system},
        {"clients", one.clients},     {"operations", one.operations},
        {"unit", one.unit},           {"median", one.median()},
        {"min", one.min()},           {"max", one.max()},
        {"runs", one.samples.size()},
    };
    for (const auto& [name, value] : one.more)
      object[name] = value;
    if (!one.curve.empty())
      object["curve"] = one.curve;
    rows.push_back(std::move(object));
  }
  return {{"context", context()}, {"rows", std::move(rows)}};
}

void report::write(const std::string& path) const {
  if (path.empty())
    return;
  std::ofstream file{path};
  file << json().dump(2) << '\n';
  if (!file.flush())
    throw std::runtime_error("cannot write " + path);
}

void show_progress(const std::string& what) {
  if (isatty(STDERR_FILENO) != 0)
    std::cerr << "\r\033[K" << what << std::flush;
}

} // namespace bench
