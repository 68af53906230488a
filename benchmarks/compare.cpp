// Is one tree worse than another? Reads what two of them have measured in turns, as
// `scripts/bench against` leaves it (1.old.json, 1.new.json, 2.old.json, ...), and prints for each
// figure how many times as good the new one is: the median over the rounds, with an interval that
// holds the true median in at least 95 of 100 cases (from 6 rounds on), whatever the noise is like.

#include <algorithm>
#include <cstddef>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace {

constexpr double still_as_good = 0.97;

// What was measured in one round, by the name of the figure, in the order of the file.
struct measured {
  std::vector<std::string> names;
  std::map<std::string, double> values;
  std::map<std::string, bool> more_is_better;
};

measured read(const std::filesystem::path& path) {
  std::ifstream file{path};
  if (!file)
    throw std::runtime_error("cannot read " + path.string());
  measured all;
  const auto content = nlohmann::json::parse(file);
  for (const auto& row : content.at("rows")) {
    const auto unit = row.at("unit").get<std::string>();
    const auto name = row.at("bench").get<std::string>() + ": " +
                      row.at("system").get<std::string>() + ", " +
                      std::to_string(row.at("clients").get<std::size_t>()) + ", " + unit;
    all.names.push_back(name);
    all.values[name] = row.at("median").get<double>();
    all.more_is_better[name] = unit.ends_with("/s");
  }
  return all;
}

struct interval {
  double low = 0;
  double median = 0;
  double high = 0;
};

// The interval of order statistics. That the true median lies outside of the k-th least and k-th
// greatest of n samples takes fewer than k of n fair coins to fall on one side.
interval around_median(std::vector<double> samples) {
  std::sort(samples.begin(), samples.end());
  const auto size = samples.size();
  double below = 0; // the probability of fewer than k on one side
  double next = 1;  // that of exactly k
  for (std::size_t i = 0; i < size; ++i)
    next /= 2;
  std::size_t k = 0;
  for (; k < (size - 1) / 2 && below + next <= 0.025; ++k) {
    below += next;
    next *= static_cast<double>(size - k) / static_cast<double>(k + 1);
  }
  k = k > 0 ? k - 1 : 0; // from the least sample on
  const auto middle = (samples[(size - 1) / 2] + samples[size / 2]) / 2;
  return {samples[k], middle, samples[size - 1 - k]};
}

void print(const std::string& name, const interval& ratio) {
  std::cout << std::left << std::setw(64) << name << std::right << std::fixed
            << std::setprecision(3) << std::setw(8) << ratio.median << "  [" << ratio.low << ", "
            << ratio.high << "]  " << (ratio.high >= still_as_good ? "not worse" : "worse") << '\n';
}

void compare(const std::filesystem::path& folder) {
  std::vector<measured> before;
  std::vector<measured> now;
  for (int round = 1;; ++round) {
    const auto stem = folder / std::to_string(round);
    if (!std::filesystem::exists(stem.string() + ".old.json"))
      break;
    before.push_back(read(stem.string() + ".old.json"));
    now.push_back(read(stem.string() + ".new.json"));
  }
  if (now.empty())
    throw std::runtime_error("no figures in " + folder.string() + ": expected 1.old.json");
  std::cout << "How many times as good as before: the median of " << now.size()
            << " rounds, with its interval of 95 %\n";
  for (const auto& name : now.front().names) {
    std::vector<double> ratios;
    for (std::size_t i = 0; i < now.size(); ++i) {
      const auto old = before[i].values.find(name);
      const auto young = now[i].values.find(name);
      if (old == before[i].values.end() || young == now[i].values.end())
        break;
      const double ratio = young->second / old->second;
      ratios.push_back(now.front().more_is_better.at(name) ? ratio : 1 / ratio);
    }
    if (ratios.size() == now.size())
      print(name, around_median(ratios));
    else
      std::cout << name << ": not measured in every round of both\n";
  }
  for (const auto& name : before.front().names)
    if (!now.front().values.contains(name))
      std::cout << name << ": not measured any more\n";
}

} // namespace

int main(int argc, char** argv) {
  CLI::App app{"Compares what two trees have measured in turns."};
  std::string folder;
  app.add_option("folder", folder, "holds 1.old.json, 1.new.json, 2.old.json, ...")->required();
  CLI11_PARSE(app, argc, argv);
  try {
    compare(folder);
  } catch (const std::exception& error) {
    std::cerr << "compare: " << error.what() << '\n';
    return 1;
  }
  return 0;
}
