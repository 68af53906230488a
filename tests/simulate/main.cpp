// Simulates servers and clients, or peers, for a number of seeds, on several threads. stdout is the
// same for the same seeds, whichever version of CAF there is.

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <iostream>
#include <mutex>
#include <span>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <CLI/CLI.hpp>

#include <unistd.h>

#include "libsync/testing/digest.hpp"
#include "libsync/testing/simulation.hpp"
#include "simulate/one_seed.hpp"

namespace {

using libsync::testing::mode;

struct wanted {
  std::uint64_t first = 1;
  std::uint64_t seeds = 0;
  libsync::testing::mode mode = libsync::testing::mode::liveness;
  bool until_failure = false;
  unsigned threads = std::max(1U, std::thread::hardware_concurrency());
};

// What one seed gave.
struct outcome_of_seed {
  std::uint64_t digest = 0;
  std::string failure;
};

class simulation {
public:
  explicit simulation(const wanted& what) : what_(what), told_(what.seeds), end_(what.seeds) {}

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
    for (auto next = next_++; next < end_; next = next_++) {
      const auto report = simulate_one(what_.first + next, what_.mode);
      told_[next].digest = report.digest;
      if (!report) {
        std::ostringstream text;
        text << report;
        told_[next].failure = std::move(text).str();
        if (what_.until_failure)
          end_before(next + 1);
      }
      add(report.totals);
    }
  }

  void end_before(std::uint64_t last) {
    for (auto end = end_.load(); last < end && !end_.compare_exchange_weak(end, last);) {
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
    for (const auto& one : std::span{told_}.first(end_)) {
      digest = libsync::testing::mix(digest, one.digest);
      if (one.failure.empty())
        continue;
      std::cout << one.failure;
      ++failed;
    }
    std::cout << totals_ << "digest " << std::hex << digest << std::dec << '\n'
              << end_ - failed << " passed, " << failed << " failed\n";
    return failed == 0 ? 0 : 1;
  }

  const wanted what_;
  std::vector<outcome_of_seed> told_;
  std::atomic<std::uint64_t> next_{0};
  std::atomic<std::uint64_t> end_; // an earlier one, where the first failure is enough
  std::mutex mutex_;
  libsync::testing::simulation_totals totals_;
  std::uint64_t done_ = 0;
};

} // namespace

int main(int argc, char** argv) {
  CLI::App app{"Simulates servers and clients, or peers, and faults, once for each seed."};
  wanted what;
  std::string name = "liveness";
  app.add_option("--seeds", what.seeds, "how many seeds")
      ->required()
      ->check(CLI::Range(1, 100'000'000));
  app.add_option("--first", what.first, "the first seed");
  app.add_option("--mode", name, "safety: nothing false is shown; liveness: and all becomes equal")
      ->check(CLI::IsMember({"safety", "liveness"}));
  app.add_option("--threads", what.threads, "how many seeds are run at a time")
      ->check(CLI::Range(1, 256));
  app.add_flag("--until-failure", what.until_failure, "end with the first seed that fails");
  CLI11_PARSE(app, argc, argv);
  what.mode = name == "safety" ? mode::safety : mode::liveness;
  return simulation{what}.run();
}
