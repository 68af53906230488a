#pragma once

/// What benchmarks print: tables for people, JSON for programs.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <ostream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "support/subprocess.hpp"

namespace bench {

/// What was measured of one system in one situation: a sample for each run.
struct row {
  std::string bench;
  std::string system;
  std::size_t clients = 0;
  std::uint64_t operations = 0;
  std::string unit;
  std::vector<double> samples;
  /// More that belongs to the row, such as counters; by name.
  std::map<std::string, double> more;
  /// The latest run's curve, if it has one.
  bench::curve curve;

  [[nodiscard]] double median() const { return quantile(0.5); }
  [[nodiscard]] double min() const { return quantile(0); }
  [[nodiscard]] double max() const { return quantile(1); }

private:
  [[nodiscard]] double quantile(double part) const {
    auto sorted = samples;
    std::sort(sorted.begin(), sorted.end());
    if (sorted.empty())
      return 0;
    return sorted[static_cast<std::size_t>(part * static_cast<double>(sorted.size() - 1))];
  }
};

/// Collects rows in the order in which they are first named.
class report {
public:
  /// Returns the row of that name, making it if it is new.
  row& at(const std::string& bench, const std::string& system, std::size_t clients,
          const std::string& unit);

  [[nodiscard]] const std::vector<row>& rows() const noexcept { return rows_; }

  /// Prints one line for each row.
  void print(std::ostream& out) const;

  /// {"context": {...}, "rows": [...]}
  [[nodiscard]] nlohmann::json json() const;

  /// Writes the JSON to `path`, if that is not empty. Throws std::runtime_error, naming the file,
  /// if it cannot be written.
  void write(const std::string& path) const;

private:
  std::vector<row> rows_;
};

/// Says on a terminal what is being measured; elsewhere it is silent.
void show_progress(const std::string& what);

} // namespace bench
