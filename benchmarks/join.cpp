// What does it cost to join a large state? 1000 clients join 1,000,000 numbers that nobody changes.

#include <memory>
#include <string>
#include <vector>

#include "ours.hpp"
#include "peers/peers.hpp"
#include "peers/programs.hpp"
#include "support/program.hpp"

namespace {

bench::figures join(std::size_t clients, std::size_t size) {
  ours::config settings;
  caf::actor_system system{settings};
  workload::stack initial;
  initial.items = workload::large(size);
  const double before = bench::resident_mib();
  auto server = libsync::spawn_server(system, std::move(initial));
  const bench::stopwatch watch;
  std::vector<ours::client> all;
  for (std::size_t i = 0; i < clients; ++i)
    all.push_back(libsync::spawn_client(server));
  std::vector<libsync::snapshot<workload::stack>> copies;
  for (const auto& one : all)
    copies.push_back(ours::ask<libsync::snapshot<workload::stack>>(one, libsync::read_atom::value));
  bench::figures measured{{"seconds", watch.seconds()},
                          {"grown_mib", bench::resident_mib() - before}};
  for (const auto& one : copies)
    if (one.data != copies.front().data || one.data->items.size() != size)
      throw std::runtime_error("a client has data of its own");
  return measured;
}

} // namespace

int main(int argc, char** argv) {
  bench::program program{"Seconds until all clients have the state, and the memory that it takes."};
  std::size_t clients = 1000;
  std::size_t size = 1'000'000;
  bool with_peers = false;
  program.app.add_option("--clients", clients, "number of clients");
  program.app.add_option("--size", size, "numbers in the state");
  program.app.add_flag("--peers", with_peers,
                       "also direct CAF and Go, which copy: 8 GB with the usual numbers");
  CLI11_PARSE(program.app, argc, argv);
  if (program.quick)
    size = 10'000;

  std::vector<bench::subject> subjects;
  const auto add = [&](const std::string& system, const std::function<bench::figures()>& run) {
    subjects.push_back({"join", system, clients, 0, {"seconds", "peak_mib"}, run});
  };
  add("libsync", [=] { return join(clients, size); });
  if (with_peers) {
    add("caf_direct", [=] { return peers::caf_join(clients, size); });
    add("go", [=] { return peers::go_join(clients, size); });
  }
  return program.measure(subjects);
}
