// What does it cost to compile a program that uses libsync? One number and two clients, by libsync
// and by CAF alone, beside CAF's headers alone.

#include <cstdio>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <sys/resource.h>
#include <unistd.h>

#include "support/program.hpp"
#include "support/stopwatch.hpp"

namespace {

rusage used_by_compilers() {
  rusage used{};
  getrusage(RUSAGE_CHILDREN, &used);
  return used;
}

// The processors' time, which tells more than the clock's where others compute too.
double busy_seconds(const rusage& used) {
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

// Throws what the compiler says, if it fails.
void run(const std::string& command) {
  FILE* pipe = popen((command + " 2>&1").c_str(), "r");
  if (pipe == nullptr)
    throw std::runtime_error("cannot run: " + command);
  std::string text;
  char buffer[512];
  while (fgets(buffer, sizeof buffer, pipe) != nullptr)
    text += buffer;
  if (pclose(pipe) != 0)
    throw std::runtime_error("failed: " + command + "\n" + text);
}

bench::figures compile(const std::string& source) {
  const auto object =
      std::filesystem::temp_directory_path() / ("compile." + std::to_string(getpid()) + ".o");
  const auto with = [&](const std::string& level) {
    run(BENCH_COMPILE " " + level + " -c '" BENCH_ROOT "/" + source + "' -o '" + object.string() +
        "'");
  };
  bench::figures measured;
  double busy = 0;
  for (const std::string level : {"-O0", "-O2"}) {
    const bench::stopwatch watch;
    with(level);
    measured["s, " + level] = watch.seconds();
    const auto used = used_by_compilers();
    measured["busy s, " + level] = busy_seconds(used) - std::exchange(busy, busy_seconds(used));
    measured["peak_mib"] = static_cast<double>(used.ru_maxrss) / 1024;
  }
  measured["kB, -O2"] = static_cast<double>(std::filesystem::file_size(object)) / 1000;
  std::filesystem::remove(object);
  return measured;
}

} // namespace

int main(int argc, char** argv) {
  bench::program program{"Seconds to compile a small program, and the size of what that makes."};
  CLI11_PARSE(program.app, argc, argv);

  std::vector<bench::subject> subjects;
  const auto add = [&](const std::string& system, const std::string& source) {
    subjects.push_back({.bench = "compile",
                        .system = system,
                        .units = {"s, -O0", "s, -O2", "kB, -O2"},
                        .run = [source] { return compile(source); },
                        .against = system == "caf/all.hpp" ? "" : "caf/all.hpp",
                        .compares_costs = true});
  };
  add("caf/all.hpp", "benchmarks/compile/caf_all.cpp");
  add("libsync", "examples/counter.cpp");
  add("caf_direct", "benchmarks/compile/direct.cpp");
  return program.measure(subjects);
}
