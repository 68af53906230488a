// Draws the figures of benchmarks, from the JSON that they write, as SVG.

#include <algorithm>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "support/drawing.hpp"

namespace {

using nlohmann::json;
using rows = std::vector<json>;

rows read_rows(const std::vector<std::string>& paths) {
  rows all;
  for (const auto& path : paths) {
    std::ifstream file{path};
    if (!file)
      throw std::runtime_error("cannot read " + path);
    const auto content = json::parse(file, nullptr, false);
    if (!content.is_object() || !content.contains("rows"))
      throw std::runtime_error(path + " is no report of a benchmark");
    for (const auto& row : content["rows"])
      all.push_back(row);
  }
  return all;
}

rows select(const rows& all, const std::string& bench, const std::string& unit) {
  rows some;
  for (const auto& row : all)
    if (row.at("bench") == bench && row.at("unit") == unit)
      some.push_back(row);
  return some;
}

void plot_fanout(const rows& all, const std::filesystem::path& into) {
  std::map<std::string, bench::curve> systems;
  for (const auto& row : all)
    systems[row.at("system")].emplace_back(row.at("clients"), row.at("median"));
  for (auto& [name, points] : systems)
    std::sort(points.begin(), points.end());
  bench::plot_curves("Deliveries a second, by number of clients", {"clients", true},
                     {"per second", true}, systems, true, into);
}

void plot_bars(const std::string& title, const rows& all, const std::filesystem::path& into) {
  std::vector<std::pair<std::string, double>> bars;
  for (const auto& row : all)
    bars.emplace_back(row.at("system"), row.at("median"));
  bench::plot_bars(title, bars, "libsync", into);
}

// The curves of the latest runs, of systems in whose names `part` stands.
std::map<std::string, bench::curve> curves_of(const rows& all, const std::string& part) {
  std::map<std::string, bench::curve> some;
  for (const auto& row : all) {
    const std::string system = row.at("system");
    if (row.contains("curve") && system.find(part) != std::string::npos)
      some[part.empty() ? system : system.substr(0, system.find(part))] = row.at("curve");
  }
  return some;
}

void plot_latency(const rows& all, const std::string& policy, const std::string& from,
                  const std::filesystem::path& file) {
  if (const auto some = curves_of(all, ", " + policy + ", " + from); !some.empty())
    bench::plot_curves("Latency " + from + ", policy " + policy, {"microseconds", true},
                       {"% are done", false}, some, false, file);
}

void plot_latencies(const rows& all, const std::filesystem::path& folder) {
  for (const std::string policy : {"sharing", "stealing"}) {
    plot_latency(all, policy, "from an actor", folder / ("latency_actor_" + policy + ".svg"));
    plot_latency(all, policy, "from a thread", folder / ("latency_thread_" + policy + ".svg"));
  }
}

void plot(const rows& all, const std::filesystem::path& folder) {
  if (const auto some = select(all, "fanout", "deliveries/s"); !some.empty())
    plot_fanout(some, folder / "fanout.svg");
  if (const auto some = select(all, "latency", "us p50"); !some.empty())
    plot_latencies(some, folder);
  if (const auto some = select(all, "memory", "peak_mib"); !some.empty()) {
    plot_bars("Peak memory of 10 million deliveries to 1000 clients, MiB", some,
              folder / "memory.svg");
    bench::plot_curves("Memory over time, 1000 clients", {"seconds", false}, {"MiB", true},
                       curves_of(some, ""), false, folder / "memory_over_time.svg");
  }
  if (const auto some = select(all, "lag", "grown_mib"); !some.empty())
    bench::plot_curves("Memory over time, 64 clients", {"seconds", false}, {"MiB", false},
                       curves_of(some, ""), false, folder / "lag_over_time.svg");
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
    plot(read_rows(paths), into);
  } catch (const std::exception& error) {
    std::cerr << "plot: " << error.what() << '\n';
    return 1;
  }
  return 0;
}
