// What does presence cost? N sessions each show another cursor 60 times a second, and each sees
// all. The figure is how many seconds of processors that takes a second; beside it, sessions that
// see all and do not move.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "libsync/actors.hpp"
#include "libsync/actors/config.hpp"
#include "libsync/actors/load.hpp"
#include "support/caf.hpp"
#include "support/program.hpp"
#include "support/stopwatch.hpp"

namespace moving {

struct cursor {
  std::int64_t move = 0;
  float x = 0;
  float y = 0;
};

struct board {
  using operation = int;
  using presence = cursor;
  int strokes = 0;
};

void reduce(board& data, int more) {
  data.strokes += more;
}

} // namespace moving

namespace {

using moving::board;
using std::chrono::milliseconds;
using session = libsync::session<board>;

// Of all threads of this process.
double processor_seconds() {
  timespec used{};
  if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used) != 0)
    throw std::runtime_error("there is no clock of this process");
  return static_cast<double>(used.tv_sec) + 1e-9 * static_cast<double>(used.tv_nsec);
}

// Each session moves `per_second` times a second, spread over the second.
void move_all(std::vector<std::unique_ptr<session>>& sessions, double per_second, double seconds) {
  const auto moves = static_cast<std::uint64_t>(per_second * seconds);
  const libsync::schedule plan{bench::steady::now(),
                               per_second * static_cast<double>(sessions.size())};
  // A thread that slept for each move would measure its sleeping.
  const std::uint64_t together = std::max<std::uint64_t>(1, sessions.size() / 16);
  for (std::uint64_t i = 0; i < moves * sessions.size(); ++i) {
    if (i % together == 0)
      std::this_thread::sleep_until(plan.due(i));
    const auto move = static_cast<std::int64_t>(i / sessions.size() + 1);
    sessions[i % sessions.size()]->present({move, static_cast<float>(i), 0});
  }
}

bench::figures measure(std::size_t clients, double per_second, double seconds) {
  libsync::config settings;
  bench::set_policy(settings, "sharing");
  caf::actor_system system{settings};
  auto server = libsync::spawn_server(system, board{});
  std::vector<std::unique_ptr<session>> sessions;
  std::vector<libsync::watcher> watchers;
  std::atomic<std::uint64_t> told{0};
  for (std::size_t i = 0; i < clients; ++i) {
    sessions.push_back(std::make_unique<session>(server));
    watchers.push_back(sessions.back()->watch_presence(
        [&](const libsync::presences<board>&) { told.fetch_add(1, std::memory_order_relaxed); }));
    sessions.back()->present({});
  }
  const auto is_seen_by_all = [&](std::int64_t move) {
    for (const auto& one : sessions) {
      const auto seen = one->presence();
      if (seen.size() != clients)
        return false;
      for (const auto& each : seen)
        if (each.value->move != move)
          return false;
    }
    return true;
  };
  const auto wait = [&](std::int64_t move) {
    for (const bench::stopwatch watch; !is_seen_by_all(move);
         std::this_thread::sleep_for(milliseconds{5}))
      if (watch.seconds() > 60)
        throw std::runtime_error("not all see what all show");
  };
  wait(0);

  const auto before = processor_seconds();
  const auto told_before = told.load();
  const bench::stopwatch watch;
  if (per_second > 0)
    move_all(sessions, per_second, seconds);
  else
    std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
  const auto wall = watch.seconds();
  const auto used = processor_seconds() - before;
  const auto rounds = static_cast<double>(told.load() - told_before);
  const auto moves = static_cast<std::int64_t>(per_second * seconds);
  wait(moves);
  return {{"processors", used / wall},
          {"rounds/s to each", rounds / wall / static_cast<double>(clients)},
          {"moves/s", static_cast<double>(moves) * static_cast<double>(clients) / wall}};
}

} // namespace

int main(int argc, char** argv) {
  bench::program program{"What it costs that clients show each other cursors."};
  double seconds = 5;
  double rate = 60;
  program.app.add_option("--seconds", seconds, "how long each is measured");
  program.app.add_option("--rate", rate, "how often each client moves in a second");
  CLI11_PARSE(program.app, argc, argv);
  if (program.quick)
    seconds = 0.2;
  std::vector<bench::subject> subjects;
  for (const std::size_t clients : {10UL, 100UL, 1000UL}) {
    const auto add = [&](const std::string& name, double moves) {
      subjects.push_back({"presence", name, clients, 0, {"processors", "rounds/s to each"}, [=] {
                            return measure(clients, moves, seconds);
                          }});
    };
    add("all move", rate);
    add("nobody moves", 0);
  }
  return program.measure(std::move(subjects));
}
