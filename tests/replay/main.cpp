// Replays the recorded cases in a directory: each file that has a name in the table below.

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <string>

#include <CLI/CLI.hpp>

#include "replay/delta.hpp"
#include "replay/notebook.hpp"
#include "replay/replayed.hpp"
#include "replay/statebox.hpp"

namespace {

const std::map<std::string, replayed (*)(std::istream&)> replays{
    {"delta.jsonl", replay_delta},
    {"notebook.jsonl", replay_notebook},
    {"statebox.jsonl", replay_statebox},
};

std::ostream& operator<<(std::ostream& out, const replayed& all) {
  out << all.passed << " passed, " << all.failed << " failed";
  if (all.skipped > 0)
    out << " (" << all.skipped << " skipped)";
  return out;
}

} // namespace

int main(int argc, char** argv) {
  std::filesystem::path directory;
  std::size_t most = 10;
  CLI::App program{"Replays recorded cases: inputs, and what must come out."};
  program.add_option("directory", directory, "where statebox.jsonl and others are")->required();
  program.add_option("--failures", most, "how many failures of a file to describe")
      ->capture_default_str();
  CLI11_PARSE(program, argc, argv);

  replayed total;
  std::size_t files = 0;
  for (const auto& [name, replay] : replays) {
    std::ifstream cases{directory / name};
    if (!cases)
      continue;
    ++files;
    const auto all = replay(cases);
    std::cout << name << ": " << all << '\n';
    for (std::size_t i = 0; i < all.failures.size() && i < most; ++i)
      std::cout << "  " << all.failures[i] << '\n';
    total.passed += all.passed;
    total.failed += all.failed;
    total.skipped += all.skipped;
  }
  if (files == 0) {
    std::cerr << directory.string() << ": expected a directory with";
    for (const auto& [name, replay] : replays)
      std::cerr << ' ' << name;
    std::cerr << ", found none of these\n";
    return 1;
  }
  std::cout << total << '\n';
  return total.failed == 0 && total.passed > 0 ? 0 : 1;
}
