// How many operations a second reach all clients? 4 producers submit one by one; every client holds
// its own copy and applies all of them; the time runs from the first submission until the last
// client has the last operation. Every copy's digest must equal the server's.

#include <algorithm>
#include <cstdint>
#include <functional>
#include <vector>

#include "baselines/baselines.hpp"
#include "baselines/programs.hpp"
#include "libsync_subject.hpp"
#include "support/program.hpp"

int main(int argc, char** argv) {
  bench::program program{
      "Deliveries a second: operations times clients, in the time that they take."};
  double scale = 1;
  bool with_baselines = false;
  std::vector<std::size_t> counts{1, 10, 100, 1000};
  program.app.add_option("--scale", scale, "times the usual number of operations");
  program.app.add_option("--clients", counts, "numbers of clients")->delimiter(',');
  program.app.add_flag("--baselines,--peers", with_baselines,
                       "also Go and Elixir, installed if they are missing");
  CLI11_PARSE(program.app, argc, argv);
  if (program.quick)
    scale = 0.001;

  using measure = std::function<bench::figures(std::size_t, std::uint64_t)>;
  struct system {
    const char* name;
    double deliveries; // as many as take it about a second
    measure run;
  };
  std::vector<system> systems{
      {"floor", 1e9, baselines::single_thread_fanout},
      {"libsync", 1e9,
       [](auto clients, auto operations) { return libsync_subject::fanout(clients, operations); }},
      {"libsync, actors submit", 1e9,
       [](auto clients, auto operations) {
         return libsync_subject::fanout(clients, operations, libsync::client_kind::actors);
       }},
      {"caf_direct, sharing", 4e6,
       [](auto clients, auto operations) {
         return baselines::caf_fanout("sharing", clients, operations);
       }},
      {"caf_direct, stealing", 4e6,
       [](auto clients, auto operations) {
         return baselines::caf_fanout("stealing", clients, operations);
       }},
      {"threads", 1e7, baselines::threads_fanout},
  };
  if (with_baselines) {
    systems.push_back({"go", 2e7, baselines::go_fanout});
    systems.push_back({"elixir", 4e6, baselines::elixir_fanout});
  }
  std::vector<bench::subject> subjects;
  for (const auto clients : counts)
    for (const auto& one : systems) {
      const auto most = one.deliveries * scale / static_cast<double>(clients);
      const auto operations = static_cast<std::uint64_t>(std::clamp(most, 400.0, 2e7));
      subjects.push_back(
          {"fanout",
           one.name,
           clients,
           operations,
           {"deliveries/s"},
           [run = one.run, clients, operations] { return run(clients, operations); }});
    }
  return program.measure(subjects);
}
