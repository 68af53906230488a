// How much memory does it take, and does it stay bounded? The peak of a fan-out to 1000 clients;
// what one of 64 clients costs that stops reading; the time of an operation on small and large
// data.

#include <atomic>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "baselines/baselines.hpp"
#include "baselines/programs.hpp"
#include "libsync/caf.hpp"
#include "libsync_subject.hpp"
#include "support/program.hpp"

namespace {

// A client that has a thread to itself, where it is spawned detached.
class laggard : public caf::event_based_actor {
public:
  laggard(caf::actor_config& config, const libsync_subject::server& to,
          libsync::client_options<workload::stack> options)
      : caf::event_based_actor(config), client_(this, to, std::move(options)) {}

  caf::behavior make_behavior() override {
    client_.join();
    return client_.behavior(
        [this](libsync::read_atom) { return libsync::enclose(client_.read()); },
        [this](libsync::status_atom) { return libsync::enclose(client_.status()); });
  }

private:
  libsync::embedded_client<workload::stack> client_;
};

template <class Answer, class Atom>
Answer ask(const caf::actor& whom, Atom what) {
  caf::scoped_actor self{whom.home_system()};
  Answer answer;
  self->request(whom, caf::infinite, what)
      .receive([&](const libsync::envelope& came) { answer = came.as<Answer>(); },
               [](caf::error& error) { throw std::runtime_error(to_string(error)); });
  return answer;
}

// One client stops in the middle of an operation until it is let go.
bench::figures with_laggard(bool stops, std::size_t clients, std::uint64_t operations) {
  libsync_subject::config settings;
  caf::actor_system system{settings};
  auto server = libsync::spawn_server(system, workload::stack{});
  std::vector<std::unique_ptr<libsync_subject::session>> sessions;
  for (std::size_t i = 1; i < clients; ++i)
    sessions.push_back(std::make_unique<libsync_subject::session>(server));
  std::promise<void> let_go;
  std::promise<void> stopped;
  std::atomic<bool> stop{false};
  libsync::client_options<workload::stack> options;
  options.on_change = [&, going = let_go.get_future().share()](const auto&) {
    if (stop.exchange(false)) {
      stopped.set_value();
      going.wait();
    }
  };
  const auto stopping = system.spawn<laggard, caf::detached>(server, options);
  const auto status = [&] { return ask<libsync::client_status>(stopping, libsync::status_atom_v); };
  const auto warm = operations / 5 / workload::producers;
  libsync_subject::post_all(sessions, warm, 0);
  libsync_subject::wait_for_all(sessions, warm * workload::producers);

  const double before = bench::resident_mib();
  const auto each = operations / workload::producers;
  const auto last = (warm + each) * workload::producers;
  stop = stops;
  const bench::stopwatch watch;
  libsync_subject::post_all(sessions, each, warm);
  libsync_subject::wait_for_all(sessions, last);
  const double seconds = watch.seconds();
  bench::figures measured{{"deliveries/s", static_cast<double>(each * workload::producers) *
                                               static_cast<double>(clients - 1) / seconds},
                          {"grown_mib", bench::resident_mib() - before}};
  if (stops)
    stopped.get_future().wait();
  let_go.set_value();
  while (status().version < last)
    std::this_thread::yield();
  const auto shown = ask<libsync::snapshot<workload::stack>>(stopping, libsync::read_atom_v);
  if (shown.data->digest() != libsync_subject::digest_of(server))
    throw std::runtime_error("the client that had stopped differs from the server");
  const auto counters = status().counters;
  measured["suspensions"] = static_cast<double>(counters.suspensions);
  measured["resyncs"] = static_cast<double>(counters.resyncs);
  return measured;
}

// The time of an operation once server and client have copies of their own.
bench::figures with_size(std::size_t size, std::uint64_t operations) {
  libsync_subject::config settings;
  caf::actor_system system{settings};
  workload::stack initial;
  initial.items = workload::large(size);
  auto server = libsync::spawn_server(system, std::move(initial));
  std::vector<std::unique_ptr<libsync_subject::session>> sessions;
  for (std::uint64_t i = 0; i < workload::producers; ++i)
    sessions.push_back(std::make_unique<libsync_subject::session>(server));
  const auto each = operations / workload::producers;
  libsync_subject::post_all(sessions, each, 0);
  libsync_subject::wait_for_all(sessions, each * workload::producers);
  const bench::stopwatch watch;
  libsync_subject::post_all(sessions, each, each);
  libsync_subject::wait_for_all(sessions, 2 * each * workload::producers);
  return {
      {"ns/operation", watch.seconds() * 1e9 / static_cast<double>(each * workload::producers)}};
}

} // namespace

int main(int argc, char** argv) {
  bench::program program{"Memory at its peak and under a client that stops reading."};
  double scale = 1;
  bool with_baselines = false;
  program.app.add_option("--scale", scale, "times the usual number of operations");
  program.app.add_flag("--baselines,--peers", with_baselines,
                       "also Go, installed if it is missing");
  CLI11_PARSE(program.app, argc, argv);
  if (program.quick)
    scale = 0.01;

  const auto scaled = [scale](double operations) {
    return static_cast<std::uint64_t>(operations * scale);
  };
  std::vector<bench::subject> subjects;
  const auto add = [&](const std::string& bench, const std::string& system, std::size_t clients,
                       std::uint64_t operations, const std::vector<std::string>& units,
                       const std::function<bench::figures()>& run) {
    subjects.push_back({bench, system, clients, operations, units, run, bench != "size"});
  };
  const std::size_t many = 1000;
  const auto few = scaled(10'000);
  const auto more = 200 * few; // which takes about as long as what the baselines do
  add("memory", "libsync", many, few, {"peak_mib"},
      [=] { return libsync_subject::fanout(many, few); });
  add("memory", "libsync, 200 times that", many, more, {"peak_mib"},
      [=] { return libsync_subject::fanout(many, more); });
  for (const std::string policy : {"sharing", "stealing"})
    add("memory", "caf_direct, " + policy, many, few, {"peak_mib"},
        [=] { return baselines::caf_fanout(policy, many, few); });
  if (with_baselines)
    add("memory", "go", many, few, {"peak_mib"}, [=] { return baselines::go_fanout(many, few); });
  for (const bool stops : {false, true})
    add("lag", stops ? "one stops" : "all read", 64, scaled(1'000'000),
        {"deliveries/s", "grown_mib"}, [=] { return with_laggard(stops, 64, scaled(1'000'000)); });
  for (const std::size_t size : {std::size_t{10}, std::size_t{10'000'000}})
    add("size", std::to_string(size) + " elements", workload::producers, scaled(2'000'000),
        {"ns/operation"}, [=] { return with_size(size, scaled(2'000'000)); });
  return program.measure(subjects);
}
