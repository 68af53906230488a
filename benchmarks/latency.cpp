// How long from submitting until the submitter's own copy shows it? 10 clients, 1000 operations a
// second, one at a time; from a thread and from an actor, under both of CAF's scheduler policies.

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "ours.hpp"
#include "peers/peers.hpp"
#include "peers/programs.hpp"
#include "support/program.hpp"

namespace {

using go_atom = caf::atom_constant<caf::atom("go")>;

constexpr std::size_t clients = 10;
constexpr int per_second = 1000;

bench::figures from_thread(const std::string& policy, int count) {
  ours::config settings{policy};
  caf::actor_system system{settings};
  auto server = libsync::spawn_server(system, workload::stack{});
  bench::sighting applied;
  std::vector<std::unique_ptr<ours::session>> all;
  for (std::size_t i = 0; i < clients; ++i) {
    libsync::client_options<workload::stack> options;
    if (i == 0)
      options.on_change = [&](const libsync::change<workload::stack>& what) {
        if (!what.operations.empty())
          applied.seen();
      };
    all.push_back(std::make_unique<ours::session>(server, std::move(options)));
    static_cast<void>(all.back()->snapshot()); // it has joined
  }
  return bench::latencies(
      per_second, count,
      [&](int i) { all[0]->post(workload::generate(9, static_cast<std::uint64_t>(i))); },
      [](bench::steady::time_point before) { return before; }, applied);
}

// Submits an operation for each `go`, and notes when its own copy shows it.
class submitter : public caf::event_based_actor {
public:
  submitter(caf::actor_config& config, ours::server to, std::atomic<bench::steady::rep>* begun,
            bench::sighting* applied)
      : caf::event_based_actor(config), begun_(begun), client_(this, std::move(to)) {
    client_.observe([applied](const libsync::change<workload::stack>& what) {
      if (!what.operations.empty())
        applied->seen();
    });
  }

  caf::behavior make_behavior() override {
    client_.join();
    return client_.behavior([this](go_atom) {
      *begun_ = bench::steady::now().time_since_epoch().count();
      static_cast<void>(client_.submit(workload::generate(9, next_++)));
    });
  }

private:
  std::atomic<bench::steady::rep>* begun_;
  std::uint64_t next_ = 0;
  libsync::embedded_client<workload::stack> client_;
};

bench::figures from_actor(const std::string& policy, int count) {
  ours::config settings{policy};
  caf::actor_system system{settings};
  auto server = libsync::spawn_server(system, workload::stack{});
  bench::sighting applied;
  std::atomic<bench::steady::rep> begun{0};
  auto actor = system.spawn<submitter>(server, &begun, &applied);
  std::vector<std::unique_ptr<ours::session>> others;
  for (std::size_t i = 1; i < clients; ++i) {
    others.push_back(std::make_unique<ours::session>(server));
    static_cast<void>(others.back()->snapshot());
  }
  return bench::latencies(
      per_second, count, [&](int) { caf::anon_send(actor, go_atom::value); },
      [&](bench::steady::time_point) {
        return bench::steady::time_point{bench::steady::duration{begun.load()}};
      },
      applied);
}

} // namespace

int main(int argc, char** argv) {
  bench::program program{"Microseconds from submitting until the submitter's own copy shows it."};
  int count = 2000;
  bool with_peers = false;
  program.runs = 7;
  program.app.add_option("--count", count, "operations in a run")->check(CLI::Range(20, 1000000));
  program.app.add_flag("--peers", with_peers, "also Go, installed if it is missing");
  CLI11_PARSE(program.app, argc, argv);
  if (program.quick)
    count = 50;

  std::vector<bench::subject> subjects;
  const auto add = [&](const std::string& system, const std::function<bench::figures()>& run) {
    subjects.push_back(
        {"latency", system, clients, static_cast<std::uint64_t>(count), {"us p50", "us p99"}, run});
  };
  for (const std::string policy : {"sharing", "stealing"}) {
    const auto direct = [&](const char* where, peers::submitter who) {
      add("caf_direct, " + policy + where,
          [=] { return peers::caf_latency(policy, who, clients, per_second, count); });
    };
    add("libsync, " + policy + ", from a thread", [=] { return from_thread(policy, count); });
    direct(", from a thread", peers::submitter::thread);
    add("libsync, " + policy + ", from an actor", [=] { return from_actor(policy, count); });
    direct(", from an actor", peers::submitter::client);
    direct(", from an actor without a copy", peers::submitter::other_actor);
  }
  if (with_peers)
    add("go", [=] { return peers::go_latency(clients, per_second, count); });
  return program.measure(subjects);
}
