// How long from submitting until the submitter's own copy shows it? 10 clients, 1000 operations a
// second, one at a time; from a thread and from an actor, under both of CAF's scheduler policies.
// And beside a client that submits as much as it can: single operations, or large transactions.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "baselines/baselines.hpp"
#include "baselines/programs.hpp"
#include "libsync/caf.hpp"
#include "libsync_subject.hpp"
#include "support/caf.hpp"
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
    if (what != beside::nothing)
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

bench::figures from_thread(const std::string& policy, int count, beside other) {
  libsync_subject::config settings{policy};
  caf::actor_system system{settings};
  auto server = libsync::spawn_server(system, workload::stack{});
  bench::sighting applied;
  std::vector<std::unique_ptr<libsync_subject::session>> all;
  for (std::size_t i = 0; i < clients; ++i) {
    libsync::client_options<workload::stack> options;
    if (i == 0 && other == beside::nothing)
      options.on_change = [&](const libsync::change<workload::stack>& what) {
        if (what.by == libsync::client_id{1}) // which it is, since it joins before all others
          applied.seen();
      };
    all.push_back(std::make_unique<libsync_subject::session>(server, std::move(options)));
    static_cast<void>(all.back()->snapshot()); // it has joined
  }
  const flood busy{server, other};
  // In a flood the client may come by a snapshot, which shows no single change; its receipt is told
  // all the same.
  const auto submit = [&](int i) {
    const auto op = workload::generate(9, static_cast<std::uint64_t>(i));
    if (other == beside::nothing)
      all[0]->post(op);
    else
      all[0]->submit(op, [&](const libsync::receipt&) { applied.seen(); });
  };
  return bench::latencies(
      per_second, count, submit, [](bench::steady::time_point before) { return before; }, applied);
}

// Submits an operation for each `go`, and notes when its own copy shows it.
class submitter : public caf::event_based_actor {
public:
  submitter(caf::actor_config& config, const libsync_subject::server& to,
            std::atomic<bench::steady::rep>* begun, bench::sighting* applied)
      : caf::event_based_actor(config), begun_(begun), client_(this, to) {
    client_.observe([applied](const libsync::change<workload::stack>& what) {
      if (!what.operations.empty())
        applied->seen();
    });
  }

  caf::behavior make_behavior() override {
    client_.join();
    return client_.behavior([this](bench::go_atom) {
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
  libsync_subject::config settings{policy};
  caf::actor_system system{settings};
  auto server = libsync::spawn_server(system, workload::stack{});
  bench::sighting applied;
  std::atomic<bench::steady::rep> begun{0};
  auto actor = system.spawn<submitter>(server, &begun, &applied);
  std::vector<std::unique_ptr<libsync_subject::session>> others;
  for (std::size_t i = 1; i < clients; ++i) {
    others.push_back(std::make_unique<libsync_subject::session>(server));
    static_cast<void>(others.back()->snapshot());
  }
  return bench::latencies(
      per_second, count, [&](int) { caf::anon_send(actor, bench::go_atom_v); },
      [&](bench::steady::time_point) {
        return bench::steady::time_point{bench::steady::duration{begun.load()}};
      },
      applied);
}

} // namespace

int main(int argc, char** argv) {
  bench::program program{"Microseconds from submitting until the submitter's own copy shows it."};
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
        [=] { return from_thread(policy, count, beside::nothing); });
    direct(", from a thread", baselines::submitter::thread);
    add("libsync, " + policy + ", from an actor", [=] { return from_actor(policy, count); });
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
                        [=, what = load] { return from_thread("sharing", count, what); }});
  if (with_baselines)
    add("go", [=] { return baselines::go_latency(clients, per_second, count); });
  return program.measure(subjects);
}
