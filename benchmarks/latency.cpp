// How long until the submitter's own copy shows an operation, from when it was due? 10 clients,
// 1000 operations a second; from a thread and from an actor, under both of CAF's scheduler
// policies. And beside a client that submits as much as it can: single operations, or large
// transactions.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "baselines/baselines.hpp"
#include "baselines/programs.hpp"
#include "libsync_subject.hpp"
#include "support/program.hpp"

namespace {

constexpr std::size_t clients = 10;
constexpr int per_second = 1000;

// What one client does while another's latency is measured.
enum class beside { nothing, flood, transactions };

// Submits through a session of its own as fast as that takes it.
class flood {
public:
  flood(const libsync_subject::server& to, beside what) : session_(to) {
    static_cast<void>(session_.snapshot()); // it has joined
    thread_ = std::jthread([this, what](const std::stop_token& stop) { run(what, stop); });
  }

private:
  void run(beside what, const std::stop_token& stop) {
    // As many pushes as pops, so that the data stay small.
    libsync::transaction<workload::stack> large;
    for (int i = 0; i < 4096; ++i)
      large.add({.kind = i % 2 == 0 ? 0U : 1U, .value = i});
    for (std::uint64_t i = 0; !stop.stop_requested(); ++i)
      if (what == beside::flood)
        session_.post(workload::generate(8, i));
      else
        static_cast<void>(session_.submit(large).get());
  }

  libsync_subject::session session_;
  std::jthread thread_;
};

bench::figures latency(const std::string& policy, int count, libsync::client_kind kind,
                       beside other = beside::nothing) {
  libsync_subject::config settings{policy};
  caf::actor_system system{settings};
  const auto server = libsync::spawn_server(system, workload::stack{});
  std::optional<flood> busy;
  if (other != beside::nothing)
    busy.emplace(server, other);
  const auto measured = libsync::measure_load(server, workload::make,
                                              {.clients = clients,
                                               .submitters = 1,
                                               .operations = static_cast<std::uint64_t>(count),
                                               .rate = per_second,
                                               .kind = kind,
                                               .source = libsync::operation_source::initial_data,
                                               .progress = false});
  libsync_subject::check(measured);
  return bench::latencies(measured.latencies);
}

} // namespace

int main(int argc, char** argv) {
  bench::program program{
      "Microseconds until the submitter's own copy shows an operation, from when it was due."};
  int count = 2000;
  bool with_baselines = false;
  program.runs = 7;
  program.app.add_option("--count", count, "operations in a run")->check(CLI::Range(20, 1000000));
  program.app.add_flag("--baselines,--peers", with_baselines,
                       "also Go, installed if it is missing");
  CLI11_PARSE(program.app, argc, argv);
  if (program.quick)
    count = 50;

  std::vector<bench::subject> subjects;
  const auto add = [&](const std::string& system, const std::function<bench::figures()>& run) {
    subjects.push_back(
        {"latency", system, clients, static_cast<std::uint64_t>(count), {"us p50", "us p99"}, run});
  };
  for (const std::string policy : {"sharing", "stealing"}) {
    const auto direct = [&](const char* where, baselines::submitter who) {
      add("caf_direct, " + policy + where,
          [=] { return baselines::caf_latency(policy, who, clients, per_second, count); });
    };
    add("libsync, " + policy + ", from a thread",
        [=] { return latency(policy, count, libsync::client_kind::sessions); });
    direct(", from a thread", baselines::submitter::thread);
    add("libsync, " + policy + ", from an actor",
        [=] { return latency(policy, count, libsync::client_kind::actors); });
    direct(", from an actor", baselines::submitter::client);
    direct(", from an actor without a copy", baselines::submitter::other_actor);
  }
  for (const auto& [whom, load] : {std::pair{"a flood", beside::flood},
                                   std::pair{"transactions of 4096", beside::transactions}})
    subjects.push_back({"fairness",
                        std::string{"libsync, sharing, from a thread, beside "} + whom,
                        clients + 1,
                        static_cast<std::uint64_t>(count),
                        {"us p50", "us p99"},
                        [=, what = load] {
                          return latency("sharing", count, libsync::client_kind::sessions, what);
                        }});
  if (with_baselines)
    add("go", [=] { return baselines::go_latency(clients, per_second, count); });
  return program.measure(subjects);
}
