// How many operations a second reach all clients? 4 producers submit one by one; every client holds
// its own copy and applies all of them; the time runs from the first submission until the last
// client has the last operation. Every copy's digest must equal the server's.

#include <algorithm>
#include <cstdint>
#include <functional>
#include <vector>

#include "baselines/baselines.hpp"
#include "baselines/programs.hpp"
#include "libsync/caf.hpp"
#include "libsync_subject.hpp"
#include "support/caf.hpp"
#include "support/program.hpp"

namespace {

// A client in an actor of its own that also produces some of the streams: one by one, and no
// further than its outbox has room.
class member : public caf::event_based_actor {
public:
  struct task {
    std::vector<std::uint64_t> streams;
    std::uint64_t each = 0;
    libsync::version last = 0;
    bench::countdown* joined = nullptr;
    bench::countdown* finished = nullptr;
    std::uint32_t* digest = nullptr;
  };

  member(caf::actor_config& config, const libsync_subject::server& to, task mine)
      : caf::event_based_actor(config), task_(std::move(mine)), client_(this, to) {}

  caf::behavior make_behavior() override {
    client_.on_progress([this] { progress(); });
    client_.join();
    return client_.behavior([this](bench::go_atom) { produce(); });
  }

private:
  void progress() {
    if (!task_.streams.empty() && begun_)
      produce();
    if (task_.joined != nullptr && client_.state().joined())
      std::exchange(task_.joined, nullptr)->arrive();
    if (client_.state().version() == task_.last && task_.finished != nullptr) {
      *task_.digest = client_.state().confirmed().digest();
      std::exchange(task_.finished, nullptr)->arrive();
    }
  }

  void produce() {
    begun_ = true;
    // A lot at a time, as a session's client does: seldom is cheaper.
    if (client_.state().room() < client_.state().undecided())
      return;
    for (; next_ < task_.each && client_.state().room() >= task_.streams.size(); ++next_)
      for (const auto stream : task_.streams)
        static_cast<void>(client_.submit(workload::generate(stream, next_)));
  }

  task task_;
  bool begun_ = false;
  std::uint64_t next_ = 0;
  libsync::embedded_client<workload::stack> client_;
};

bench::figures by_actors(std::size_t clients, std::uint64_t operations) {
  libsync_subject::config settings;
  caf::actor_system system{settings};
  const auto each = operations / workload::producers;
  auto server = libsync::spawn_server(system, workload::stack{});
  bench::countdown joined{clients};
  bench::countdown finished{clients};
  std::vector<std::uint32_t> digests(clients);
  std::vector<caf::actor> all;
  for (std::size_t i = 0; i < clients; ++i) {
    member::task mine{{}, each, each * workload::producers, &joined, &finished, &digests[i]};
    for (std::uint64_t stream = 0; stream < workload::producers; ++stream)
      if (stream % clients == i)
        mine.streams.push_back(stream);
    all.push_back(system.spawn<member>(server, std::move(mine)));
  }
  joined.wait();
  const bench::stopwatch watch;
  for (std::size_t i = 0; i < std::min<std::size_t>(clients, workload::producers); ++i)
    caf::anon_send(all[i], bench::go_atom_v);
  finished.wait();
  bench::figures measured{{"deliveries/s", static_cast<double>(each * workload::producers) *
                                               static_cast<double>(clients) / watch.seconds()}};
  workload::check_digests(digests, libsync_subject::digest_of(server));
  libsync_subject::add_breaks(measured, server);
  return measured;
}

} // namespace

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
      {"libsync", 1e9, libsync_subject::fanout},
      {"libsync, actors submit", 1e9, by_actors},
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
