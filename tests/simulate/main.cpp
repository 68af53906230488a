// Simulates servers and clients, or peers, for a number of seeds, on several threads. stdout is the
// same for the same seeds, whichever version of CAF there is.

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <iostream>
#include <mutex>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <CLI/CLI.hpp>

#include <unistd.h>

#include "libsync/testing/digest.hpp"
#include "libsync/testing/simulation.hpp"
#include "simulate/kinds.hpp"

namespace {

using libsync::testing::mode;

struct wanted {
  std::uint64_t first = 1;
  std::uint64_t seeds = 0;
  libsync::testing::mode mode = libsync::testing::mode::liveness;
  simulate_seed* run = &simulate_values;
  unsigned threads = std::max(1U, std::thread::hardware_concurrency());
};

// What one seed gave.
struct outcome_of_seed {
  std::uint64_t digest = 0;
  std::string failure;
};

class simulation {
public:
  explicit simulation(const wanted& what) : what_(what), told_(what.seeds) {}

  int run() {
    {
      std::vector<std::jthread> threads;
      for (unsigned i = 0; i < what_.threads; ++i)
        threads.emplace_back([this] { work(); });
    }
    if (isatty(STDERR_FILENO) != 0)
      std::cerr << "\r\033[K";
    return tell();
  }

private:
  void work() {
    for (auto next = next_++; next < what_.seeds; next = next_++) {
      const auto report = what_.run(what_.first + next, what_.mode);
      told_[next].digest = report.digest;
      if (!report) {
        std::ostringstream text;
        text << report;
        told_[next].failure = std::move(text).str();
      }
      add(report.totals);
    }
  }

  void add(const libsync::testing::simulation_totals& more) {
    const std::lock_guard guard{mutex_};
    totals_ += more;
    if (++done_ % 100 == 0 && isatty(STDERR_FILENO) != 0)
      std::cerr << "\r\033[K" << done_ << " of " << what_.seeds << " seeds" << std::flush;
  }

  int tell() const {
    std::uint64_t digest = 0;
    std::size_t failed = 0;
    for (const auto& one : told_) {
      digest = libsync::testing::mix(digest, one.digest);
      if (one.failure.empty())
        continue;
      std::cout << one.failure;
      ++failed;
    }
    std::cout << totals_ << "digest " << std::hex << digest << std::dec << '\n'
              << told_.size() - failed << " passed, " << failed << " failed\n";
    return failed == 0 ? 0 : 1;
  }

  const wanted what_;
  std::vector<outcome_of_seed> told_;
  std::atomic<std::uint64_t> next_{0};
  std::mutex mutex_;
  libsync::testing::simulation_totals totals_;
  std::uint64_t done_ = 0;
};

} // namespace

int main(int argc, char** argv) {
  CLI::App app{"Simulates servers, clients and faults, once for each seed: of values, without\n"
               "actors, if nothing else is said."};
  wanted what;
  std::string name = "liveness";
  bool actors = false;
  bool peers = false;
  app.add_option("--seeds", what.seeds, "how many seeds")
      ->required()
      ->check(CLI::Range(1, 100'000'000));
  app.add_option("--first", what.first, "the first seed");
  app.add_option("--mode", name, "safety: nothing false is shown; liveness: and all becomes equal")
      ->check(CLI::IsMember({"safety", "liveness"}));
  app.add_option("--threads", what.threads, "how many seeds are run at a time")
      ->check(CLI::Range(1, 256));
  auto* const with_actors =
      app.add_flag("--actors", actors, "simulate real actors on a deterministic scheduler");
  app.add_flag("--peers", peers, "simulate peers without a server")->excludes(with_actors);
  CLI11_PARSE(app, argc, argv);
  if (actors)
    what.run = &simulate_actors;
  if (peers)
    what.run = &simulate_peers;
  what.mode = name == "safety" ? mode::safety : mode::liveness;
  return simulation{what}.run();
}
