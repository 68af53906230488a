#pragma once

/// What all benchmark programs have in common: options, runs in turns, reports.

#include <algorithm>
#include <exception>
#include <functional>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "support/report.hpp"
#include "support/subprocess.hpp"

namespace bench {

/// One thing to measure, and how one run of it is done. Each of its figures that is named in
/// `units` becomes a row of the report; the others show in these rows, as the latest run has them.
struct subject {
  std::string bench;
  std::string system;
  std::size_t clients = 0;
  std::uint64_t operations = 0;
  std::vector<std::string> units;
  std::function<figures()> run;
  /// Whether the memory is looked at while it runs.
  bool watch_memory = false;
  /// The system that it is compared with, where that is measured: its rows then show how many times
  /// as fast it is.
  std::string against{};
  /// Its rows show how many times as much it takes instead.
  bool compares_costs = false;
};

/// The options of every program, and what they ask for.
class program {
public:
  explicit program(const std::string& description) : app{description} {
    app.add_option("--runs", runs, "runs of each system, in turns; the median is shown")
        ->check(CLI::Range(1, 99));
    app.add_flag("--quick", quick, "little work, one run: shows that it works, not how fast");
    app.add_option("--only", only, "those whose name has this in it, such as \"flood\"");
    app.add_option("--json", path, "write the figures to this file");
  }

  /// Runs all subjects in turns, each in a process of its own, and reports. Returns what main
  /// returns: 1 if one of them has failed.
  int measure(std::vector<subject> subjects) {
    std::erase_if(subjects, [&](const subject& one) {
      return (one.bench + ": " + one.system).find(only) == std::string::npos;
    });
    report all;
    try {
      for (int run = 1; run <= (quick ? 1 : runs); ++run)
        for (const auto& one : subjects) {
          show_progress("run " + std::to_string(run) + ": " + one.system + ", " +
                        std::to_string(one.clients) + " clients");
          add(all, one, run_in_subprocess(one.run, one.watch_memory));
        }
      show_progress("");
      for (const auto& one : subjects)
        compare(all, one);
      all.print(std::cout);
      all.write(path);
    } catch (const std::exception& error) {
      show_progress("");
      std::cerr << "benchmark: " << error.what() << '\n';
      return 1;
    }
    return 0;
  }

  CLI::App app;
  int runs = 5;
  bool quick = false;
  std::string only;
  std::string path;

private:
  static void add(report& to, const subject& what, const figures& measured) {
    for (const auto& unit : what.units) {
      auto& row = to.at(what.bench, what.system, what.clients, unit);
      row.operations = what.operations;
      const auto sample = measured.find(unit);
      if (sample == measured.end())
        throw std::runtime_error(what.system + " has not measured " + unit);
      row.samples.push_back(sample->second);
      row.curve = measured.curve;
      for (const auto& [name, value] : measured)
        if (std::find(what.units.begin(), what.units.end(), name) == what.units.end())
          row.more[name] = value;
    }
  }

  static void compare(report& in, const subject& what) {
    for (const auto& other : in.rows())
      if (other.bench == what.bench && other.system == what.against &&
          other.clients == what.clients) {
        auto& row = in.at(what.bench, what.system, what.clients, other.unit);
        const double ratio = row.median() / other.median();
        const bool more_is_better = other.unit.ends_with("/s");
        row.more["times " + what.against] =
            more_is_better || what.compares_costs ? ratio : 1 / ratio;
      }
  }
};

} // namespace bench
